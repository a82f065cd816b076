import { expect, test } from 'vitest';
import { Fault } from '#base/fault';
import { PublicLog, parties, watch } from './public-log.ts';

test('a log that does not answer, or breaks off, is silent; the next look goes on where it was', async () => {
  const all = await parties();
  const log = new PublicLog(all);
  await log.grow(600);
  await log.publish(['sentinel', 'court', 'notary', 'arbitration']);
  let answers = 0;
  const files = () => {
    answers -= 1;
    if (answers < 0) throw new Fault('witness.log_unreachable');
    return log.files;
  };
  const { monitor, notebook } = watch(all, files);
  for (const until of [0, 1, 3]) {
    answers = until;
    const report = await monitor.look();
    expect([report.is, report.findings.map(({ code }) => code)]).toEqual([
      'suspect',
      ['log_silent'],
    ]);
    expect([notebook.proofs.size, notebook.verified]).toEqual([0, undefined]);
  }
  answers = Infinity;
  expect(await monitor.look()).toMatchObject({ is: 'sound', size: 600, read: 600 });
});

/**
 * What a monitor makes of the borders between half-years of a log.
 */
import { beforeAll, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { printClosing, printOpening } from '#formats/shard';
import { noteKey, printVkey } from '#formats/tlog';
import { origin, type Parties, PublicLog, parties, watch } from './public-log.ts';

const quorum = ['sentinel', 'court', 'notary', 'arbitration'];
let all: Parties;
beforeAll(async () => {
  all = await parties();
});

test('the leaves that link half-year shards are no entries and no flaw', async () => {
  const log = new PublicLog(all);
  const [before, next] = ['log.fubie.test/h1', 'log.fubie.test/h3'];
  const { root } = await log.sign([]);
  log.entries.push(
    printOpening({ origin, before: { origin: before, size: 0, root, twinRoot: undefined } }),
  );
  await log.grow(3);
  const { publicKey } = all.log.key;
  const named = { name: next, kind: 'ed25519', publicKey } as const;
  const key = await noteKey(named, nodeEngine);
  log.entries.push(printClosing({ origin, next: printVkey(key), nextTwin: undefined }));
  await log.publish(quorum);
  const { monitor } = watch(all, () => log.files);
  const after = { origin, size: 5 };
  expect(await monitor.look()).toMatchObject({ is: 'sound', size: 5, next: { key, after } });
  log.entries[4] = printClosing({ origin, next: `${next}+0123abcd+AAAA`, nextTwin: undefined });
  await log.publish(quorum);
  const again = watch(all, () => log.files).monitor;
  expect((await again.look()).findings).toEqual([
    { code: 'entry_wrong', detail: 'entry 4: names no key' },
  ]);
});

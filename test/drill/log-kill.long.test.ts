import { expect, test } from 'vitest';

import { seededRandom } from '#base/random';
import { sequencerSteps } from '#trust/evidence';
import { LogKill } from './log-kill.ts';

const rounds = 200;
const nthMax = 8;
/** Of this process, with the runner itself; the log it judges is larger as text. */
const peakMbMax = 1_000;

test('two hundred deaths at every step in turn, at the first to eighth time: nothing lost, nothing twice', async ({
  annotate,
}) => {
  const seed = 20_261_122;
  const random = seededRandom(seed);
  const kills = Array.from({ length: rounds }, (_, at) => ({
    step: sequencerSteps[at % sequencerSteps.length] ?? 'sequence',
    nth: 1 + ((random.bytes(1)[0] ?? 0) % nthMax),
  }));
  const drill = await LogKill.open();
  try {
    const began = performance.now();
    const report = await drill.run(kills);
    const seconds = Math.round((performance.now() - began) / 1_000);
    const peakMb = Math.round(process.resourceUsage().maxRSS / 1_024);
    await annotate(JSON.stringify({ seed, seconds, peakMb, ...report }), 'report');
    expect(report, `seed ${seed}`).toMatchObject({
      rounds,
      lost: [],
      twice: [],
      twoRoots: [],
      published: [],
    });
    expect(peakMb).toBeLessThan(peakMbMax);
  } finally {
    await drill.close();
  }
}, 2_400_000);

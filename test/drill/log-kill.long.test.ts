import { expect, test } from 'vitest';

import { seededRandom } from '#base/random';
import { sequencerSteps } from '#trust/evidence';
import { LogKill } from './log-kill.ts';

const rounds = 200;
const nthMax = 8;

test('two hundred deaths at every step in turn, at the first to eighth time: nothing lost, nothing twice', async () => {
  const seed = 20_261_122;
  const random = seededRandom(seed);
  const kills = Array.from({ length: rounds }, (_, at) => ({
    step: sequencerSteps[at % sequencerSteps.length] ?? 'sequence',
    nth: 1 + ((random.bytes(1)[0] ?? 0) % nthMax),
  }));
  const drill = await LogKill.open();
  try {
    const report = await drill.run(kills);
    expect(report, `seed ${seed}`).toMatchObject({
      rounds,
      lost: [],
      twice: [],
      twoRoots: [],
      published: [],
    });
  } finally {
    await drill.close();
  }
}, 1_200_000);

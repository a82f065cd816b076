import { expect, test } from 'vitest';
import { readDrillSeed } from '../../src/config.ts';
import { World } from '../world.ts';
import { fuzzBoth } from './fuzz-run.ts';

const secondsMax = 600;

test('乱问十分钟：没有 500，没有说明书之外的答复，没有另一家机构的一个字', async () => {
  const world = await World.open({ seed: 13 });
  try {
    const { findings, asked } = await fuzzBoth(world, { seed: readDrillSeed(4_129), secondsMax });
    expect(findings).toEqual([]);
    expect(asked).toBeGreaterThan(5_000);
  } finally {
    await world.close();
  }
}, 800_000);

import { expect, test } from 'vitest';
import { readDrillSeed } from '../../src/config.ts';
import { World } from '../world.ts';
import { fuzzBoth } from './fuzz-run.ts';

const secondsMax = 20;

test('乱问一阵：没有 500，没有说明书之外的答复，没有另一家机构的一个字', async () => {
  const world = await World.open({ seed: 12 });
  try {
    const report = await fuzzBoth(world, { seed: readDrillSeed(20_261_122), secondsMax });
    expect(report.findings).toEqual([]);
    // Answers of both kinds came, or nothing was tried.
    expect(report.statuses['200']).toBeGreaterThan(20);
    expect(report.statuses['400']).toBeGreaterThan(20);
  } finally {
    await world.close();
  }
}, 300_000);

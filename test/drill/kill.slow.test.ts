/** The kill drill in small, at every check: does the house still stand after kill -9? */
import { expect, test } from 'vitest';

import { readDrillSeed } from '../../src/config.ts';
import { complaintsAfter } from './kill-drill.ts';

const msMax = 360_000; // about 45 s on two free cores, 180 s where much else runs

test(
  '三轮强杀：六个故事走完，什么也没有丢失、重复或卡住',
  async () => {
    const paced = { stories: 6, apartMs: 800, rounds: 3, allEvery: 3, quietMsMax: 1_200 };
    const plan = { seed: readDrillSeed(20_261_122), ...paced };
    expect(await complaintsAfter(plan)).toEqual([]);
  },
  msMax,
);

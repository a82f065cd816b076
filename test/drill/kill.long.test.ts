/** The kill drill in full: fifty stories, twenty rounds. `KILL_SEED=n` repeats what was seen. */
import { expect, test } from 'vitest';

import { readDrillSeed } from '../../src/config.ts';
import { complaintsAfter } from './kill-drill.ts';

const msMax = 25 * 60_000;

test(
  '二十轮强杀：五十个故事走完，什么也没有丢失、重复或卡住',
  async () => {
    const paced = { stories: 50, apartMs: 2_500, rounds: 20, allEvery: 5, quietMsMax: 6_000 };
    const plan = { seed: readDrillSeed(4_242), ...paced };
    expect(await complaintsAfter(plan)).toEqual([]);
  },
  msMax,
);

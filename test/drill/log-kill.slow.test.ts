import { afterAll, beforeAll, expect, test } from 'vitest';

import { sequencerSteps } from '#trust/evidence';
import { LogKill } from './log-kill.ts';

let drill: LogKill;
beforeAll(async () => {
  drill = await LogKill.open();
}, 60_000);
afterAll(() => drill.close(), 60_000);

test('killed before each step of the ceremony under load: nothing acknowledged is lost, nothing stands twice', async () => {
  // The second time round, so that each process has done everything once before it dies.
  const report = await drill.run(sequencerSteps.map((step) => ({ step, nth: 2 })));
  expect(report).toMatchObject({ lost: [], twice: [], twoRoots: [], published: [] });
  expect(report.rounds).toBe(12);
  expect(report.acknowledged).toBeGreaterThan(100);
  expect(report.size).toBeGreaterThanOrEqual(report.acknowledged);
}, 180_000);

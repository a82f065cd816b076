import { expect, test } from 'vitest';
import { addMs, type Instant, instantFromMs } from '#base/clock';
import type { TenantId } from '#base/unit';
import { lateStamps, stampLateHoursMax } from './stamps-late.ts';

const testUnit = { tenant: 'bank' as TenantId };
const hourMs = 3_600_000;
const noon = instantFromMs(1_795_000_000_000);

/** What an operator is told while heads have waited since `since`. */
async function told(since: Instant | undefined, now: Instant) {
  return lateStamps(testUnit, { unstampedSince: async () => since }, now);
}

test('a log that stands still or is stamped raises no alarm, however long nothing happens', async () => {
  expect(await told(undefined, noon)).toEqual([]);
});

test('hourly stamps that fail for hours are an alarm, by the oldest head that waits', async () => {
  const late = stampLateHoursMax * hourMs;
  expect(await told(noon, addMs(noon, late - 1))).toEqual([]);
  expect(await told(noon, addMs(noon, late))).toEqual([
    { code: 'stamps_late', detail: 'for 3 hours' },
  ]);
  expect(await told(noon, addMs(noon, 5.5 * hourMs))).toEqual([
    { code: 'stamps_late', detail: 'for 5 hours' },
  ]);
});

/**
 * Trusted time that has not come for hours is an alarm, though nobody waits for a stamp.
 *
 * It is told from rows by whoever asks, not by the worker that asks for stamps: a worker that is
 * dead tells nobody anything, and an authority that is silent is a fault of every round.
 */
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { Alarm } from '#trust/evidence';

const hourMs = 3_600_000;
/** A head is due within the hour; one or two lost attempts are nothing to wake a person for. */
export const stampLateHoursMax = 3;

/** Where it is read since when heads of the unit's tenant wait for trusted time. */
export interface UnstampedHeads {
  /** When the oldest witnessed head beyond the newest stamped one was drafted. */
  unstampedSince(unit: Unit): Promise<Instant | undefined>;
}

/** `stamps_late` while a head has waited for too long; nothing while the log stands still. */
export async function lateStamps(
  unit: Unit,
  heads: UnstampedHeads,
  now: Instant,
): Promise<readonly Alarm[]> {
  const since = await heads.unstampedSince(unit);
  const hours = since === undefined ? 0 : Math.floor((now - since) / hourMs);
  if (hours < stampLateHoursMax) return [];
  return [{ code: 'stamps_late', detail: `for ${hours} hours` }];
}

/**
 * How long to wait after failed logins: nothing for slips, longer each time, then a quarter hour.
 *
 * Tries are counted before the password is looked at, so that a thousand at once are a thousand
 * tries. A refused try is not counted: whoever keeps knocking cannot keep the owner out for longer
 * than `lockMsMax` after his last counted one.
 */
import { addMs, type Instant } from '#base/clock';
import type { Tries } from './ports.ts';

export const triesFreeMax = 3;
/** From here on an account is closed to everybody for `lockMsMax` after each try. */
export const triesPerLoginMax = 10;
export const triesPerAddressMax = 200;
const delayFirstMs = 1_000;
export const lockMsMax = 15 * 60_000;
const windowMs = 15 * 60_000;

/** The row with one more try; or since when on it may be tried again. */
export type Charge = { readonly tries: Tries } | { readonly notBefore: Instant };

export function chargeLogin(held: Tries | undefined, now: Instant): Charge {
  if (held === undefined) return { tries: first(now) };
  const notBefore = addMs(held.lastAt, delayMs(held.count));
  if (now < notBefore) return { notBefore };
  // After a quiet hour of an account that was never closed, slips are forgotten.
  const forgotten = now - held.lastAt >= 4 * windowMs;
  return { tries: forgotten ? first(now) : { ...held, count: held.count + 1, lastAt: now } };
}

export function chargeAddress(held: Tries | undefined, now: Instant): Charge {
  if (held === undefined || now - held.since >= windowMs) return { tries: first(now) };
  if (held.count >= triesPerAddressMax) return { notBefore: addMs(held.since, windowMs) };
  return { tries: { ...held, count: held.count + 1, lastAt: now } };
}

/** The wait after `count` tries in a row: 0, 0, 1 s, 2 s, 4 s … and at the limit the whole lock. */
export function delayMs(count: number): number {
  if (count < triesFreeMax) return 0;
  if (count >= triesPerLoginMax) return lockMsMax;
  return Math.min(lockMsMax, delayFirstMs * 2 ** (count - triesFreeMax));
}

function first(now: Instant): Tries {
  return { count: 1, since: now, lastAt: now };
}

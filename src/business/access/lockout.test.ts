import { describe, expect, test } from 'vitest';
import { addMs, type Instant, instantFromMs } from '#base/clock';
import {
  chargeAddress,
  chargeLogin,
  delayMs,
  lockMsMax,
  triesFreeMax,
  triesPerAddressMax,
  triesPerLoginMax,
} from './lockout.ts';
import type { Tries } from './ports.ts';

const dayMs = 86_400_000;

describe('waiting after failed logins', () => {
  test('slips cost nothing, then each try waits longer, and at the limit a quarter of an hour', () => {
    const delays = Array.from({ length: triesPerLoginMax + 2 }, (_, count) => delayMs(count));
    expect(delays.slice(0, triesFreeMax)).toEqual([0, 0, 0]);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    expect(delays.at(-1)).toBe(lockMsMax);
  });

  test('the fastest guesser gets fewer than 120 tries a day', () => {
    let now: Instant = instantFromMs(0);
    let held: Tries | undefined;
    let tries = 0;
    while (now < dayMs) {
      const charge = chargeLogin(held, now);
      if ('notBefore' in charge) {
        now = charge.notBefore;
        continue;
      }
      held = charge.tries;
      tries += 1;
      now = addMs(now, 1);
    }
    expect(tries).toBeLessThan(120);
  });

  test('who keeps knocking while it is closed does not keep it closed', () => {
    const last = instantFromMs(1_000);
    const held = { count: triesPerLoginMax, since: last, lastAt: last };
    for (let ms = 0; ms < lockMsMax; ms += 60_000) {
      expect(chargeLogin(held, addMs(last, ms))).toEqual({ notBefore: addMs(last, lockMsMax) });
    }
    expect(chargeLogin(held, addMs(last, lockMsMax))).toHaveProperty('tries');
  });

  test('an address that tries many logins waits for its window to end', () => {
    const since = instantFromMs(0);
    const held = { count: triesPerAddressMax, since, lastAt: since };
    expect(chargeAddress(held, instantFromMs(1))).toHaveProperty('notBefore');
    expect(chargeAddress(held, addMs(since, 15 * 60_000))).toHaveProperty('tries.count', 1);
  });
});

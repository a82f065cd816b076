/**
 * Chance for many small needs in one draw: each draw costs more than a short cipher.
 */
import type { Random } from '#base/random';

/** Hands `bytes` drawn at once out in pieces, none of them twice; draws more when they are gone. */
export function drawnOnce(random: Random, bytes: number): Random {
  let drawn = random.bytes(bytes);
  return {
    bytes(count) {
      if (drawn.length < count) drawn = random.bytes(Math.max(count, bytes));
      const some = drawn.slice(0, count);
      drawn = drawn.subarray(count);
      return some;
    },
  };
}

/**
 * Chance for many small needs in few draws: each draw costs more than a short cipher.
 */
import type { Random } from '#base/random';

const drawnBytes = 2_048;

/** Hands what is drawn at once out in pieces, none of them twice, and keeps none it handed out. */
export function drawnAhead(random: Random): Random {
  let drawn: Uint8Array = new Uint8Array();
  let at = 0;
  return {
    bytes(count) {
      if (count > drawnBytes) return random.bytes(count);
      if (at + count > drawn.length) {
        drawn.fill(0);
        [drawn, at] = [random.bytes(drawnBytes), 0];
      }
      const some = drawn.slice(at, at + count);
      drawn.fill(0, at, at + count);
      at += count;
      return some;
    },
  };
}

/**
 * Chance for damage that can be repeated: each case has a seed of its own, made of the run's seed
 * and its number, so that one case can be run again without those before it.
 */
import { concat, fromLatin1 } from '#base/bytes';
import { type Random, seededRandom } from '#base/random';

export class Dice {
  readonly #random: Random;

  constructor(seed: number, turn: number) {
    this.#random = seededRandom(Math.imul(seed ^ 0x5bd1e995, turn + 1) ^ (turn << 7));
    this.#random.bytes(8);
  }

  /** 0 to `max` - 1. */
  number(max: number): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#random.bytes(4);
    return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % Math.max(1, max);
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.number(items.length)];
  }

  /** One of these, which are never none. */
  one<T>(first: T, ...others: readonly T[]): T {
    return others[this.number(others.length + 1) - 1] ?? first;
  }

  /** Numbers where programs count wrong. */
  oddNumber(): number {
    const near = this.number(3) - 1;
    const size = this.one(0, 1, 7, 127, 128, 255, 256, 65_535, 65_536, 0x7fff_ffff, 0xffff_ffff);
    return size + near;
  }
}

/** The bytes with what stands from `from` to `to` replaced. */
export function spliced(
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
  other: Uint8Array | string,
): Uint8Array {
  const put = typeof other === 'string' ? fromLatin1(other) : other;
  return concat(bytes.subarray(0, from), put, bytes.subarray(to));
}

/** Cuts, copies, flips and overwrites at any place: damage without a thought. */
export function scratched(bytes: Uint8Array, dice: Dice): Uint8Array {
  let out: Uint8Array = bytes.slice();
  for (let turn = dice.number(4); turn >= 0; turn -= 1) {
    const at = dice.number(out.length);
    const to = Math.min(out.length, at + dice.number(80));
    const kind = dice.number(4);
    if (kind === 0) out[at] = dice.number(256);
    else if (kind === 1) out = spliced(out, [at, to], '');
    else if (kind === 2) out = spliced(out, [at, at], out.slice(at, to));
    else out = spliced(out, [at, Math.min(out.length, at + 4)], out.slice(to, to + 4));
  }
  return out;
}

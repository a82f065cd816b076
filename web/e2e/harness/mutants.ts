/** Damaged twins of a file: seeded, so that a failure can be seen again. */
import { type Random, seededRandom } from '../../../src/base/random/index.ts';

export interface Mutant {
  /** What was done to it, for the message of a failure. */
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** `count` twins; every eighth loses its end, every eighth has bytes put in, the others flip bits. */
export function mutants(bytes: Uint8Array, count: number, seed: number): readonly Mutant[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, at) => mutant(bytes, at, random));
}

function mutant(bytes: Uint8Array, at: number, random: Random): Mutant {
  const place = below(bytes.length, random);
  if (at % 8 === 6) return { what: `cut at ${place}`, bytes: bytes.slice(0, place) };
  if (at % 8 === 7) {
    const more = random.bytes(3);
    const whole = new Uint8Array(bytes.length + more.length);
    whole.set(bytes.subarray(0, place));
    whole.set(more, place);
    whole.set(bytes.subarray(place), place + more.length);
    return { what: `three bytes put in at ${place}`, bytes: whole };
  }
  const twin = bytes.slice();
  const bit = 1 << ((random.bytes(1)[0] ?? 0) & 7);
  twin[place] = (twin[place] ?? 0) ^ bit;
  return { what: `byte ${place} xor ${bit}`, bytes: twin };
}

function below(limit: number, random: Random): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % limit;
}

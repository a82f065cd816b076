/**
 * Which entry differs, told from nothing but heads and proofs that witnesses kept.
 *
 * Every head fixes the hash of all its leaves, every proof hash that of one range. A range whose
 * hash is still right clears its leaves; one whose hash is wrong holds at least one altered leaf.
 * The first altered leaf is then at or after the first leaf nobody clears, and not after the end of
 * the wrong range that ends first.
 */
import { equal } from '#base/bytes';
import { consistencyRanges, type Range } from '#formats/tlog';
import type { WitnessedHead } from '#formats/witness';

export interface Difference {
  /** The smallest witnessed size whose tree is not ours. */
  readonly size: number;
  /** The first entry that differs is in `first` … `last`; when both are equal, it is that one. */
  readonly first: number;
  readonly last: number;
}

interface KnownRange extends Range {
  readonly hash: Uint8Array;
}

/** Undefined when every head and proof agrees with what `hashOf` computes from our entries. */
export async function narrow(
  heads: readonly WitnessedHead[],
  ours: { size: number; hashOf: (range: Range) => Promise<Uint8Array> },
): Promise<Difference | undefined> {
  const wrong: KnownRange[] = [];
  const cleared = new Cleared();
  const sizes: number[] = [];
  for (const head of heads) {
    const root = { start: 0, end: head.size, hash: head.root };
    for (const range of [root, ...rangesOf(head)]) {
      if (range.end === 0) continue;
      const isOurs = range.end <= ours.size && equal(await ours.hashOf(range), range.hash);
      if (isOurs) cleared.add(range);
      else wrong.push(range);
      if (!isOurs && range === root) sizes.push(head.size);
    }
  }
  if (wrong.length === 0) return undefined;
  const suspectsOf = ({ start, end }: Range): { first: number; last: number } => {
    let first = start;
    let last = end - 1;
    while (first < last && cleared.has(first)) first += 1;
    while (last > first && cleared.has(last)) last -= 1;
    return { first, last };
  };
  const suspects = wrong.map(suspectsOf);
  return {
    size: Math.min(...sizes),
    first: cleared.firstOther(),
    last: Math.min(...suspects.map(({ last }) => last)),
  };
}

/** The ranges of an accepted proof. A first head has none: its proof is empty. */
function rangesOf(head: WitnessedHead): KnownRange[] {
  const ranges = consistencyRanges(head.oldSize, head.size);
  return ranges.flatMap((range, at) => {
    const hash = head.proof[at];
    return hash === undefined ? [] : [{ ...range, hash }];
  });
}

/** Leaves that are proved to be unaltered. Ranges from the first leaf on are one number. */
class Cleared {
  readonly #leaves = new Set<number>();
  #prefix = 0;

  add({ start, end }: Range): void {
    if (start === 0) this.#prefix = Math.max(this.#prefix, end);
    else for (let leaf = start; leaf < end; leaf += 1) this.#leaves.add(leaf);
  }

  has(leaf: number): boolean {
    return leaf < this.#prefix || this.#leaves.has(leaf);
  }

  firstOther(): number {
    let leaf = this.#prefix;
    while (this.#leaves.has(leaf)) leaf += 1;
    return leaf;
  }
}

/**
 * Judges what a drill of the log left: every stored entry against every receipt that a client has
 * on its disk, and the roots of both trees over all of them.
 *
 * A long drill leaves millions of entries, and as texts they are more than a process can hold.
 * Entries come in pages and receipts line by line; of an entry stay the 32 bytes of its leaf and a
 * slot by which they are found again.
 */
import { treeHash, twinTreeHash } from '#adapters/tiles';
import { equal, fromBase64, toHex } from '#base/bytes';
import { emptyTree, grow, leafRow, type TreeHash } from '#trust/evidence';
import type { Receipt } from './log-clients.ts';

/** Entries that are read and hashed at once. */
const pageEntriesMax = 2_000;
/** Half a GiB of leaves and an eighth of slots. */
const entriesMax = 16_000_000;
/** What is wrong is named so often; the first name is enough to fail. */
const namedMax = 50;
const leafBytes = 32;

/** The log as it is stored, and what clients were told about it. */
export interface LeftBehind {
  readonly size: number;
  /** Entries at places from `start` to before `end`. */
  readonly page: (start: number, end: number) => Promise<readonly Uint8Array[]>;
  readonly receipts: AsyncIterable<Receipt>;
}

/** Every list names what is wrong, the first few of it. */
export interface LeftJudged {
  readonly size: number;
  readonly acknowledged: number;
  /** Promised a place at which something else stands, or nothing. */
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  readonly root: Uint8Array;
  readonly twinRoot: Uint8Array;
}

export async function judgeLeft({ size, page, receipts }: LeftBehind): Promise<LeftJudged> {
  if (size > entriesMax) throw new Error(`${size} entries are more than this judge holds`);
  const leaves = new Leaves(size);
  const [main, second] = [new Growing(treeHash), new Growing(twinTreeHash)];
  const twice = new Named();
  for (let start = 0; start < size; start += pageEntriesMax) {
    const entries = await page(start, Math.min(start + pageEntriesMax, size));
    const row = main.add(entries);
    second.add(entries);
    for (let at = 0; at < entries.length; at += 1) {
      const earlier = leaves.add(leafOf(row, at));
      if (earlier !== undefined) twice.add(`place ${start + at} holds what ${earlier} holds`);
    }
  }
  const { acknowledged, lost } = await heldAgainst(receipts, leaves);
  const [root, twinRoot] = [main.root, second.root];
  return { size: leaves.count, acknowledged, lost, twice: twice.names, root, twinRoot };
}

/** Does each promised place hold what it was promised to? */
async function heldAgainst(receipts: AsyncIterable<Receipt>, leaves: Leaves) {
  const lost = new Named();
  let acknowledged = 0;
  for await (const { entries, places } of receipts) {
    acknowledged += entries.length;
    for (const [at, entry] of entries.entries()) {
      const leaf = treeHash.leaf(fromBase64(entry));
      const place = places[at];
      const isThere = place !== undefined && leaves.isAt(place, leaf);
      if (!isThere) lost.add(`${toHex(leaf)} is not at ${place ?? 'any place'}`);
    }
  }
  return { acknowledged, lost: lost.names };
}

/** Leaves side by side in the order of places, and a table by which an equal one is found. */
class Leaves {
  count = 0;
  readonly #row: Uint8Array;
  /** One more than a place; 0 is free. Never more than half of them are taken. */
  readonly #slots: Uint32Array;

  constructor(size: number) {
    this.#row = new Uint8Array(size * leafBytes);
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * size + 2)));
  }

  /** The earlier place of the same leaf, if it has one. */
  add(leaf: Uint8Array): number | undefined {
    const place = this.count;
    this.#row.set(leaf, place * leafBytes);
    this.count += 1;
    // A leaf is a hash: any four bytes of it are as good as a hash of it.
    const [a = 0, b = 0, c = 0, d = 0] = leaf;
    const last = this.#slots.length - 1;
    let slot = (a | (b << 8) | (c << 16) | (d << 24)) & last;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & last) {
      const earlier = (this.#slots[slot] ?? 0) - 1;
      if (this.isAt(earlier, leaf)) return earlier;
    }
    this.#slots[slot] = place + 1;
    return undefined;
  }

  isAt(place: number, leaf: Uint8Array): boolean {
    return place < this.count && equal(leafOf(this.#row, place), leaf);
  }
}

/** A tree that grows page by page. */
class Growing {
  readonly #hash: TreeHash;
  #tree;

  constructor(hash: TreeHash) {
    this.#hash = hash;
    this.#tree = emptyTree(hash);
  }

  get root(): Uint8Array {
    return this.#tree.root;
  }

  /** The leaves of these entries, side by side. */
  add(entries: readonly Uint8Array[]): Uint8Array {
    const row = leafRow(entries, this.#hash);
    this.#tree = grow(this.#tree, row, this.#hash).tree;
    return row;
  }
}

class Named {
  readonly names: string[] = [];

  add(name: string): void {
    if (this.names.length < namedMax) this.names.push(name);
  }
}

function leafOf(row: Uint8Array, at: number): Uint8Array {
  return row.subarray(at * leafBytes, (at + 1) * leafBytes);
}

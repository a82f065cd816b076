/**
 * How a tree grows by a batch of leaves: the new edge and root, and every hash that its tiles hold.
 *
 * A sequencer does this for each batch, so the hash function answers at once here: a promise for
 * each node would cost more than the node. Hashes lie side by side in rows, as in the tiles they
 * become: an array of its own for each was a third of the sequencer's time, all of it collecting.
 */
import { concat } from '#base/bytes';
import { Fault } from '#base/fault';
import { hashBytes } from '#formats/tlog';
import type { GrownTree } from './ports.ts';

const tileHeight = 8;
const tileWidth = 2 ** tileHeight;
/** Complete subtrees of a tree of 2^53 leaves, and the leaf that comes. */
const edgeHashesMax = 54;

/**
 * The hash function of a tree (RFC 6962 section 2.1), answering at once. A row holds hashes side by
 * side; `from` and `to` count hashes in it.
 */
export interface TreeHash {
  leaf(entry: Uint8Array): Uint8Array;
  /** Writes a leaf's hash into a row. */
  leafInto(entry: Uint8Array, row: Uint8Array, to: number): void;
  /** Writes the node over the hashes at `from` and behind it, which may be one of the two. */
  join(row: Uint8Array, from: number, to: number): void;
  /** The root of no leaves. */
  empty(): Uint8Array;
}

/** New hashes of one height of tiles, side by side from `start` on. */
export interface HashRun {
  readonly start: number;
  readonly row: Uint8Array;
}

/** A grown tree, and what its tiles gained: by tile height, lowest first. */
export interface Growth {
  readonly tree: GrownTree;
  readonly gained: readonly HashRun[];
}

/** No leaf yet. */
export function emptyTree(hash: TreeHash): GrownTree {
  return { size: 0, hashes: [], root: hash.empty() };
}

/** The leaf hashes of entries, in a row. */
export function leafRow(entries: readonly Uint8Array[], hash: TreeHash): Uint8Array {
  const row = new Uint8Array(entries.length * hashBytes);
  for (const [at, entry] of entries.entries()) hash.leafInto(entry, row, at);
  return row;
}

/** The tree after a row of leaves; `from` stays as it is. */
export function grow(from: GrownTree, leaves: Uint8Array, hash: TreeHash): Growth {
  const count = leaves.length / hashBytes;
  const end = from.size + count;
  const above = runsAbove(from.size, end);
  const edge = new Uint8Array(edgeHashesMax * hashBytes);
  edge.set(concat(...from.hashes));
  let depth = from.hashes.length;
  for (let size = from.size; size < end; size += 1) {
    copyHash({ row: leaves, at: size - from.size }, { row: edge, at: depth });
    depth += 1;
    for (let level = 1, index = size; index % 2 === 1; level += 1) {
      if (depth < 2) throw new Fault('tlog.range_malformed', { size });
      depth -= 1;
      hash.join(edge, depth - 1, depth - 1);
      index = (index - 1) / 2;
      const run = level % tileHeight === 0 ? above[level / tileHeight - 1] : undefined;
      if (run !== undefined) {
        copyHash({ row: edge, at: depth - 1 }, { row: run.row, at: index - run.start });
      }
    }
  }
  const hashes = Array.from({ length: depth }, (_, at) => hashAt(edge, at).slice());
  const gained = count === 0 ? [] : [{ start: from.size, row: leaves }, ...above];
  return { tree: { size: end, hashes, root: rootOf(hashes, hash) }, gained };
}

/** The hash of the whole tree from its edge. */
export function rootOf(edge: readonly Uint8Array[], hash: TreeHash): Uint8Array {
  if (edge.length === 0) return hash.empty();
  const row = concat(...edge);
  for (let at = edge.length - 2; at >= 0; at -= 1) hash.join(row, at, at);
  return row.slice(0, hashBytes);
}

/** The hash of 2^n hashes that lie in a row. */
export function folded(hashes: Uint8Array, hash: TreeHash): Uint8Array {
  const row = hashes.slice();
  for (let width = row.length / hashBytes / 2; width >= 1; width /= 2) {
    for (let at = 0; at < width; at += 1) hash.join(row, 2 * at, at);
  }
  return row.slice(0, hashBytes);
}

/** One hash of a row: a view. */
export function hashAt(row: Uint8Array, at: number): Uint8Array {
  return row.subarray(at * hashBytes, (at + 1) * hashBytes);
}

/** Room for the nodes above the leaves that tiles hold, by tile height. */
function runsAbove(from: number, to: number): readonly HashRun[] {
  const runs: HashRun[] = [];
  for (let span = tileWidth; ; span *= tileWidth) {
    const start = Math.floor(from / span);
    const count = Math.floor(to / span) - start;
    if (count === 0) return runs;
    runs.push({ start, row: new Uint8Array(count * hashBytes) });
  }
}

interface Spot {
  readonly row: Uint8Array;
  readonly at: number;
}

function copyHash(from: Spot, to: Spot): void {
  to.row.set(hashAt(from.row, from.at), to.at * hashBytes);
}

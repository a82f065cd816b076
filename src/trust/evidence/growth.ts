/**
 * How a tree grows by a batch of leaves: the new edge and root, and every hash that its tiles hold.
 *
 * A sequencer does this for each batch, so the hash function answers at once here: a promise for
 * each node would cost more than the node.
 */
import { Fault } from '#base/fault';
import type { GrownTree } from './ports.ts';

const tileHeight = 8;

/** The hash function of a tree (RFC 6962 section 2.1), answering at once. */
export interface TreeHash {
  leaf(entry: Uint8Array): Uint8Array;
  node(left: Uint8Array, right: Uint8Array): Uint8Array;
  /** The root of no leaves. */
  empty(): Uint8Array;
}

/** New hashes of one height of tiles, side by side from `start` on. */
export interface HashRun {
  readonly start: number;
  readonly hashes: Uint8Array[];
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

/** The tree after these leaves; `from` stays as it is. */
export function grow(from: GrownTree, leaves: readonly Uint8Array[], hash: TreeHash): Growth {
  const edge = [...from.hashes];
  const gained: HashRun[] = [];
  let { size } = from;
  for (const leaf of leaves) {
    let index = size;
    let node = leaf;
    gain(gained, { height: 0, index, node });
    for (let level = 1; index % 2 === 1; level += 1) {
      node = hash.node(popped(edge, size), node);
      index = (index - 1) / 2;
      if (level % tileHeight === 0) gain(gained, { height: level / tileHeight, index, node });
    }
    edge.push(node);
    size += 1;
  }
  return { tree: { size, hashes: edge, root: rootOf(edge, hash) }, gained };
}

/** The hash of the whole tree from its edge. */
export function rootOf(edge: readonly Uint8Array[], hash: TreeHash): Uint8Array {
  let root = edge.at(-1);
  if (root === undefined) return hash.empty();
  for (let at = edge.length - 2; at >= 0; at -= 1) {
    const left = edge[at];
    if (left !== undefined) root = hash.node(left, root);
  }
  return root;
}

/** The hash of 2^n hashes that stand side by side. */
export function folded(hashes: readonly Uint8Array[], hash: TreeHash): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 1; at < row.length; at += 2) {
      const [left, right] = [row[at - 1], row[at]];
      if (left !== undefined && right !== undefined) above.push(hash.node(left, right));
    }
    row = above;
  }
  return row[0] ?? hash.empty();
}

function gain(
  gained: HashRun[],
  found: { readonly height: number; readonly index: number; readonly node: Uint8Array },
): void {
  const run = gained[found.height] ?? { start: found.index, hashes: [] };
  run.hashes.push(found.node);
  gained[found.height] = run;
}

function popped(edge: Uint8Array[], size: number): Uint8Array {
  const left = edge.pop();
  if (left === undefined) throw new Fault('tlog.range_malformed', { size });
  return left;
}

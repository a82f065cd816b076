/**
 * A tree whose leaves are all at hand: its root and the path of each leaf, every node hashed once.
 */
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { hashNode, inclusionRanges, type Range, rangeHash, rootHash } from './merkle.ts';

/** The whole tree over some leaves. */
export interface HeldTree {
  readonly root: Uint8Array;
  /** RFC 6962 section 2.1.1, from the leaf's sibling up. */
  readonly path: (index: number) => Promise<Uint8Array[]>;
}

/** `leaves` are hashes, as `hashLeaf` makes them. */
export async function heldTree(leaves: readonly Uint8Array[], engine: Engine): Promise<HeldTree> {
  const levels = await levelsOver(leaves, engine);
  const node = async (level: number, index: number): Promise<Uint8Array> => {
    const hash = levels[level]?.[index];
    if (hash === undefined) throw new Fault('tlog.range_malformed', { level, index });
    return hash;
  };
  // A range at the right edge is no complete node: half of all leaves may ask for the same one.
  const known = new Map<number, Promise<Uint8Array>>();
  const size = leaves.length;
  const hashOf = (range: Range): Promise<Uint8Array> => {
    const name = range.start * (size + 1) + range.end;
    const hash = known.get(name) ?? rangeHash(range, node, engine);
    known.set(name, hash);
    return hash;
  };
  const path = async (index: number) => Promise.all(inclusionRanges(index, size).map(hashOf));
  return { root: await rootHash(size, node, engine), path };
}

/** All complete nodes, the leaves first. */
async function levelsOver(leaves: readonly Uint8Array[], engine: Engine): Promise<Uint8Array[][]> {
  const levels: Uint8Array[][] = [[...leaves]];
  for (let below = levels[0] ?? []; below.length > 1; ) {
    const above: Uint8Array[] = [];
    for (const [at, right] of below.entries()) {
      const left = below[at - 1];
      if (at % 2 === 1 && left !== undefined) above.push(await hashNode(left, right, engine));
    }
    levels.push(above);
    below = above;
  }
  return levels;
}

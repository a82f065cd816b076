/**
 * The right edge of a growing tree: what must be kept to append without reading the tree again.
 *
 * One hash for each set bit of the size, largest subtree first (the compact range of RFC 6962's
 * tree). Appending reports every subtree that became complete, so that a store can keep it.
 */
import { concat } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { hashNode } from './merkle.ts';
import { hashBytes } from './size.ts';

export interface Edge {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

export const emptyEdge: Edge = { size: 0, hashes: [] };

/** The edge after one more leaf. `completed` hears of each complete node, leaf first. */
export async function append(
  edge: Edge,
  leaf: Uint8Array,
  more: { engine: Engine; completed?: (level: number, index: number, hash: Uint8Array) => void },
): Promise<Edge> {
  const hashes = [...edge.hashes];
  let hash = leaf;
  let level = 0;
  let index = edge.size;
  more.completed?.(level, index, hash);
  while (index % 2 === 1) {
    const left = hashes.pop();
    if (left === undefined) throw new Fault('tlog.range_malformed', { size: edge.size });
    hash = await hashNode(left, hash, more.engine);
    level += 1;
    index = (index - 1) / 2;
    more.completed?.(level, index, hash);
  }
  return { size: edge.size + 1, hashes: [...hashes, hash] };
}

export async function edgeRoot(edge: Edge, engine: Engine): Promise<Uint8Array> {
  let hash = edge.hashes.at(-1);
  if (hash === undefined) return engine.digest('sha256', new Uint8Array(0));
  for (const left of edge.hashes.slice(0, -1).toReversed()) {
    hash = await hashNode(left, hash, engine);
  }
  return hash;
}

export function printEdge(edge: Edge): Uint8Array {
  return concat(...edge.hashes);
}

export function parseEdge(size: number, bytes: Uint8Array): Edge {
  if (bytes.length !== hashBytes * bitCount(size))
    throw new Fault('tlog.range_malformed', { size });
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += hashBytes) hashes.push(bytes.slice(at, at + hashBytes));
  return { size, hashes };
}

function bitCount(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/**
 * The hash tree of RFC 6962 section 2.1: leaves, nodes, and the two proofs, made from any source of
 * complete nodes.
 *
 * A leaf and a node are hashed under different first bytes, so that neither passes for the other.
 * A proof is described by the ranges of leaves its hashes stand for; to make it is to read them.
 */
import { concat } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** MTH(D[index·2^level : (index+1)·2^level]): the hash of one complete, aligned subtree. */
export type NodeReader = (level: number, index: number) => Promise<Uint8Array>;

/** Leaves from `start` up to, not including, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export function hashLeaf(entry: Uint8Array, engine: Engine): Promise<Uint8Array> {
  return engine.digest('sha256', concat(leafPrefix, entry));
}

export function hashNode(left: Uint8Array, right: Uint8Array, engine: Engine): Promise<Uint8Array> {
  return engine.digest('sha256', concat(nodePrefix, left, right));
}

/** The root of `size` leaves; of none, it is the hash of nothing. */
export async function rootHash(
  size: number,
  nodes: NodeReader,
  engine: Engine,
): Promise<Uint8Array> {
  if (size === 0) return engine.digest('sha256', new Uint8Array(0));
  return rangeHash({ start: 0, end: size }, nodes, engine);
}

/** The hash of a range that RFC 6962's splitting can produce. */
export async function rangeHash(
  range: Range,
  nodes: NodeReader,
  engine: Engine,
): Promise<Uint8Array> {
  const { start, end } = range;
  const length = end - start;
  if (length <= 0) throw new Fault('tlog.range_malformed', { start, end });
  const level = Math.log2(largestPowerOfTwo(length));
  if (2 ** level === length) {
    if (start % length !== 0) throw new Fault('tlog.range_malformed', { start, end });
    return nodes(level, start / length);
  }
  const middle = start + 2 ** level;
  const left = await rangeHash({ start, end: middle }, nodes, engine);
  const right = await rangeHash({ start: middle, end }, nodes, engine);
  return hashNode(left, right, engine);
}

/** RFC 6962 section 2.1.1, from the leaf's sibling up to the root's child. */
export function inclusionRanges(index: number, size: number): Range[] {
  if (index < 0 || index >= size) throw new Fault('tlog.range_malformed', { index, size });
  const ranges: Range[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitAt(end - start);
    const inLeft = index < middle;
    ranges.unshift(inLeft ? { start: middle, end } : { start, end: middle });
    if (inLeft) end = middle;
    else start = middle;
  }
  return ranges;
}

/** RFC 6962 section 2.1.2: which ranges the proof from `from` leaves to `to` leaves names. */
export function consistencyRanges(from: number, to: number): Range[] {
  if (from < 0 || from > to) throw new Fault('tlog.range_malformed', { from, to });
  if (from === 0 || from === to) return [];
  const ranges: Range[] = [];
  let start = 0;
  let end = to;
  while (from !== end) {
    const middle = start + splitAt(end - start);
    if (from <= middle) {
      ranges.unshift({ start: middle, end });
      end = middle;
    } else {
      ranges.unshift({ start, end: middle });
      start = middle;
    }
  }
  // The old tree's own root is known to the asker, and only when it is a left-most subtree.
  return start === 0 ? ranges : [{ start, end }, ...ranges];
}

export async function inclusionProof(
  at: { index: number; size: number },
  nodes: NodeReader,
  engine: Engine,
): Promise<Uint8Array[]> {
  return hashesOf(inclusionRanges(at.index, at.size), nodes, engine);
}

export async function consistencyProof(
  between: { from: number; to: number },
  nodes: NodeReader,
  engine: Engine,
): Promise<Uint8Array[]> {
  return hashesOf(consistencyRanges(between.from, between.to), nodes, engine);
}

async function hashesOf(
  ranges: readonly Range[],
  nodes: NodeReader,
  engine: Engine,
): Promise<Uint8Array[]> {
  const hashes: Uint8Array[] = [];
  for (const range of ranges) hashes.push(await rangeHash(range, nodes, engine));
  return hashes;
}

/** The largest power of two strictly smaller than `length`, for a length of at least 2. */
function splitAt(length: number): number {
  const power = largestPowerOfTwo(length);
  return power === length ? power / 2 : power;
}

/** The largest power of two not greater than `length`. No shifts: they end at 32 bits. */
function largestPowerOfTwo(length: number): number {
  let power = 1;
  while (power * 2 <= length) power *= 2;
  return power;
}

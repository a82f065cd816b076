/**
 * Shows what root the first leaves of a signed tree have: hashes of complete subtrees that make up
 * both the whole tree and its beginning.
 *
 * A consistency proof can only show that two trees agree. This one can show that they do not: the
 * larger root fixes the root of every beginning, so a smaller tree signed with another root is a
 * second history, whoever is asked.
 */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { edgeRoot } from './edge.ts';
import { hashNode, type NodeReader, type Range, rangeHash } from './merkle.ts';
import type { ProofFlaw } from './proof-checks.ts';
import { hashBytes } from './size.ts';

/** Two heads of one log, the smaller one first. */
interface Heads {
  readonly from: { readonly size: number; readonly root: Uint8Array };
  readonly to: { readonly size: number; readonly root: Uint8Array };
}

/** What the hashes show of two heads: one history, two, or nothing because of a flaw. */
export type PrefixFinding = 'same' | 'forked' | ProofFlaw;

/** The subtrees of a tree of `to` leaves, left to right, none of which crosses `from`. */
export function prefixRanges(from: number, to: number): Range[] {
  if (from <= 0 || from > to) throw new Fault('tlog.range_malformed', { from, to });
  return from === to ? [] : cut({ start: 0, end: to }, from);
}

export async function prefixProof(
  between: { from: number; to: number },
  nodes: NodeReader,
  engine: Engine,
): Promise<Uint8Array[]> {
  const hashes: Uint8Array[] = [];
  for (const range of prefixRanges(between.from, between.to)) {
    hashes.push(await rangeHash(range, nodes, engine));
  }
  return hashes;
}

/** Compares two heads of one log by these hashes, for which nobody has to be trusted. */
export async function judgePrefix(
  { from, to }: Heads,
  hashes: readonly Uint8Array[],
  engine: Engine,
): Promise<PrefixFinding> {
  if (!isSize(from.size) || !isSize(to.size) || from.size > to.size) return 'size_malformed';
  if (![from.root, to.root, ...hashes].every((hash) => hash.length === hashBytes)) {
    return 'hash_malformed';
  }
  const ranges = prefixRanges(from.size, to.size);
  if (hashes.length !== ranges.length) return 'proof_length';
  if (from.size === to.size) return equal(from.root, to.root) ? 'same' : 'forked';
  const parts = ranges.map((range, at) => ({ ...range, hash: hashes[at] ?? to.root }));
  const whole = await foldParts({ start: 0, end: to.size }, parts, engine);
  if (!equal(whole, to.root)) return 'root_differs';
  const edge = parts.filter(({ end }) => end <= from.size).map(({ hash }) => hash);
  const beginning = await edgeRoot({ size: from.size, hashes: edge }, engine);
  return equal(beginning, from.root) ? 'same' : 'forked';
}

function cut(range: Range, at: number): Range[] {
  if (range.end <= at || range.start >= at) return [range];
  const middle = middleOf(range);
  return [...cut({ ...range, end: middle }, at), ...cut({ ...range, start: middle }, at)];
}

async function foldParts(
  range: Range,
  parts: readonly (Range & { hash: Uint8Array })[],
  engine: Engine,
): Promise<Uint8Array> {
  const part = parts.find(({ start, end }) => start === range.start && end === range.end);
  if (part !== undefined) return part.hash;
  const middle = middleOf(range);
  const left = await foldParts({ ...range, end: middle }, parts, engine);
  const right = await foldParts({ ...range, start: middle }, parts, engine);
  return hashNode(left, right, engine);
}

/** RFC 6962 section 2.1: the left side is the largest power of two smaller than the whole. */
function middleOf({ start, end }: Range): number {
  let span = 1;
  while (span * 2 < end - start) span *= 2;
  return start + span;
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size > 0;
}

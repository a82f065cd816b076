/**
 * The two leaves that tie shards together, as text with one spelling.
 *
 * The last leaf of a shard names the origin that goes on; the first leaf of that one names origin,
 * size and root of the shard before. Neither is an entry: no case has anything in them.
 */
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { isKeyName, parseHash, parseSize } from '#formats/tlog';

const closingLine = 'fubie/shard-close/v1';
const openingLine = 'fubie/shard-open/v1';
const leafBytesMax = 2_048;

/** What the last leaf says. */
export interface ShardClosing {
  readonly origin: string;
  readonly next: string;
}

/** What the first leaf says: the final head of the shard before, its closing leaf included. */
export interface ShardOpening {
  readonly origin: string;
  readonly before: { readonly origin: string; readonly size: number; readonly root: Uint8Array };
}

export function printClosing({ origin, next }: ShardClosing): Uint8Array {
  return utf8(`${closingLine}\n${origin}\n${next}\n`);
}

export function printOpening({ origin, before }: ShardOpening): Uint8Array {
  const { size, root } = before;
  return utf8(`${openingLine}\n${origin}\n${before.origin}\n${size}\n${toBase64(root)}\n`);
}

/** Strict: what parses prints back. Refuses with shard.malformed. */
export function parseClosing(leaf: Uint8Array): ShardClosing {
  const [origin = '', next = ''] = linesOf(leaf, closingLine, 2);
  return { origin: nameOf(origin), next: nameOf(next) };
}

export function parseOpening(leaf: Uint8Array): ShardOpening {
  const [origin = '', before = '', size = '', root = ''] = linesOf(leaf, openingLine, 4);
  try {
    const head = { origin: nameOf(before), size: parseSize(size), root: parseHash(root) };
    return { origin: nameOf(origin), before: head };
  } catch (cause) {
    throw new Fault('shard.malformed', { why: 'head' }, { cause });
  }
}

/** Is this the leaf after which a log takes nothing more? */
export function isClosing(leaf: Uint8Array): boolean {
  try {
    return parseClosing(leaf).next !== '';
  } catch (thrown) {
    if (thrown instanceof Fault) return false;
    throw thrown;
  }
}

function linesOf(leaf: Uint8Array, first: string, count: number): readonly string[] {
  if (leaf.length > leafBytesMax) throw new Fault('shard.malformed', { why: 'length' });
  const [head, ...lines] = fromUtf8(leaf).split('\n');
  const rest = lines.slice(0, count);
  if (head !== first || lines.length !== count + 1 || lines[count] !== '') {
    throw new Fault('shard.malformed', { why: 'lines' });
  }
  return rest;
}

function nameOf(text: string): string {
  if (!isKeyName(text)) throw new Fault('shard.malformed', { why: 'origin' });
  return text;
}

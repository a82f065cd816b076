/**
 * The two leaves that tie shards together, as text with one spelling.
 *
 * The last leaf of a shard names the keys by which the log goes on: whoever trusts the key of one
 * shard learns that of the next from it, and from nobody else. The first leaf of the next names
 * origin, size and roots of the shard before. Neither is an entry: no case has anything in them.
 */
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import { Fault, ifReadable } from '#base/fault';
import { isKeyName, parseHash, parseSize } from '#formats/tlog';

const closingLine = 'fubie/shard-close/v1';
const openingLine = 'fubie/shard-open/v1';
/** Where a log has no twin. */
const noTwin = 'none';
const leafBytesMax = 2_048;
/** A verifier key: name, id, key (C2SP signed-note); what is in it is read where it is used. */
const vkeyPattern = /^([^+]+)\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/u;

/** What the last leaf says. */
export interface ShardClosing {
  readonly origin: string;
  /** The vkey of the next shard's log; its name is that origin. */
  readonly next: string;
  /** The vkey of its twin. */
  readonly nextTwin: string | undefined;
}

/** What the first leaf says: the final head of the shard before, its closing leaf included. */
export interface ShardOpening {
  readonly origin: string;
  readonly before: {
    readonly origin: string;
    readonly size: number;
    readonly root: Uint8Array;
    /** The root of the twin's tree of the same size. */
    readonly twinRoot: Uint8Array | undefined;
  };
}

export function printClosing({ origin, next, nextTwin }: ShardClosing): Uint8Array {
  return utf8(`${closingLine}\n${origin}\n${next}\n${nextTwin ?? noTwin}\n`);
}

export function printOpening({ origin, before }: ShardOpening): Uint8Array {
  const { size, root, twinRoot } = before;
  const twin = twinRoot === undefined ? noTwin : toBase64(twinRoot);
  return utf8(`${openingLine}\n${origin}\n${before.origin}\n${size}\n${toBase64(root)}\n${twin}\n`);
}

/** Strict: what parses prints back. Refuses with shard.malformed. */
export function parseClosing(leaf: Uint8Array): ShardClosing {
  const [origin = '', next = '', twin = ''] = linesOf(leaf, closingLine, 3);
  const nextTwin = twin === noTwin ? undefined : vkeyOf(twin);
  return { origin: nameOf(origin), next: vkeyOf(next), nextTwin };
}

export function parseOpening(leaf: Uint8Array): ShardOpening {
  const [origin = '', before = '', size = '', root = '', twin = ''] = linesOf(leaf, openingLine, 5);
  try {
    const twinRoot = twin === noTwin ? undefined : parseHash(twin);
    const head = { origin: nameOf(before), size: parseSize(size), root: parseHash(root), twinRoot };
    return { origin: nameOf(origin), before: head };
  } catch (cause) {
    throw new Fault('shard.malformed', { why: 'head' }, { cause });
  }
}

/** The origin that a closing names: that of the key. */
export function nextOrigin({ next }: Pick<ShardClosing, 'next'>): string {
  return vkeyPattern.exec(next)?.[1] ?? '';
}

/** Is this the leaf after which a log takes nothing more? */
export function isClosing(leaf: Uint8Array): boolean {
  return closingIn(leaf) !== undefined;
}

/** Is this the first or the last leaf of a shard, and no entry of any case? */
export function isBorder(leaf: Uint8Array): boolean {
  return isClosing(leaf) || openingIn(leaf) !== undefined;
}

/** What a leaf says if it is the last one of a shard. */
export function closingIn(leaf: Uint8Array): ShardClosing | undefined {
  return ifReadable(() => parseClosing(leaf));
}

/** What a leaf says if it is the first one of a later shard. */
export function openingIn(leaf: Uint8Array): ShardOpening | undefined {
  return ifReadable(() => parseOpening(leaf));
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

function vkeyOf(text: string): string {
  const name = vkeyPattern.exec(text)?.[1];
  if (name === undefined || !isKeyName(name)) throw new Fault('shard.malformed', { why: 'key' });
  return text;
}

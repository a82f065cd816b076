/**
 * Reads bytes as one DER value and everything inside it (ITU-T X.690 §8, §10, §11).
 *
 * What `parseDer` accepts has one encoding only: definite minimal lengths, minimal integers and
 * object identifiers, zero padding bits, primitive strings. The order of SET OF is the one rule
 * left to who knows the type. `parseBer` reads the freer encodings that signing devices write,
 * keeps the bytes as they are and says what was not DER. Depth and number of values are limited,
 * so hostile input costs no more than its length.
 */
import { concat } from '#base/bytes';
import { Fault } from '#base/fault';
import { classMask, constructedBit, numberMask, tag } from './tags.ts';

export interface Der {
  /** Identifier octet, class and form included. */
  readonly tag: number;
  /** Where the value begins in the bytes that were parsed. */
  readonly at: number;
  /** Identifier, length and content. */
  readonly der: Uint8Array;
  readonly content: Uint8Array;
  /** The values inside a constructed one; empty for a primitive. */
  readonly children: readonly Der[];
}

const derDepthMax = 64;
const derValuesMax = 200_000;
const lengthBytesMax = 4;
const longFormBit = 0x80;
const highTagNumber = 0x1f;

/** A BER value, and in which rules it is not DER. */
export interface Ber {
  readonly value: Der;
  /** The first place against each rule. */
  readonly notStrict: readonly { readonly why: string; readonly at: number }[];
  /** How many bytes follow the value. */
  readonly trailingBytes: number;
}

interface Walk {
  readonly bytes: Uint8Array;
  /** Rules broken so far and where first; undefined when none may be. */
  readonly broken: Map<string, number> | undefined;
  values: number;
}

const endOfContentsBytes = 2;

/** One value and nothing after it; refuses with der.malformed or der.limit. */
export function parseDer(bytes: Uint8Array): Der {
  const walk: Walk = { bytes, broken: undefined, values: 0 };
  const value = readValue(walk, { at: 0, end: bytes.length, depth: 0 });
  if (value.der.length !== bytes.length) refuse(value.der.length, 'bytes after the value');
  return value;
}

/**
 * One value in any encoding X.690 §8 allows: indefinite lengths, strings in pieces (read as one
 * primitive value), spare length octets. Refuses with the codes of `parseDer` what is not BER.
 */
export function parseBer(bytes: Uint8Array): Ber {
  const broken = new Map<string, number>();
  const value = readValue({ bytes, broken, values: 0 }, { at: 0, end: bytes.length, depth: 0 });
  return {
    value,
    notStrict: [...broken].map(([why, at]) => ({ why, at })),
    trailingBytes: bytes.length - value.der.length,
  };
}

function readValue(walk: Walk, place: { at: number; end: number; depth: number }): Der {
  const { at, end, depth } = place;
  walk.values += 1;
  if (depth > derDepthMax) throw new Fault('der.limit', { at, why: 'depth' });
  if (walk.values > derValuesMax) throw new Fault('der.limit', { at, why: 'number of values' });
  const identifier = byteAt(walk.bytes, at, end);
  if ((identifier & numberMask) === highTagNumber) refuse(at, 'tag number over 30');
  const constructed = (identifier & constructedBit) !== 0;
  const { length, contentAt } = readLength(walk, at + 1, end);
  if (length === undefined && !constructed) refuse(at, 'indefinite length of a primitive');
  if (contentAt + (length ?? 0) > end) refuse(at, 'length beyond the end');
  const children: Der[] = [];
  let next = contentAt;
  const contentEnd = length === undefined ? end : contentAt + length;
  for (; next < (constructed ? contentEnd : contentAt); ) {
    if (length === undefined && isEndOfContents(walk.bytes, next, end)) break;
    const child = readValue(walk, { at: next, end: contentEnd, depth: depth + 1 });
    children.push(child);
    next += child.der.length;
  }
  if (length === undefined && !isEndOfContents(walk.bytes, next, end)) refuse(at, 'no end');
  const valueEnd = length === undefined ? next + endOfContentsBytes : contentEnd;
  const content = walk.bytes.subarray(contentAt, length === undefined ? next : contentEnd);
  const value = { tag: identifier, at, der: walk.bytes.subarray(at, valueEnd), content, children };
  return checkUniversal(walk, value);
}

function isEndOfContents(bytes: Uint8Array, at: number, end: number): boolean {
  return at + endOfContentsBytes <= end && bytes[at] === 0 && bytes[at + 1] === 0;
}

/** X.690 §10.1: the definite form in the fewest octets. Undefined is an indefinite length. */
function readLength(
  walk: Walk,
  at: number,
  end: number,
): { length: number | undefined; contentAt: number } {
  const first = byteAt(walk.bytes, at, end);
  if (first < longFormBit) return { length: first, contentAt: at + 1 };
  const count = first & 0x7f;
  if (count === 0) {
    against(walk, at, 'indefinite length');
    return { length: undefined, contentAt: at + 1 };
  }
  if (count > lengthBytesMax) refuse(at, 'length too long');
  let length = 0;
  for (let step = 1; step <= count; step += 1) {
    length = length * 256 + byteAt(walk.bytes, at + step, end);
  }
  const least = count === 1 ? longFormBit : 256 ** (count - 1);
  if (length < least) against(walk, at, 'length not minimal');
  return { length, contentAt: at + 1 + count };
}

function checkUniversal(walk: Walk, value: Der): Der {
  const { tag: identifier, content, at } = value;
  if ((identifier & classMask) !== 0) return value;
  const constructed = (identifier & constructedBit) !== 0;
  const number = identifier | constructedBit;
  if (constructed !== (number === tag.sequence || number === tag.set)) {
    return joined(walk, value);
  }
  const first = content[0];
  switch (identifier) {
    case 0:
      return refuse(at, 'end-of-contents');
    case tag.boolean:
      if (content.length !== 1) refuse(at, 'boolean');
      if (first !== 0 && first !== 0xff) against(walk, at, 'boolean');
      break;
    case tag.integer:
    case tag.enumerated:
      checkInteger(walk, content, at);
      break;
    case tag.bitString:
      checkBitString(walk, content, at);
      break;
    case tag.null:
      if (content.length !== 0) refuse(at, 'null with content');
      break;
    case tag.oid:
      checkOid(content, at);
      break;
    default:
      break;
  }
  return value;
}

/** X.690 §8.7.3: an octet string in pieces is the string they make together. */
function joined(walk: Walk, value: Der): Der {
  const piece = value.children.find((one) => one.tag !== tag.octetString);
  const inPieces = value.tag === (tag.octetString | constructedBit);
  if (!inPieces || piece !== undefined) refuse(value.at, 'form not allowed for this type');
  against(walk, value.at, 'form not allowed for this type');
  const content = concat(...value.children.map((one) => one.content));
  return { ...value, tag: tag.octetString, content, children: [] };
}

/** X.690 §8.3.2: the first nine bits are neither all zero nor all one. */
function checkInteger(walk: Walk, content: Uint8Array, at: number): void {
  const [first, second] = content;
  if (first === undefined) refuse(at, 'empty integer');
  if (second === undefined) return;
  const negative = (second & 0x80) !== 0;
  if ((first === 0 && !negative) || (first === 0xff && negative)) {
    against(walk, at, 'integer not minimal');
  }
}

/** X.690 §11.2.1: unused bits are zero. */
function checkBitString(walk: Walk, content: Uint8Array, at: number): void {
  const unused = content[0];
  const last = content[content.length - 1] ?? 0;
  if (unused === undefined || unused > 7) refuse(at, 'bit string');
  if (content.length === 1 && unused !== 0) refuse(at, 'unused bits');
  if (content.length > 1 && (last & ((1 << unused) - 1)) !== 0) against(walk, at, 'unused bits');
}

/** X.690 §8.19.2: each arc in the fewest octets, the last octet ends an arc. */
function checkOid(content: Uint8Array, at: number): void {
  if (content.length === 0) refuse(at, 'empty object identifier');
  let arcBegins = true;
  for (const byte of content) {
    if (arcBegins && byte === 0x80) refuse(at, 'object identifier not minimal');
    arcBegins = (byte & 0x80) === 0;
  }
  if (!arcBegins) refuse(at, 'object identifier cut short');
}

function byteAt(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at];
  if (byte === undefined || at >= end) refuse(at, 'cut short');
  return byte;
}

/** A rule of DER that BER does not know. */
function against(walk: Walk, at: number, why: string): void {
  if (walk.broken === undefined) refuse(at, why);
  if (!walk.broken.has(why)) walk.broken.set(why, at);
}

function refuse(at: number, why: string): never {
  throw new Fault('der.malformed', { at, why });
}

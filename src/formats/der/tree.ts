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
import { tlv } from './writer.ts';

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
  depth: number;
}

/** Where the parts of a value stand in the bytes that are parsed. */
interface Place {
  readonly at: number;
  readonly contentAt: number;
  readonly contentEnd: number;
  readonly end: number;
}

/**
 * A value as it stands there. Its two views are made when they are first asked for: a message is
 * made of hundreds of values, and of few of them anybody asks for both.
 */
class Standing implements Der {
  tag: number;
  readonly at: number;
  readonly children: readonly Der[];
  readonly #bytes: Uint8Array;
  readonly #place: Place;
  #der: Uint8Array | undefined;
  #content: Uint8Array | undefined;

  constructor(bytes: Uint8Array, place: Place, children: readonly Der[]) {
    this.tag = bytes[place.at] ?? 0;
    this.at = place.at;
    this.children = children;
    this.#bytes = bytes;
    this.#place = place;
  }

  /** Where the next value begins. */
  get end(): number {
    return this.#place.end;
  }

  get der(): Uint8Array {
    this.#der ??= this.#bytes.subarray(this.#place.at, this.#place.end);
    return this.#der;
  }

  get content(): Uint8Array {
    this.#content ??= this.#bytes.subarray(this.#place.contentAt, this.#place.contentEnd);
    return this.#content;
  }

  /** Read as one octet string that its pieces make together. */
  joined(content: Uint8Array): Standing {
    const whole = new Standing(this.#bytes, this.#place, childless);
    whole.tag = tag.octetString;
    whole.#content = content;
    return whole;
  }
}

const childless: readonly Der[] = [];
const endOfContentsBytes = 2;

/** One value and nothing after it; refuses with der.malformed or der.limit. */
export function parseDer(bytes: Uint8Array): Der {
  const walk: Walk = { bytes, broken: undefined, values: 0, depth: 0 };
  const value = readValue(walk, 0, bytes.length);
  if (value.end !== bytes.length) refuse(value.end, 'bytes after the value');
  return value;
}

/**
 * One value in any encoding X.690 §8 allows: indefinite lengths, strings in pieces (read as one
 * primitive value), spare length octets. Refuses with the codes of `parseDer` what is not BER.
 */
export function parseBer(bytes: Uint8Array): Ber {
  const broken = new Map<string, number>();
  const value = readValue({ bytes, broken, values: 0, depth: 0 }, 0, bytes.length);
  return {
    value,
    notStrict: [...broken].map(([why, at]) => ({ why, at })),
    trailingBytes: bytes.length - value.end,
  };
}

/**
 * The value with every length written and every string in one piece, where `parseBer` met others.
 * Only what is signed as it stands is another message then: attributes are signed as DER anyway.
 */
export function definite(value: Der): Uint8Array {
  const isWhole = (value.tag & constructedBit) === 0;
  if (isWhole) return tlv(value.tag, value.content);
  return tlv(value.tag, ...value.children.map(definite));
}

function readValue(walk: Walk, at: number, limit: number): Standing {
  walk.values += 1;
  if (walk.depth > derDepthMax) throw new Fault('der.limit', { at, why: 'depth' });
  if (walk.values > derValuesMax) throw new Fault('der.limit', { at, why: 'number of values' });
  const identifier = byteAt(walk.bytes, at, limit);
  if ((identifier & numberMask) === highTagNumber) refuse(at, 'tag number over 30');
  const constructed = (identifier & constructedBit) !== 0;
  const { length, contentAt } = readLength(walk, at + 1, limit);
  if (length === undefined && !constructed) refuse(at, 'indefinite length of a primitive');
  if (contentAt + (length ?? 0) > limit) refuse(at, 'length beyond the end');
  if (constructed) return readConstructed(walk, { at, contentAt }, { length, limit });
  const end = contentAt + (length ?? 0);
  const place = { at, contentAt, contentEnd: end, end };
  checkPrimitive(walk, identifier, place);
  return new Standing(walk.bytes, place, childless);
}

function readConstructed(
  walk: Walk,
  { at, contentAt }: { readonly at: number; readonly contentAt: number },
  { length, limit }: { readonly length: number | undefined; readonly limit: number },
): Standing {
  const children: Der[] = [];
  const contentLimit = length === undefined ? limit : contentAt + length;
  let next = contentAt;
  walk.depth += 1;
  while (next < contentLimit) {
    if (length === undefined && isEndOfContents(walk.bytes, next, limit)) break;
    const child = readValue(walk, next, contentLimit);
    children.push(child);
    next = child.end;
  }
  walk.depth -= 1;
  if (length === undefined && !isEndOfContents(walk.bytes, next, limit)) refuse(at, 'no end');
  const end = length === undefined ? next + endOfContentsBytes : contentLimit;
  const place = { at, contentAt, contentEnd: next, end };
  return checkForm(walk, new Standing(walk.bytes, place, children));
}

/** The same value read as another: under an implicit tag, or with what it stands for. */
export function derLike(
  { tag: own, at, der, content, children }: Der,
  other: Partial<Pick<Der, 'tag' | 'content' | 'children'>>,
): Der {
  return { tag: own, at, der, content, children, ...other };
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

/** A constructed value of a universal type is a SEQUENCE or a SET, or a string in pieces. */
function checkForm(walk: Walk, value: Standing): Standing {
  const isUniversal = (value.tag & classMask) === 0;
  if (!isUniversal || value.tag === tag.sequence || value.tag === tag.set) return value;
  return joined(walk, value);
}

function checkPrimitive(walk: Walk, identifier: number, place: Place): void {
  if ((identifier & classMask) !== 0) return;
  const { at, contentAt, contentEnd } = place;
  const first = walk.bytes[contentAt];
  switch (identifier) {
    case 0:
      return refuse(at, 'end-of-contents');
    case tag.sequence & ~constructedBit:
    case tag.set & ~constructedBit:
      return refuse(at, 'form not allowed for this type');
    case tag.boolean:
      if (contentEnd - contentAt !== 1) refuse(at, 'boolean');
      if (first !== 0 && first !== 0xff) against(walk, at, 'boolean');
      break;
    case tag.integer:
    case tag.enumerated:
      checkInteger(walk, place);
      break;
    case tag.bitString:
      checkBitString(walk, place);
      break;
    case tag.null:
      if (contentEnd !== contentAt) refuse(at, 'null with content');
      break;
    case tag.oid:
      checkOid(walk.bytes, place);
      break;
    default:
      break;
  }
}

/** X.690 §8.7.3: an octet string in pieces is the string they make together. */
function joined(walk: Walk, value: Standing): Standing {
  const piece = value.children.find((one) => one.tag !== tag.octetString);
  const inPieces = value.tag === (tag.octetString | constructedBit);
  if (!inPieces || piece !== undefined) refuse(value.at, 'form not allowed for this type');
  against(walk, value.at, 'form not allowed for this type');
  const content = concat(...value.children.map((one) => one.content));
  return value.joined(content);
}

/** X.690 §8.3.2: the first nine bits are neither all zero nor all one. */
function checkInteger(walk: Walk, { at, contentAt, contentEnd }: Place): void {
  if (contentEnd === contentAt) refuse(at, 'empty integer');
  if (contentEnd - contentAt === 1) return;
  const first = walk.bytes[contentAt];
  const negative = ((walk.bytes[contentAt + 1] ?? 0) & 0x80) !== 0;
  if ((first === 0 && !negative) || (first === 0xff && negative)) {
    against(walk, at, 'integer not minimal');
  }
}

/** X.690 §11.2.1: unused bits are zero. */
function checkBitString(walk: Walk, { at, contentAt, contentEnd }: Place): void {
  const unused = contentEnd === contentAt ? undefined : walk.bytes[contentAt];
  const last = walk.bytes[contentEnd - 1] ?? 0;
  if (unused === undefined || unused > 7) refuse(at, 'bit string');
  const isEmpty = contentEnd - contentAt === 1;
  if (isEmpty && unused !== 0) refuse(at, 'unused bits');
  if (!isEmpty && (last & ((1 << unused) - 1)) !== 0) against(walk, at, 'unused bits');
}

/** X.690 §8.19.2: each arc in the fewest octets, the last octet ends an arc. */
function checkOid(bytes: Uint8Array, { at, contentAt, contentEnd }: Place): void {
  if (contentEnd === contentAt) refuse(at, 'empty object identifier');
  let arcBegins = true;
  for (let place = contentAt; place < contentEnd; place += 1) {
    const byte = bytes[place] ?? 0;
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

/**
 * Reads bytes as one DER value and everything inside it (ITU-T X.690 §8, §10, §11).
 *
 * What it accepts has one encoding only: definite minimal lengths, minimal integers and object
 * identifiers, zero padding bits, primitive strings. The order of SET OF is the one rule left to
 * who knows the type. Depth and number of values are limited, so hostile input costs no more than
 * its length.
 */
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

interface Walk {
  readonly bytes: Uint8Array;
  values: number;
}

/** One value and nothing after it; refuses with der.malformed or der.limit. */
export function parseDer(bytes: Uint8Array): Der {
  const walk: Walk = { bytes, values: 0 };
  const value = readValue(walk, { at: 0, end: bytes.length, depth: 0 });
  if (value.der.length !== bytes.length) refuse(value.der.length, 'bytes after the value');
  return value;
}

function readValue(walk: Walk, place: { at: number; end: number; depth: number }): Der {
  const { at, end, depth } = place;
  walk.values += 1;
  if (depth > derDepthMax) throw new Fault('der.limit', { at, why: 'depth' });
  if (walk.values > derValuesMax) throw new Fault('der.limit', { at, why: 'number of values' });
  const identifier = byteAt(walk.bytes, at, end);
  if ((identifier & numberMask) === highTagNumber) refuse(at, 'tag number over 30');
  const { length, contentAt } = readLength(walk.bytes, at + 1, end);
  const valueEnd = contentAt + length;
  if (valueEnd > end) refuse(at, 'length beyond the end');
  const content = walk.bytes.subarray(contentAt, valueEnd);
  const children: Der[] = [];
  if ((identifier & constructedBit) !== 0) {
    for (let next = contentAt; next < valueEnd; ) {
      const child = readValue(walk, { at: next, end: valueEnd, depth: depth + 1 });
      children.push(child);
      next += child.der.length;
    }
  }
  checkUniversal(identifier, content, at);
  return { tag: identifier, at, der: walk.bytes.subarray(at, valueEnd), content, children };
}

/** X.690 §10.1: the definite form in the fewest octets. */
function readLength(
  bytes: Uint8Array,
  at: number,
  end: number,
): { length: number; contentAt: number } {
  const first = byteAt(bytes, at, end);
  if (first < longFormBit) return { length: first, contentAt: at + 1 };
  const count = first & 0x7f;
  if (count === 0) refuse(at, 'indefinite length');
  if (count > lengthBytesMax) refuse(at, 'length too long');
  let length = 0;
  for (let step = 1; step <= count; step += 1) {
    length = length * 256 + byteAt(bytes, at + step, end);
  }
  const least = count === 1 ? longFormBit : 256 ** (count - 1);
  if (length < least) refuse(at, 'length not minimal');
  return { length, contentAt: at + 1 + count };
}

function checkUniversal(identifier: number, content: Uint8Array, at: number): void {
  if ((identifier & classMask) !== 0) return;
  const constructed = (identifier & constructedBit) !== 0;
  const number = identifier | constructedBit;
  if (constructed !== (number === tag.sequence || number === tag.set)) {
    refuse(at, 'form not allowed for this type');
  }
  const first = content[0];
  switch (identifier) {
    case 0:
      return refuse(at, 'end-of-contents');
    case tag.boolean:
      if (content.length !== 1 || (first !== 0 && first !== 0xff)) refuse(at, 'boolean');
      return;
    case tag.integer:
    case tag.enumerated:
      return checkInteger(content, at);
    case tag.bitString:
      return checkBitString(content, at);
    case tag.null:
      if (content.length !== 0) refuse(at, 'null with content');
      return;
    case tag.oid:
      return checkOid(content, at);
    default:
      return;
  }
}

/** X.690 §8.3.2: the first nine bits are neither all zero nor all one. */
function checkInteger(content: Uint8Array, at: number): void {
  const [first, second] = content;
  if (first === undefined) refuse(at, 'empty integer');
  if (second === undefined) return;
  const negative = (second & 0x80) !== 0;
  if ((first === 0 && !negative) || (first === 0xff && negative)) {
    refuse(at, 'integer not minimal');
  }
}

/** X.690 §11.2.1: unused bits are zero. */
function checkBitString(content: Uint8Array, at: number): void {
  const unused = content[0];
  const last = content[content.length - 1] ?? 0;
  if (unused === undefined || unused > 7) refuse(at, 'bit string');
  if (content.length === 1 ? unused !== 0 : (last & ((1 << unused) - 1)) !== 0) {
    refuse(at, 'unused bits');
  }
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

function refuse(at: number, why: string): never {
  throw new Fault('der.malformed', { at, why });
}

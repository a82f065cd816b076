/**
 * Writes DER (ITU-T X.690): the only encoding of each value, byte for byte what `parseDer` accepts.
 */
import { compare, fromLatin1, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { contextTag, tag } from './tags.ts';

/** Identifier, minimal length, content. */
export function tlv(identifier: number, ...content: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of content) length += part.length;
  const long = length < longFormFrom ? 0 : octetsOf(length);
  let at = 2 + long;
  // One array and no other on the way: a message is made of hundreds of these.
  const whole = new Uint8Array(at + length);
  whole[0] = identifier;
  whole[1] = long === 0 ? length : longFormFrom | long;
  for (let left = length, octet = long; octet > 0; octet -= 1) {
    whole[1 + octet] = left % 256;
    left = Math.floor(left / 256);
  }
  for (const part of content) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const longFormFrom = 0x80;

function octetsOf(length: number): number {
  let octets = 0;
  for (let left = length; left > 0; left = Math.floor(left / 256)) octets += 1;
  return octets;
}

export function sequence(...values: readonly Uint8Array[]): Uint8Array {
  return tlv(tag.sequence, ...values);
}

/** X.690 §11.6: the members in ascending order of their encodings. */
export function setOf(...values: readonly Uint8Array[]): Uint8Array {
  return tlv(tag.set, ...(values.length < 2 ? values : values.toSorted(compare)));
}

export function contextConstructed(number: number, ...values: readonly Uint8Array[]): Uint8Array {
  return tlv(contextTag(number, 'constructed'), ...values);
}

export function contextPrimitive(number: number, content: Uint8Array): Uint8Array {
  return tlv(contextTag(number, 'primitive'), content);
}

/** A non-negative integer; of its own the house never writes another. */
export function integer(value: bigint | number): Uint8Array {
  if (value < 0) throw new Fault('der.unsuitable', { why: 'negative integer' });
  // Versions, lengths of a second: most are one octet.
  if (value < longFormFrom) return Uint8Array.of(tag.integer, 1, Number(value));
  return integerFromBytes(magnitudeOf(value.toString(16)));
}

/** Any integer in two's complement (X.690 §8.3): what somebody else chose and is given back. */
export function signedInteger(value: bigint): Uint8Array {
  if (value >= 0n) return integer(value);
  // As many octets as the number below it in size needs, and one bit for the sign.
  const octets = Math.floor((-value - 1n).toString(2).length / 8) + 1;
  return tlv(tag.integer, magnitudeOf(BigInt.asUintN(8 * octets, value).toString(16)));
}

/** Digits that were printed here need no look at what they are. */
function magnitudeOf(hex: string): Uint8Array {
  const octets = new Uint8Array((hex.length + 1) >> 1);
  let nibble = 2 * octets.length - hex.length;
  for (let at = 0; at < hex.length; at += 1, nibble += 1) {
    const code = hex.charCodeAt(at);
    const digit = code < 0x3a ? code - 0x30 : code - 0x57;
    octets[nibble >> 1] = ((octets[nibble >> 1] ?? 0) << 4) | digit;
  }
  return octets;
}

/** An integer from its unsigned big-endian bytes, such as a random serial number. */
export function integerFromBytes(magnitude: Uint8Array): Uint8Array {
  let from = 0;
  while (magnitude[from] === 0) from += 1;
  const digits = from === magnitude.length ? zeroOctet : magnitude.subarray(from);
  return (digits[0] ?? 0) < 0x80 ? tlv(tag.integer, digits) : tlv(tag.integer, zeroOctet, digits);
}

const zeroOctet = Uint8Array.of(0);

export function boolean(truth: boolean): Uint8Array {
  return tlv(tag.boolean, Uint8Array.of(truth ? 0xff : 0));
}

export function nullValue(): Uint8Array {
  return tlv(tag.null);
}

export function octetString(content: Uint8Array): Uint8Array {
  return tlv(tag.octetString, content);
}

/** Whole octets unless `unusedBits` of the last one, which must be zero, do not count. */
export function bitString(content: Uint8Array, unusedBits = 0): Uint8Array {
  return tlv(tag.bitString, Uint8Array.of(unusedBits), content);
}

/** An object identifier from its dotted text; those of our own messages are few and remembered. */
export function oid(dotted: string): Uint8Array {
  const known = identifiers.get(dotted);
  if (known !== undefined) return known;
  const made = identifierOf(dotted);
  if (identifiers.size < identifiersMax) identifiers.set(dotted, made);
  return made;
}

const identifiersMax = 256;
const identifiers = new Map<string, Uint8Array>();

function identifierOf(dotted: string): Uint8Array {
  if (!/^[0-2](\.(0|[1-9]\d{0,15})){1,31}$/.test(dotted)) {
    throw new Fault('der.unsuitable', { why: 'object identifier' });
  }
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  if (first < 2 && second > 39) throw new Fault('der.unsuitable', { why: 'object identifier' });
  return tlv(tag.oid, Uint8Array.from([first * 40 + second, ...others].flatMap(arcOctets)));
}

export function utf8String(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new Fault('der.unsuitable', { why: 'surrogate' });
  return tlv(tag.utf8String, utf8(text));
}

/** X.680 §41: ASCII. */
export function ia5String(text: string): Uint8Array {
  if (!/^[ -~]*$/.test(text)) throw new Fault('der.unsuitable', { why: 'not ASCII' });
  return tlv(tag.ia5String, utf8(text));
}

export function printableString(text: string): Uint8Array {
  if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)) {
    throw new Fault('der.unsuitable', { why: 'not printable' });
  }
  return tlv(tag.printableString, fromLatin1(text));
}

function arcOctets(arc: number): number[] {
  const octets = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
    octets.unshift(0x80 | (left % 128));
  }
  return octets;
}

/**
 * What a primitive DER value means. The encoding was checked by `parseDer`; here it is only read.
 */
import { equal, fromUtf8, latin1, toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import { tag } from './tags.ts';
import type { Der } from './tree.ts';

const smallIntegerBytesMax = 6; // Always a safe integer.
const arcBytesMax = 7; // 49 bits, always a safe integer.

/** The content of an INTEGER as a bigint, sign included. */
export function integerOf(value: Der): bigint {
  const magnitude = BigInt(`0x${toHex(value.content) || '0'}`);
  const negative = ((value.content[0] ?? 0) & 0x80) !== 0;
  return negative ? magnitude - (1n << BigInt(8 * value.content.length)) : magnitude;
}

/** A version, size or count: small and not negative, else der.unexpected. */
export function smallIntegerOf(value: Der): number {
  const { content } = value;
  if (content.length > smallIntegerBytesMax || (content[0] ?? 0) >= 0x80) {
    throw new Fault('der.unexpected', { at: value.at, why: 'integer out of range' });
  }
  let number = 0;
  for (let at = 0; at < content.length; at += 1) number = number * 256 + (content[at] ?? 0);
  return number;
}

export function booleanOf(value: Der): boolean {
  return value.content[0] === 0xff;
}

export function bitStringOf(value: Der): { bytes: Uint8Array; unusedBits: number } {
  return { bytes: value.content.subarray(1), unusedBits: value.content[0] ?? 0 };
}

/**
 * Dotted text; arcs beyond 49 bits are der.limit. A message names some thirty identifiers, the same
 * ones as the message before: what was spelled last at a place is compared and not spelled again.
 */
export function oidOf(value: Der): string {
  const { content } = value;
  const place = placeOf(content);
  const last = spelled[place];
  if (last !== undefined && equal(last.content, content)) return last.text;
  const text = dottedOf(value);
  if (content.length <= rememberedBytesMax) spelled[place] = { content: content.slice(), text };
  return text;
}

const spelledMax = 256;
/** Longer ones are some stranger's; so all that is remembered is 16 KB and its texts. */
const rememberedBytesMax = 64;
const spelled: ({ readonly content: Uint8Array; readonly text: string } | undefined)[] = Array.from(
  { length: spelledMax },
);

/** The last arcs are what identifiers of one family differ in. */
function placeOf(content: Uint8Array): number {
  const { length } = content;
  const [last = 0, before = 0] = [content[length - 1], content[length - 2]];
  return (last + 7 * before + 31 * length) % spelledMax;
}

function dottedOf(value: Der): string {
  const { content } = value;
  let text = '';
  let arc = 0;
  let arcBytes = 0;
  // By place and into a text: a message names some thirty identifiers, each of some ten arcs.
  for (let at = 0; at < content.length; at += 1) {
    const byte = content[at] ?? 0;
    arcBytes += 1;
    if (arcBytes > arcBytesMax) throw new Fault('der.limit', { at: value.at, why: 'arc' });
    arc = arc * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    text += text === '' ? jointText(arc) : `.${arc}`;
    arc = 0;
    arcBytes = 0;
  }
  return text === '' ? jointText(0) : text;
}

/** X.690 §8.19.4: the first two arcs are written as one number. */
function jointText(joint: number): string {
  const first = Math.min(2, Math.floor(joint / 40));
  return `${first}.${joint - first * 40}`;
}

/** The text of any directory string type (X.520); other types are der.unexpected. */
export function textOf(value: Der): string {
  switch (value.tag) {
    case tag.utf8String:
      return fromUtf8(value.content);
    case tag.printableString:
    case tag.ia5String:
    case tag.numericString:
    case tag.t61String:
      return latin1(value.content);
    case tag.bmpString:
      return wideText(value, 2);
    case tag.universalString:
      return wideText(value, 4);
    default:
      throw new Fault('der.unexpected', { at: value.at, why: 'not a text' });
  }
}

function wideText(value: Der, bytesPerUnit: number): string {
  const { content, at } = value;
  if (content.length % bytesPerUnit !== 0) throw new Fault('der.malformed', { at, why: 'text' });
  let text = '';
  for (let from = 0; from < content.length; from += bytesPerUnit) {
    let unit = 0;
    for (const byte of content.subarray(from, from + bytesPerUnit)) unit = unit * 256 + byte;
    if (unit > 0x10ffff) throw new Fault('der.malformed', { at, why: 'text' });
    text += bytesPerUnit === 2 ? String.fromCharCode(unit) : String.fromCodePoint(unit);
  }
  return text;
}

/**
 * The /Contents of a signature (ISO 32000-1 §12.8.1): the octets of the CMS, and how they are
 * written in the file.
 */
import type { PdfFile } from './file.ts';
import { depthMax } from './limits.ts';
import { isSpace } from './syntax.ts';
import type { PdfString, PdfValue } from './value.ts';

export interface SignatureContents {
  /** Without the padding. */
  readonly der: Uint8Array;
  readonly paddingIsZero: boolean;
  readonly hexIsLower: boolean;
  readonly flaws: readonly ContentsFlaw[];
}

export type ContentsFlaw =
  | 'contents_indirect'
  | 'contents_malformed'
  | 'contents_missing'
  | 'contents_not_hex';

const sequenceTag = 0x30;
/** A message; an octet string, whole or in the pieces of BER. */
const knownTags: ReadonlySet<number> = new Set([sequenceTag, 0x04, 0x24]);

/** `value` is the member as it stands: what it refers to stands elsewhere than the range says. */
export function readContents(file: PdfFile, value: PdfValue | undefined): SignatureContents {
  const nothing = { der: new Uint8Array(), paddingIsZero: false, hexIsLower: false };
  const flaws: ContentsFlaw[] = value?.kind === 'ref' ? ['contents_indirect'] : [];
  const string = file.resolve(value);
  if (string.kind !== 'string' || string.bytes.length === 0) {
    return { ...nothing, flaws: [...flaws, 'contents_missing'] };
  }
  if (!string.hex) flaws.push('contents_not_hex');
  const hexIsLower = isLowerHex(file.bytes.subarray(string.from, string.to));
  const { bytes } = string;
  const isKnown = knownTags.has(bytes[0] ?? 0);
  const length = isKnown ? elementLength(bytes, 0, 0) : undefined;
  const isSpoiled = string.hex && !hexIsLower && !isHexAlone(file.bytes, string);
  if (length === undefined || isSpoiled) {
    return { ...nothing, der: bytes, hexIsLower, flaws: [...flaws, 'contents_malformed'] };
  }
  return {
    der: bytes.subarray(0, length),
    paddingIsZero: isZeroFrom(bytes, length),
    hexIsLower,
    flaws,
  };
}

/** One element behind the other, as iText writes a whole chain into one string of /Cert. */
export function elementsIn(bytes: Uint8Array): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = 0;
  while (bytes[at] === sequenceTag) {
    const end = elementLength(bytes, at, 0);
    if (end === undefined) break;
    found.push(bytes.subarray(at, end));
    at = end;
  }
  return found.length === 0 ? [bytes] : found;
}

function isZeroFrom(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at += 1) if (bytes[at] !== 0) return false;
  return true;
}

/**
 * Digits and white space (§7.3.4.3). Readers that meet anything else stop, leave it out or take it
 * for a zero, and so see different messages.
 */
function isHexAlone(file: Uint8Array, { from, to }: PdfString): boolean {
  for (let at = from + 1; at < to - 1; at += 1) {
    const byte = file[at] ?? 0;
    const isDigit = isLowerHexDigit(byte) || (byte >= 0x41 && byte <= 0x46);
    if (!isDigit && !isSpace(byte)) return false;
  }
  return true;
}

/** `<`, pairs of digits in lower case and nothing between them, `>`. */
function isLowerHex(text: Uint8Array): boolean {
  if (text[0] !== 0x3c || text.at(-1) !== 0x3e || text.length % 2 !== 0) return false;
  // A loop and no callback: the padding alone is tens of thousands of digits.
  for (let at = 1; at < text.length - 1; at += 1) {
    if (!isLowerHexDigit(text[at] ?? 0)) return false;
  }
  return true;
}

function isLowerHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}

/**
 * Where the element that starts at `at` ends (X.690 §8.1.3); undefined where it does not. Lengths
 * of the indefinite form, which BER writers leave in signatures, are followed to their end marks.
 */
function elementLength(bytes: Uint8Array, at: number, depth: number): number | undefined {
  const first = bytes[at + 1];
  if (first === undefined || depth > depthMax) return undefined;
  const isShort = first < 0x80;
  const count = isShort ? 0 : first & 0x7f;
  if (count > 4 || ((bytes[at] ?? 0) & 0x1f) === 0x1f) return undefined;
  let next = at + 2 + count;
  if (first !== 0x80) {
    let length = isShort ? first : 0;
    for (let place = 0; place < count; place += 1) {
      length = length * 256 + (bytes[at + 2 + place] ?? 0);
    }
    return next + length <= bytes.length ? next + length : undefined;
  }
  while (bytes[next] !== 0 || bytes[next + 1] !== 0) {
    const end = elementLength(bytes, next, depth + 1);
    if (end === undefined) return undefined;
    next = end;
  }
  return next + 2;
}

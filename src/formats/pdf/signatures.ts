/**
 * Reads the signatures of a PDF and how exactly each sits in the file (ISO 32000-1 §12.8.1).
 *
 * A signature only speaks for what its byte range covers, and a range whose gap is not exactly the
 * contents string leaves room for another document. Such oddities are named here and judged by the
 * verifier; nothing about cryptography is said.
 */
import { type PdfField, readFields } from './fields.ts';
import type { PdfFile } from './file.ts';
import type { ByteRange } from './prepare.ts';
import { integer, isName, type PdfDict, type PdfValue, textFrom } from './value.ts';

export type SignatureFlaw =
  | 'byte_range_malformed'
  | 'contents_malformed'
  | 'contents_missing'
  | 'dictionary_malformed'
  | 'gap_differs'
  | 'inside_object_stream'
  | 'shared_by_fields';

export interface PdfSignature {
  readonly field: string;
  /** The object number of the signature dictionary; undefined where it is direct. */
  readonly object: number | undefined;
  /** Zeros where it is malformed; then `flaws` says so. */
  readonly byteRange: ByteRange;
  /** The DER of the CMS without the padding. */
  readonly contents: Uint8Array;
  readonly paddingIsZero: boolean;
  readonly hexIsLower: boolean;
  /** Where the revision that this signature covers ends in the file. */
  readonly revisionEnd: number;
  readonly subFilter: string;
  readonly fubie: boolean;
  readonly signerName: string | undefined;
  /** /M as it stands: what the signer's computer claimed. */
  readonly claimedTime: string | undefined;
  readonly flaws: readonly SignatureFlaw[];
}

/** In the order in which they were made: by the end of what they cover. */
export function readSignatures(file: PdfFile): PdfSignature[] {
  const signed = readFields(file).filter(
    (field) => field.type === 'Sig' && file.resolve(field.value).kind !== 'null',
  );
  const found = signed.map((field) => readSignature(file, field));
  const shared = found.filter((one) =>
    found.some((other) => other !== one && one.object !== undefined && other.object === one.object),
  );
  return found
    .map((one) =>
      shared.includes(one) ? { ...one, flaws: [...one.flaws, 'shared_by_fields' as const] } : one,
    )
    .toSorted((a, b) => a.revisionEnd - b.revisionEnd);
}

function readSignature(file: PdfFile, field: PdfField): PdfSignature {
  const flaws: SignatureFlaw[] = [];
  const object = field.value?.kind === 'ref' ? field.value.number : undefined;
  const dict = file.dict(field.value);
  if (dict === undefined) flaws.push('dictionary_malformed');
  const holder = object ?? field.object;
  if (holder === undefined || file.entries.get(holder)?.kind !== 'at') {
    flaws.push('inside_object_stream');
  }
  const byteRange = rangeOf(file, dict) ?? ([0, 0, 0, 0] as const);
  if (byteRange[3] === 0) flaws.push('byte_range_malformed');
  const string = dict?.entries.get('Contents');
  const contents = contentsOf(file, string);
  flaws.push(...contents.flaws, ...gapFlaws(byteRange, string));
  return {
    field: field.name,
    object,
    byteRange,
    contents: contents.der,
    paddingIsZero: contents.paddingIsZero,
    hexIsLower: contents.hexIsLower,
    revisionEnd: byteRange[2] + byteRange[3],
    subFilter: nameIn(file, dict, 'SubFilter') ?? '',
    fubie: isName(dict?.entries.get('Fubie'), 'v1'),
    signerName: textIn(file, dict, 'Name'),
    claimedTime: textIn(file, dict, 'M'),
    flaws,
  };
}

function rangeOf(file: PdfFile, dict: PdfDict | undefined): ByteRange | undefined {
  const value = dict?.entries.get('ByteRange');
  const [from, first, second, rest, ...more] = file.list(value).map((item) => integer(item));
  if (from !== 0 || first === undefined || second === undefined || rest === undefined) {
    return undefined;
  }
  const ordered = first > 0 && second > first && rest > 0;
  if (!ordered || more.length > 0 || second + rest > file.bytes.length) return undefined;
  return [from, first, second, rest];
}

/** The gap must be the contents string of this very dictionary, brackets included, and no more. */
function gapFlaws([, first, second]: ByteRange, string: PdfValue | undefined): SignatureFlaw[] {
  if (string?.kind !== 'string') return [];
  return string.from === first && string.to === second ? [] : ['gap_differs'];
}

interface Contents {
  readonly der: Uint8Array;
  readonly paddingIsZero: boolean;
  readonly hexIsLower: boolean;
  readonly flaws: readonly SignatureFlaw[];
}

function contentsOf(file: PdfFile, string: PdfValue | undefined): Contents {
  const nothing = { der: new Uint8Array(), paddingIsZero: false, hexIsLower: false };
  if (string?.kind !== 'string' || string.bytes.length === 0) {
    return { ...nothing, flaws: ['contents_missing'] };
  }
  const hexIsLower = isLowerHex(file.bytes.subarray(string.from, string.to));
  const length = derLength(string.bytes);
  if (length === undefined || length > string.bytes.length) {
    return { ...nothing, der: string.bytes, hexIsLower, flaws: ['contents_malformed'] };
  }
  return {
    der: string.bytes.subarray(0, length),
    paddingIsZero: string.bytes.subarray(length).every((byte) => byte === 0),
    hexIsLower,
    flaws: [],
  };
}

/** `<`, pairs of digits in lower case and nothing between them, `>`. */
function isLowerHex(text: Uint8Array): boolean {
  const digits = text.subarray(1, -1);
  const whole = text[0] === 0x3c && text.at(-1) === 0x3e && text.length % 2 === 0;
  return whole && digits.every(isLowerHexDigit);
}

function isLowerHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}

/** Header plus length of the outermost SEQUENCE (X.690 §8.1.3); definite lengths only. */
function derLength(bytes: Uint8Array): number | undefined {
  const first = bytes[1];
  if (bytes[0] !== 0x30 || first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4) return undefined;
  let length = 0;
  for (let at = 0; at < count; at += 1) length = length * 256 + (bytes[2 + at] ?? 0);
  return 2 + count + length;
}

function nameIn(file: PdfFile, dict: PdfDict | undefined, key: string): string | undefined {
  const value = file.resolve(dict?.entries.get(key));
  return value.kind === 'name' ? value.name : undefined;
}

function textIn(file: PdfFile, dict: PdfDict | undefined, key: string): string | undefined {
  const value = file.resolve(dict?.entries.get(key));
  return value.kind === 'string' ? textFrom(value) : undefined;
}

/**
 * Reads the signatures of a PDF and how exactly each sits in the file (ISO 32000-1 §12.8.1).
 *
 * A signature only speaks for what its byte range covers, and a range whose gap is not exactly the
 * contents string leaves room for another document. Such oddities are named here and judged by the
 * verifier; nothing about cryptography is said.
 */
import { latin1 } from '#base/bytes';
import type { Instant } from '#base/clock';
import { type PdfField, readFields } from '../fields/fields.ts';
import { readPermissions, type SignaturePermissions } from '../fields/permissions.ts';
import type { ByteRange } from '../fields/prepare.ts';
import { type ContentsFlaw, elementsIn, readContents } from '../file/contents.ts';
import type { PdfFile } from '../file/file.ts';
import { within } from '../file/limits.ts';
import { integer, isName, type PdfDict, type PdfValue, textFrom } from '../file/value.ts';
import { readPdfDate } from './date.ts';

/** What is wrong with how a signature sits in its file. */
export type SignatureFlaw =
  | ContentsFlaw
  | 'byte_range_malformed'
  | 'byte_range_start'
  | 'dictionary_malformed'
  | 'gap_differs'
  | 'inside_object_stream'
  | 'key_repeated'
  | 'revision_incomplete'
  | 'shared_by_fields';

/** One signature that a field of the form holds. */
export interface PdfSignature extends SignaturePermissions {
  readonly field: string;
  /** A time stamp of the document is a signature by a clock (ISO 32000-2 §12.8.5). */
  readonly kind: 'signature' | 'timestamp';
  /** The object number of the signature dictionary; undefined where it is direct. */
  readonly object: number | undefined;
  /** Zeros where it is malformed; then `flaws` says so. */
  readonly byteRange: ByteRange;
  /** The CMS without the padding, DER or BER as it was written. */
  readonly contents: Uint8Array;
  readonly paddingIsZero: boolean;
  readonly hexIsLower: boolean;
  /** Where the revision that this signature covers ends in the file. */
  readonly revisionEnd: number;
  readonly filter: string;
  readonly subFilter: string;
  readonly fubie: boolean;
  readonly signerName: string | undefined;
  readonly reason: string | undefined;
  readonly location: string | undefined;
  /** /M as it stands: what the signer's computer claimed. */
  readonly claimedTime: string | undefined;
  /** The same as a point in time; undefined where it is no date. */
  readonly claimedAt: Instant | undefined;
  /** /Cert: the chain of a signature of the kind adbe.x509.rsa_sha1, DER each. */
  readonly certificates: readonly Uint8Array[];
  readonly flaws: readonly SignatureFlaw[];
}

const endPattern = /startxref\s+(\d+)\s+%%EOF[\s\0]*$/;
const endBytesMax = 128;
const signaturesMax = 1_000; // of one file: who signs more signs in other files

/** In the order in which they were made: by the end of what they cover. */
export function readSignatures(file: PdfFile): PdfSignature[] {
  const signed = readFields(file).filter(
    (field) => field.type === 'Sig' && file.resolve(field.value).kind !== 'null',
  );
  within(signed.length, signaturesMax, 'signaturesMax');
  const found = signed.map((field) => readSignature(file, field));
  const holders = new Map<number, number>();
  for (const { object } of found) {
    if (object !== undefined) holders.set(object, (holders.get(object) ?? 0) + 1);
  }
  return found
    .map((one) =>
      (holders.get(one.object ?? -1) ?? 0) > 1
        ? { ...one, flaws: [...one.flaws, 'shared_by_fields' as const] }
        : one,
    )
    .toSorted((a, b) => a.revisionEnd - b.revisionEnd);
}

/** What such a signature is called where others are called by their field. */
export const usageRightsName = '/Perms/UR3';

/**
 * The signature with which a maker of forms grants rights to readers (ISO 32000-1 §12.8.2.3): no
 * field holds it and no person signed with it, but it is over the document like any other.
 */
export function readUsageRights(file: PdfFile): PdfSignature | undefined {
  const rights = file.dict(file.catalog().entries.get('Perms'))?.entries;
  const value = rights?.get('UR3') ?? rights?.get('UR');
  if (value === undefined || file.dict(value) === undefined) return undefined;
  const dict: PdfDict = { kind: 'dict', entries: new Map() };
  return readSignature(file, {
    name: usageRightsName,
    object: undefined,
    dict,
    type: 'Sig',
    value,
  });
}

function readSignature(file: PdfFile, field: PdfField): PdfSignature {
  const flaws: SignatureFlaw[] = [];
  const object = field.value?.kind === 'ref' ? field.value.number : undefined;
  const dict = file.dict(field.value);
  if (dict === undefined || !isSignatureType(file, dict)) flaws.push('dictionary_malformed');
  if (dict?.twice !== undefined) flaws.push('key_repeated');
  const holder = object ?? field.object;
  if (holder === undefined || file.entries.get(holder)?.kind !== 'at') {
    flaws.push('inside_object_stream');
  }
  const range = rangeOf(file, dict);
  const byteRange = typeof range === 'string' ? ([0, 0, 0, 0] as const) : range;
  if (typeof range === 'string') flaws.push(range);
  const string = file.resolve(dict?.entries.get('Contents'));
  const contents = readContents(file, dict?.entries.get('Contents'));
  flaws.push(...contents.flaws, ...gapFlaws(byteRange, string));
  const revisionEnd = byteRange[2] + byteRange[3];
  if (typeof range !== 'string' && !endsRevision(file, revisionEnd)) {
    flaws.push('revision_incomplete');
  }
  const claimedTime = textIn(file, dict, 'M');
  const subFilter = nameIn(file, dict, 'SubFilter') ?? '';
  const isStamp = subFilter === 'ETSI.RFC3161' || nameIn(file, dict, 'Type') === 'DocTimeStamp';
  return {
    field: field.name,
    kind: isStamp ? 'timestamp' : 'signature',
    object,
    byteRange,
    contents: contents.der,
    paddingIsZero: contents.paddingIsZero,
    hexIsLower: contents.hexIsLower,
    revisionEnd,
    filter: nameIn(file, dict, 'Filter') ?? '',
    subFilter,
    fubie: isName(dict?.entries.get('Fubie'), 'v1'),
    signerName: textIn(file, dict, 'Name'),
    reason: textIn(file, dict, 'Reason'),
    location: textIn(file, dict, 'Location'),
    claimedTime,
    claimedAt: claimedTime === undefined ? undefined : readPdfDate(claimedTime),
    certificates: certificatesIn(file, dict?.entries.get('Cert')),
    flaws,
    ...readPermissions(file, field, { dict, object }),
  };
}

/** Table 255: absent, or one of two. */
function isSignatureType(file: PdfFile, dict: PdfDict): boolean {
  const type = file.resolve(dict.entries.get('Type'));
  return type.kind === 'null' || isName(type, 'Sig') || isName(type, 'DocTimeStamp');
}

function rangeOf(
  file: PdfFile,
  dict: PdfDict | undefined,
): ByteRange | 'byte_range_malformed' | 'byte_range_start' {
  const value = dict?.entries.get('ByteRange');
  const numbers = file.list(value).map((item) => wholeNumber(file.resolve(item)));
  const [from, first, second, rest, ...more] = numbers;
  if (from === undefined || first === undefined || second === undefined || rest === undefined) {
    return 'byte_range_malformed';
  }
  const ordered = from >= 0 && first > 0 && second > from + first && rest > 0;
  if (!ordered || more.length > 0 || second + rest > file.bytes.length) {
    return 'byte_range_malformed';
  }
  return from === 0 ? [from, first, second, rest] : 'byte_range_start';
}

/** Integers (table 255): where `0.0` stands, one reader rounds, and another reads no range. */
function wholeNumber(value: PdfValue): number | undefined {
  return value.kind === 'number' && value.text.includes('.') ? undefined : integer(value);
}

/** The gap must be the contents string of this very dictionary, brackets included, and no more. */
function gapFlaws([, first, second]: ByteRange, string: PdfValue): SignatureFlaw[] {
  if (string.kind !== 'string') return [];
  return string.from === first && string.to === second ? [] : ['gap_differs'];
}

/**
 * What is covered must be a whole state of the file. A range that stops inside a revision speaks
 * for bytes that nobody could have seen as a document.
 */
function endsRevision(file: PdfFile, end: number): boolean {
  if (end === file.bytes.length) return true;
  const tail = latin1(file.bytes.subarray(Math.max(0, end - endBytesMax), end));
  const start = endPattern.exec(tail)?.[1];
  if (start === undefined) return false;
  const at = Number(start) + file.reading.shift;
  return file.facts.repaired || file.sections.some(({ offset }) => offset === at);
}

function certificatesIn(file: PdfFile, value: PdfValue | undefined): readonly Uint8Array[] {
  const found = file.resolve(value);
  const items = found.kind === 'array' ? found.items.map((item) => file.resolve(item)) : [found];
  return items.flatMap((item) => (item.kind === 'string' ? elementsIn(item.bytes) : []));
}

function nameIn(file: PdfFile, dict: PdfDict | undefined, key: string): string | undefined {
  const value = file.resolve(dict?.entries.get(key));
  return value.kind === 'name' ? value.name : undefined;
}

function textIn(file: PdfFile, dict: PdfDict | undefined, key: string): string | undefined {
  const value = file.resolve(dict?.entries.get(key));
  return value.kind === 'string' ? textFrom(value) : undefined;
}

/**
 * Reads the chain of cross-reference sections of a file (ISO 32000-1 §7.5.4 to §7.5.8): tables,
 * streams and hybrids, newest first. Each section is one revision's word on where objects are.
 *
 * A chain that loops, leaves the file or is longer than the limit is refused. Loosely read, what
 * viewers forgive is forgiven, and what they cannot follow is refused, so that the file is
 * repaired.
 */
import { fromLatin1, indexOf, latin1 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { decodeStream } from './filters.ts';
import { objectNumberMax, Work, within, xrefEntriesMax, xrefSectionsMax } from './limits.ts';
import { findStreamBody, readStreamBody } from './stream.ts';
import { SyntaxReader } from './syntax.ts';
import { integer, isName, type PdfDict, type PdfStream } from './value.ts';

const tailBytesMax = 1024; // where startxref is looked for, as readers agree on
const fieldWidthMax = 7; // bytes of one field of a stream entry: stays a safe integer

export type XrefEntry =
  /** `isHead`: written like the head of the free list, 0000000000 65535. */
  | { readonly kind: 'free'; readonly isHead?: boolean }
  | { readonly kind: 'at'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'inside'; readonly container: number; readonly index: number };

export interface XrefSection {
  readonly offset: number;
  readonly form: 'table' | 'stream' | 'hybrid';
  readonly trailer: PdfDict;
  readonly entries: ReadonlyMap<number, XrefEntry>;
}

/** How the bytes are to be read. */
export interface Reading {
  readonly bytes: Uint8Array;
  readonly engine: Engine;
  readonly work: Work;
  readonly loose: boolean;
  /** What the file's own offsets leave out: bytes before the header, in a loosely read file. */
  readonly shift: number;
}

export function strictReading(bytes: Uint8Array, engine: Engine): Reading {
  return { bytes, engine, work: new Work(), loose: false, shift: 0 };
}

/** All sections, newest first. */
export async function readXrefChain(reading: Reading): Promise<XrefSection[]> {
  const { bytes, loose, shift } = reading;
  const sections: XrefSection[] = [];
  const seen = new Set<number>();
  let entries = 0;
  let next: number | undefined = insideFile(startOfChain(bytes, loose) + shift, bytes);
  while (next !== undefined) {
    if (seen.has(next)) throw new Fault('pdf.xref_malformed', { why: 'loop', at: next });
    seen.add(next);
    within(seen.size, xrefSectionsMax, 'xrefSectionsMax');
    const section: XrefSection = await readSection(reading, next);
    entries += section.entries.size;
    within(entries, xrefEntriesMax, 'xrefEntriesMax');
    sections.push(section);
    next = offsetFrom(section.trailer, 'Prev', reading);
  }
  return sections;
}

/** The offset named by the last `startxref`, which must stand in the file's tail. */
export function startOfChain(bytes: Uint8Array, loose = false): number {
  const from = Math.max(0, bytes.length - tailBytesMax);
  const tail = bytes.subarray(from);
  const at = latin1(tail).lastIndexOf('startxref');
  if (at < 0) throw new Fault('pdf.tail_malformed', { why: 'startxref' });
  const reader = new SyntaxReader(bytes, from + at + 'startxref'.length);
  const offset = reader.wholeNumber();
  if (!loose && indexOf(bytes, fromLatin1('%%EOF'), reader.at) < 0) {
    throw new Fault('pdf.tail_malformed', { why: '%%EOF' });
  }
  return insideFile(offset, bytes);
}

async function readSection(reading: Reading, offset: number): Promise<XrefSection> {
  const { bytes, loose, work } = reading;
  const reader = new SyntaxReader(bytes, offset, reading);
  if (!reader.takes('xref')) return streamSection(reading, offset);
  const written = tableEntries(reader, reading.shift);
  const entries = loose ? correctNumbering(written) : written;
  reader.expect('trailer');
  const trailer = dictAt(reader);
  work.spend(reader.at - offset);
  const hidden = offsetFrom(trailer, 'XRefStm', reading);
  if (hidden === undefined) return { offset, form: 'table', trailer, entries } as const;
  // ISO 32000-1 §7.5.8.4: objects hidden from old readers are free in the table.
  const more = await streamSection(reading, hidden);
  for (const [number, entry] of more.entries) {
    if ((entries.get(number)?.kind ?? 'free') === 'free') entries.set(number, entry);
  }
  return { offset, form: 'hybrid', trailer, entries } as const;
}

/** Some writers call the head of the free list object 1: all their numbers are one too high. */
function correctNumbering(entries: Map<number, XrefEntry>): Map<number, XrefEntry> {
  const head = entries.get(1);
  if (head?.kind !== 'free' || head.isHead !== true || entries.has(0)) return entries;
  return new Map([...entries].map(([number, entry]) => [number - 1, entry]));
}

function tableEntries(reader: SyntaxReader, shift: number): Map<number, XrefEntry> {
  const entries = new Map<number, XrefEntry>();
  for (;;) {
    reader.skipSpace();
    const byte = reader.bytes[reader.at] ?? 0;
    if (byte < 0x30 || byte > 0x39) return entries;
    const first = reader.wholeNumber();
    const count = reader.wholeNumber();
    within(first + count, objectNumberMax, 'objectNumberMax');
    for (let number = first; number < first + count; number += 1) {
      const entry = usualEntry(reader, shift) ?? tableEntry(reader, shift);
      if (!entries.has(number)) entries.set(number, entry);
      within(entries.size, xrefEntriesMax, 'xrefEntriesMax');
    }
  }
}

/** An entry written as it should be, `0000000016 00000 n`; undefined for the others. */
function usualEntry(reader: SyntaxReader, shift: number): XrefEntry | undefined {
  const { bytes } = reader;
  let { at } = reader;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d) at += 1;
  const offset = digits(bytes, at, 10);
  const generation = digits(bytes, at + 11, 5);
  const [kind, next] = [bytes[at + 17], bytes[at + 18]];
  const isSpaced = bytes[at + 10] === 0x20 && bytes[at + 16] === 0x20;
  const ends = next === 0x20 || next === 0x0a || next === 0x0d;
  if (!isSpaced || !ends || offset < 0 || generation < 0) return undefined;
  if (kind !== 0x6e && kind !== 0x66) return undefined;
  reader.at = at + 18;
  if (kind === 0x6e) return { kind: 'at', offset: offset + shift, generation };
  return { kind: 'free', isHead: offset === 0 && generation === 65_535 };
}

function digits(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function tableEntry(reader: SyntaxReader, shift: number): XrefEntry {
  const offset = reader.wholeNumber();
  const generation = reader.wholeNumber();
  if (reader.takes('f')) return { kind: 'free', isHead: offset === 0 && generation === 65_535 };
  reader.expect('n');
  return { kind: 'at', offset: offset + shift, generation };
}

async function streamSection(reading: Reading, offset: number): Promise<XrefSection> {
  const stream = xrefStreamAt(reading, offset);
  const plain = await decodeStream(stream, reading);
  const entries = streamEntries(stream.dict, plain, reading);
  return { offset, form: 'stream', trailer: stream.dict, entries } as const;
}

function xrefStreamAt(reading: Reading, offset: number): PdfStream {
  const { bytes, loose, work } = reading;
  const reader = new SyntaxReader(bytes, offset, reading);
  reader.wholeNumber();
  reader.wholeNumber();
  reader.expect('obj');
  const dict = dictAt(reader);
  work.spend(reader.at - offset);
  if (!isName(dict.entries.get('Type'), 'XRef')) {
    throw new Fault('pdf.xref_malformed', { why: 'type', at: offset });
  }
  // The length must be direct: where an indirect one is, is what this stream is about to say.
  const length = integer(dict.entries.get('Length'));
  if (loose) return findStreamBody(reader, dict, { length, work });
  return readStreamBody(reader, dict, length);
}

function streamEntries(
  dict: PdfDict,
  plain: Uint8Array,
  { shift, loose }: Reading,
): Map<number, XrefEntry> {
  const widths = integers(dict, 'W');
  const [typeWidth = 0, secondWidth = 0, thirdWidth = 0] = widths ?? [];
  if (widths?.length !== 3 || widths.some((width) => width < 0 || width > fieldWidthMax)) {
    throw new Fault('pdf.xref_malformed', { why: 'widths' });
  }
  const ranges = integers(dict, 'Index') ?? [0, integer(dict.entries.get('Size')) ?? 0];
  const entries = new Map<number, XrefEntry>();
  const row = typeWidth + secondWidth + thirdWidth;
  let at = 0;
  for (let range = 0; range + 1 < ranges.length; range += 2) {
    const first = ranges[range] ?? 0;
    const stated = ranges[range + 1] ?? 0;
    const count = loose ? Math.min(stated, Math.floor((plain.length - at) / row)) : stated;
    within(first + count, objectNumberMax, 'objectNumberMax');
    if (first < 0 || count < 0 || row === 0 || at + count * row > plain.length) {
      throw new Fault('pdf.xref_malformed', { why: 'range' });
    }
    for (let number = first; number < first + count; number += 1) {
      const type = typeWidth === 0 ? 1 : bigEndian(plain, at, typeWidth);
      const second = bigEndian(plain, at + typeWidth, secondWidth);
      const third = bigEndian(plain, at + typeWidth + secondWidth, thirdWidth);
      const entry = streamEntry(type, type === 1 ? second + shift : second, third);
      if (!entries.has(number)) entries.set(number, entry);
      at += row;
    }
    within(entries.size, xrefEntriesMax, 'xrefEntriesMax');
  }
  return entries;
}

function streamEntry(type: number, second: number, third: number): XrefEntry {
  if (type === 1) return { kind: 'at', offset: second, generation: third };
  if (type === 2) return { kind: 'inside', container: second, index: third };
  return { kind: 'free' };
}

function bigEndian(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let place = 0; place < width; place += 1) value = value * 256 + (bytes[at + place] ?? 0);
  return value;
}

function integers(dict: PdfDict, key: string): number[] | undefined {
  const value = dict.entries.get(key);
  if (value?.kind !== 'array') return undefined;
  return value.items.map((item) => integer(item) ?? -1);
}

function dictAt(reader: SyntaxReader): PdfDict {
  const value = reader.value();
  if (value.kind !== 'dict') throw new Fault('pdf.trailer_malformed');
  return value;
}

function offsetFrom(trailer: PdfDict, key: string, reading: Reading): number | undefined {
  const value = trailer.entries.get(key);
  if (value === undefined) return undefined;
  const offset = integer(value);
  // Writers print a zero where they have no earlier section.
  if (reading.loose && (offset === undefined || offset === 0)) return undefined;
  return insideFile((offset ?? -1) + reading.shift, reading.bytes);
}

function insideFile(offset: number, bytes: Uint8Array): number {
  if (offset < 0 || offset >= bytes.length) {
    throw new Fault('pdf.xref_malformed', { why: 'offset', at: offset });
  }
  return offset;
}

/**
 * Reads the chain of cross-reference sections of a file (ISO 32000-1 §7.5.4 to §7.5.8): tables,
 * streams and hybrids, newest first. Each section is one revision's word on where objects are.
 *
 * A chain that loops, leaves the file or is longer than the limit is refused. Loosely read, what
 * viewers forgive is forgiven, and what they cannot follow is refused, so that the file is
 * repaired.
 */
import { fromLatin1, indexOf } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { decodeStream } from './filters.ts';
import {
  objectNumberMax,
  objectSteps,
  Work,
  within,
  xrefEntriesMax,
  xrefSectionsMax,
} from './limits.ts';
import { findLastWord } from './scan.ts';
import { findStreamBody, readStreamBody } from './stream.ts';
import { SyntaxReader } from './syntax.ts';
import { integer, isName, type PdfDict, type PdfStream } from './value.ts';
import { rowKind, usualRowBytes, usualRows, XrefTable } from './xref-entries.ts';

const startWord = fromLatin1('startxref');
const tailBytesMax = 1024; // where it is looked for, as readers agree on
/**
 * Bytes of one field of a stream entry. PDFBox writes its offsets in 8; what is too large to be
 * exact lies behind the end of any file.
 */
const fieldWidthMax = 8;

export interface XrefSection {
  readonly offset: number;
  readonly form: 'table' | 'stream' | 'hybrid';
  readonly trailer: PdfDict;
  readonly entries: XrefTable;
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
  const at = findLastWord(bytes, startWord, from);
  if (at < 0) throw new Fault('pdf.tail_malformed', { why: 'startxref' });
  const reader = new SyntaxReader(bytes, at + startWord.length);
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
  const written = tableEntries(reader, reading);
  const entries = loose ? correctNumbering(written) : written;
  reader.expect('trailer');
  const trailer = dictAt(reader);
  work.spend(reader.at - offset);
  const hidden = offsetFrom(trailer, 'XRefStm', reading);
  if (hidden === undefined) return { offset, form: 'table', trailer, entries } as const;
  const more = await streamSection(reading, hidden);
  return { offset, form: 'hybrid', trailer, entries: unhidden(entries, more.entries) } as const;
}

/** ISO 32000-1 §7.5.8.4: objects hidden from old readers are free in the table. */
function unhidden(table: XrefTable, more: XrefTable): XrefTable {
  const entries = new Map(table);
  for (const [number, entry] of more) {
    if ((entries.get(number)?.kind ?? 'free') === 'free') entries.set(number, entry);
  }
  return XrefTable.of(entries);
}

/** Some writers call the head of the free list object 1: all their numbers are one too high. */
function correctNumbering(entries: XrefTable): XrefTable {
  const head = entries.get(1);
  if (head?.kind !== 'free' || head.isHead !== true || entries.has(0)) return entries;
  return XrefTable.of(Array.from(entries, ([number, entry]) => [number - 1, entry] as const));
}

function tableEntries(reader: SyntaxReader, { shift, work }: Reading): XrefTable {
  const entries = new XrefTable();
  for (;;) {
    reader.skipSpace();
    const byte = reader.bytes[reader.at] ?? 0;
    if (byte < 0x30 || byte > 0x39) return entries;
    const first = reader.wholeNumber();
    const count = reader.wholeNumber();
    work.spend(objectSteps);
    within(first + count, objectNumberMax, 'objectNumberMax');
    reader.skipSpace();
    const usual = usualRows(reader.bytes, reader.at, count);
    within(entries.size + usual, xrefEntriesMax, 'xrefEntriesMax');
    entries.leave(first, { bytes: reader.bytes, at: reader.at, count: usual, shift });
    reader.at += usual * usualRowBytes;
    if (usual < count) entries.startRun(first + usual);
    for (let row = usual; row < count; row += 1) {
      tableEntry(reader, entries, shift);
      within(entries.size, xrefEntriesMax, 'xrefEntriesMax');
    }
  }
}

/** An entry in any spelling. */
function tableEntry(reader: SyntaxReader, entries: XrefTable, shift: number): void {
  const offset = reader.wholeNumber();
  const generation = reader.wholeNumber();
  if (reader.takes('f')) {
    const isHead = offset === 0 && generation === 65_535;
    entries.push(isHead ? rowKind.head : rowKind.free, 0, 0);
    return;
  }
  reader.expect('n');
  entries.push(rowKind.at, offset + shift, generation);
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

function streamEntries(dict: PdfDict, plain: Uint8Array, { shift, loose }: Reading): XrefTable {
  const widths = integers(dict, 'W');
  const [typeWidth = 0, secondWidth = 0, thirdWidth = 0] = widths ?? [];
  if (widths?.length !== 3 || widths.some((width) => width < 0 || width > fieldWidthMax)) {
    throw new Fault('pdf.xref_malformed', { why: 'widths' });
  }
  const ranges = integers(dict, 'Index') ?? [0, integer(dict.entries.get('Size')) ?? 0];
  const entries = new XrefTable();
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
    within(entries.size + count, xrefEntriesMax, 'xrefEntriesMax');
    entries.startRun(first, count);
    for (let left = count; left > 0; left -= 1) {
      const type = typeWidth === 0 ? 1 : bigEndian(plain, at, typeWidth);
      const second = bigEndian(plain, at + typeWidth, secondWidth);
      const third = bigEndian(plain, at + typeWidth + secondWidth, thirdWidth);
      if (type === 1) entries.push(rowKind.at, second + shift, third);
      else if (type === 2) entries.push(rowKind.inside, second, third);
      else entries.push(rowKind.free, 0, 0);
      at += row;
    }
  }
  return entries;
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

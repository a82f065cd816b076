/**
 * Reads the chain of cross-reference sections of a file (ISO 32000-1 §7.5.4 to §7.5.8): tables,
 * streams and hybrids, newest first. Each section is one revision's word on where objects are.
 *
 * A chain that loops, leaves the file or is longer than the limit is refused.
 */
import { fromLatin1, indexOf, latin1 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { decodeStream } from './filters.ts';
import { objectNumberMax, within, xrefEntriesMax, xrefSectionsMax } from './limits.ts';
import { readStreamBody } from './stream.ts';
import { SyntaxReader } from './syntax.ts';
import { integer, isName, type PdfDict, type PdfStream } from './value.ts';

const tailBytesMax = 1024; // where startxref is looked for, as readers agree on
const fieldWidthMax = 7; // bytes of one field of a stream entry: stays a safe integer

export type XrefEntry =
  | { readonly kind: 'free' }
  | { readonly kind: 'at'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'inside'; readonly container: number; readonly index: number };

export interface XrefSection {
  readonly offset: number;
  readonly form: 'table' | 'stream' | 'hybrid';
  readonly trailer: PdfDict;
  readonly entries: ReadonlyMap<number, XrefEntry>;
}

/** All sections, newest first. */
export async function readXrefChain(bytes: Uint8Array, engine: Engine): Promise<XrefSection[]> {
  const sections: XrefSection[] = [];
  const seen = new Set<number>();
  let entries = 0;
  let next: number | undefined = startOfChain(bytes);
  while (next !== undefined) {
    if (seen.has(next)) throw new Fault('pdf.xref_malformed', { why: 'loop', at: next });
    seen.add(next);
    within(seen.size, xrefSectionsMax, 'xrefSectionsMax');
    const section: XrefSection = await readSection(bytes, next, engine);
    entries += section.entries.size;
    within(entries, xrefEntriesMax, 'xrefEntriesMax');
    sections.push(section);
    next = offsetFrom(section.trailer, 'Prev', bytes);
  }
  return sections;
}

/** The offset named by the last `startxref`, which must stand in the file's tail. */
export function startOfChain(bytes: Uint8Array): number {
  const from = Math.max(0, bytes.length - tailBytesMax);
  const tail = bytes.subarray(from);
  const at = latin1(tail).lastIndexOf('startxref');
  if (at < 0) throw new Fault('pdf.tail_malformed', { why: 'startxref' });
  const reader = new SyntaxReader(bytes, from + at + 'startxref'.length);
  const offset = reader.wholeNumber();
  if (indexOf(bytes, fromLatin1('%%EOF'), reader.at) < 0) {
    throw new Fault('pdf.tail_malformed', { why: '%%EOF' });
  }
  return insideFile(offset, bytes);
}

async function readSection(bytes: Uint8Array, offset: number, engine: Engine) {
  const reader = new SyntaxReader(bytes, offset);
  if (!reader.takes('xref')) return streamSection(bytes, offset, engine);
  const entries = tableEntries(reader);
  reader.expect('trailer');
  const trailer = dictAt(reader);
  const hidden = offsetFrom(trailer, 'XRefStm', bytes);
  if (hidden === undefined) return { offset, form: 'table', trailer, entries } as const;
  // ISO 32000-1 §7.5.8.4: objects hidden from old readers are free in the table.
  const more = await streamSection(bytes, hidden, engine);
  for (const [number, entry] of more.entries) {
    if ((entries.get(number)?.kind ?? 'free') === 'free') entries.set(number, entry);
  }
  return { offset, form: 'hybrid', trailer, entries } as const;
}

function tableEntries(reader: SyntaxReader): Map<number, XrefEntry> {
  const entries = new Map<number, XrefEntry>();
  for (;;) {
    reader.skipSpace();
    const byte = reader.bytes[reader.at] ?? 0;
    if (byte < 0x30 || byte > 0x39) return entries;
    const first = reader.wholeNumber();
    const count = reader.wholeNumber();
    within(first + count, objectNumberMax, 'objectNumberMax');
    for (let number = first; number < first + count; number += 1) {
      const entry = tableEntry(reader);
      if (!entries.has(number)) entries.set(number, entry);
    }
    within(entries.size, xrefEntriesMax, 'xrefEntriesMax');
  }
}

function tableEntry(reader: SyntaxReader): XrefEntry {
  const offset = reader.wholeNumber();
  const generation = reader.wholeNumber();
  if (reader.takes('f')) return { kind: 'free' };
  reader.expect('n');
  return { kind: 'at', offset, generation };
}

async function streamSection(bytes: Uint8Array, offset: number, engine: Engine) {
  const stream = xrefStreamAt(bytes, offset);
  const plain = await decodeStream(stream, engine);
  const entries = streamEntries(stream.dict, plain);
  return { offset, form: 'stream', trailer: stream.dict, entries } as const;
}

function xrefStreamAt(bytes: Uint8Array, offset: number): PdfStream {
  const reader = new SyntaxReader(bytes, offset);
  reader.wholeNumber();
  reader.wholeNumber();
  reader.expect('obj');
  const dict = dictAt(reader);
  if (!isName(dict.entries.get('Type'), 'XRef')) {
    throw new Fault('pdf.xref_malformed', { why: 'type', at: offset });
  }
  // The length must be direct: where an indirect one is, is what this stream is about to say.
  return readStreamBody(reader, dict, integer(dict.entries.get('Length')));
}

function streamEntries(dict: PdfDict, plain: Uint8Array): Map<number, XrefEntry> {
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
    const count = ranges[range + 1] ?? 0;
    within(first + count, objectNumberMax, 'objectNumberMax');
    if (first < 0 || count < 0 || row === 0 || at + count * row > plain.length) {
      throw new Fault('pdf.xref_malformed', { why: 'range' });
    }
    for (let number = first; number < first + count; number += 1) {
      const type = typeWidth === 0 ? 1 : bigEndian(plain, at, typeWidth);
      const second = bigEndian(plain, at + typeWidth, secondWidth);
      const third = bigEndian(plain, at + typeWidth + secondWidth, thirdWidth);
      if (!entries.has(number)) entries.set(number, streamEntry(type, second, third));
      at += row;
    }
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

function offsetFrom(trailer: PdfDict, key: string, bytes: Uint8Array): number | undefined {
  if (!trailer.entries.has(key)) return undefined;
  return insideFile(integer(trailer.entries.get(key)) ?? -1, bytes);
}

function insideFile(offset: number, bytes: Uint8Array): number {
  if (offset < 0 || offset >= bytes.length) {
    throw new Fault('pdf.xref_malformed', { why: 'offset', at: offset });
  }
  return offset;
}

/**
 * Opens a file whose cross-references lead nowhere, as viewers do: the last definition of each
 * object counts, and the last trailer that leads to pages.
 *
 * What comes out can be judged but is never signed: two viewers that repair differently see two
 * documents.
 */
import { Fault } from '#base/fault';
import { type FileParts, PdfFile } from './file.ts';
import { readContainer } from './object-streams.ts';
import { type Definition, scanDefinitions, scanTrailers } from './scan.ts';
import { SyntaxReader } from './syntax.ts';
import { isName, type PdfDict, type PdfValue, refTo } from './value.ts';
import type { Reading, XrefSection } from './xref.ts';
import { type XrefEntry, XrefTable } from './xref-entries.ts';

/** How the sections of a repaired file are opened; encryption is settled there. */
export type Opener = (
  sections: readonly XrefSection[],
  definitions: Definitions,
) => Promise<PdfFile>;

export type Definitions = readonly Definition[];

export async function repairedFile(reading: Reading, open: Opener): Promise<PdfFile> {
  const definitions = scanDefinitions(reading.bytes, reading.work);
  if (definitions.length === 0) throw new Fault('pdf.unreadable', { why: 'no objects' });
  const entries = new Map<number, XrefEntry>();
  for (const { number, offset, generation } of definitions) {
    entries.set(number, { kind: 'at', offset, generation });
  }
  const bare = new PdfFile({ reading, sections: [sectionOf(entries, nothing)], repaired: true });
  const inside = await objectsInside(bare, reading);
  for (const [number, entry] of inside) entries.set(number, entry);
  const streams = new Set([...inside.values()].map(({ container }) => container));
  const trailer = trailerOf(bare, { reading, streams });
  return open([sectionOf(entries, trailer)], definitions);
}

const nothing: PdfDict = { kind: 'dict', entries: new Map() };

function sectionOf(entries: ReadonlyMap<number, XrefEntry>, trailer: PdfDict): XrefSection {
  return { offset: 0, form: 'table', trailer, entries: XrefTable.of(entries) };
}

type Inside = Extract<XrefEntry, { kind: 'inside' }>;

/** Objects in object streams that no definition behind the stream replaces. */
async function objectsInside(file: PdfFile, reading: Reading): Promise<Map<number, Inside>> {
  const found = new Map<number, Inside>();
  const containers = [...file.entries.keys()]
    .filter((number) => isType(file, number, 'ObjStm'))
    .toSorted((a, b) => (file.placeOf(a) ?? 0) - (file.placeOf(b) ?? 0));
  for (const container of containers) {
    const stream = file.object(container);
    if (stream.kind !== 'stream') continue;
    const opened = await readContainer(stream, reading, (value) => file.resolve(value)).catch(
      unlessLimit,
    );
    const at = file.placeOf(container) ?? 0;
    for (const [index, { number }] of (opened?.places ?? []).entries()) {
      const own = file.placeOf(number);
      if (own === undefined || own < at) found.set(number, { kind: 'inside', container, index });
    }
  }
  return found;
}

function unlessLimit(thrown: unknown): undefined {
  if (thrown instanceof Fault && thrown.code !== 'pdf.limit') return undefined;
  throw thrown;
}

function isType(file: PdfFile, number: number, type: string): boolean {
  const value = file.object(number);
  const dict = value.kind === 'stream' ? value.dict : value;
  return dict.kind === 'dict' && isName(file.resolve(dict.entries.get('Type')), type);
}

/** The last trailer whose root leads to pages; else one made for the last catalogue. */
function trailerOf(
  file: PdfFile,
  { reading, streams }: { reading: Reading; streams: ReadonlySet<number> },
): PdfDict {
  const candidates = [...trailersIn(reading), ...sectionStreams(file)];
  const good = candidates.filter((dict) => leadsToPages(file, dict, streams));
  const encrypted = candidates.findLast(({ entries }) => entries.has('Encrypt'));
  const chosen = good.at(-1) ?? withRoot(file, candidates.at(-1));
  if (chosen === undefined) throw new Fault('pdf.unreadable', { why: 'no catalogue' });
  const entries = new Map(chosen.entries);
  for (const key of ['Encrypt', 'ID']) {
    const value = encrypted?.entries.get(key);
    if (value !== undefined && !entries.has(key)) entries.set(key, value);
  }
  return { kind: 'dict', entries };
}

function trailersIn(reading: Reading): PdfDict[] {
  const { bytes, work } = reading;
  const found: PdfDict[] = [];
  for (const at of scanTrailers(bytes, work)) {
    const reader = new SyntaxReader(bytes, at, reading);
    const value = reader.value();
    work.spend(reader.at - at);
    if (value.kind === 'dict') found.push(value);
  }
  return found;
}

function sectionStreams(file: PdfFile): PdfDict[] {
  return [...file.entries.keys()]
    .filter((number) => isType(file, number, 'XRef'))
    .toSorted((a, b) => (file.placeOf(a) ?? 0) - (file.placeOf(b) ?? 0))
    .flatMap((number) => file.dict(refTo(number)) ?? []);
}

/** A root inside an object stream is believed: it cannot be read before the cipher is known. */
function leadsToPages(file: PdfFile, dict: PdfDict, streams: ReadonlySet<number>): boolean {
  const root: PdfValue | undefined = dict.entries.get('Root');
  if (root?.kind !== 'ref') return false;
  const catalog = file.dict(root);
  if (catalog === undefined) return streams.size > 0 || dict.entries.has('Encrypt');
  return catalog.entries.has('Pages');
}

function withRoot(file: PdfFile, trailer: PdfDict | undefined): PdfDict | undefined {
  const catalogs = [...file.entries.keys()].filter((number) => isType(file, number, 'Catalog'));
  const last = catalogs.toSorted((a, b) => (file.placeOf(a) ?? 0) - (file.placeOf(b) ?? 0)).at(-1);
  if (last === undefined) return undefined;
  return { kind: 'dict', entries: new Map([...(trailer?.entries ?? []), ['Root', refTo(last)]]) };
}

/** Where an object is that its entry misses: the last definition of that number. */
export function lostObjects(reading: Reading): NonNullable<FileParts['lost']> {
  let known: Map<number, number> | undefined;
  return (number) => {
    known ??= new Map(
      scanDefinitions(reading.bytes, reading.work).map((one) => [one.number, one.offset]),
    );
    return known.get(number);
  };
}

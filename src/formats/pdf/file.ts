/**
 * Opens a PDF (ISO 32000-1) and answers for its objects by number.
 *
 * The cross-reference chain is read at once, objects when they are asked for. Nothing is repaired:
 * an object that is not where the chain says is refused with pdf.object_misplaced. Encrypted files
 * are refused, for what a signer saw in them cannot be repeated without the password.
 */
import { fromLatin1, indexOf } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { decodeStream } from './filters.ts';
import { depthMax, inflatedBytesTotalMax, pagesMax, pdfBytesMax, within } from './limits.ts';
import { readStreamBody } from './stream.ts';
import { SyntaxReader } from './syntax.ts';
import { integer, isName, type PdfDict, type PdfRef, type PdfValue, pdfNull } from './value.ts';
import { readXrefChain, type XrefEntry, type XrefSection } from './xref.ts';

interface ObjectContainer {
  readonly bytes: Uint8Array;
  readonly places: readonly { readonly number: number; readonly at: number }[];
}

export interface PdfPage {
  readonly number: number;
  readonly dict: PdfDict;
  /** Of the page itself or the nearest node above it: [left, bottom, right, top]. */
  readonly mediaBox: readonly number[];
}

/** Reads a file. Refuses with a `pdf.*` Fault; never throws anything else for bad bytes. */
export async function openPdf(bytes: Uint8Array, engine: Engine): Promise<PdfFile> {
  within(bytes.length, pdfBytesMax, 'pdfBytesMax');
  if (indexOf(bytes.subarray(0, 8), fromLatin1('%PDF-')) !== 0) {
    throw new Fault('pdf.header_missing');
  }
  const sections = await readXrefChain(bytes, engine);
  const file = new PdfFile(bytes, sections);
  if (file.trailer.entries.has('Encrypt')) throw new Fault('pdf.encrypted');
  await file.unpack(engine);
  if (file.catalog().entries.get('Pages') === undefined) {
    throw new Fault('pdf.trailer_malformed', { why: 'catalog' });
  }
  return file;
}

export class PdfFile {
  readonly bytes: Uint8Array;
  readonly sections: readonly XrefSection[];
  readonly entries: ReadonlyMap<number, XrefEntry>;
  readonly trailer: PdfDict;
  readonly #objects = new Map<number, PdfValue>();
  readonly #opening = new Set<number>();
  readonly #containers = new Map<number, ObjectContainer>();

  constructor(bytes: Uint8Array, sections: readonly XrefSection[]) {
    this.bytes = bytes;
    this.sections = sections;
    const newest = sections[0];
    if (newest === undefined) throw new Fault('pdf.xref_malformed', { why: 'empty' });
    this.trailer = newest.trailer;
    const entries = new Map<number, XrefEntry>();
    for (const section of sections) {
      for (const [number, entry] of section.entries) {
        if (!entries.has(number)) entries.set(number, entry);
      }
    }
    this.entries = entries;
  }

  /** Inflates the object streams, so that every later question is answered at once. */
  async unpack(engine: Engine): Promise<void> {
    const numbers = new Set<number>();
    for (const entry of this.entries.values()) {
      if (entry.kind === 'inside') numbers.add(entry.container);
    }
    let total = 0;
    for (const number of numbers) {
      const container = await this.#openContainer(number, engine);
      total += container.bytes.length;
      within(total, inflatedBytesTotalMax, 'inflatedBytesTotalMax');
      this.#containers.set(number, container);
    }
  }

  /** The object of that number in the newest revision; null where there is none (§7.3.10). */
  object(number: number): PdfValue {
    const known = this.#objects.get(number);
    if (known !== undefined) return known;
    if (this.#opening.has(number)) throw new Fault('pdf.reference_circular', { object: number });
    this.#opening.add(number);
    try {
      const value = this.#read(number);
      this.#objects.set(number, value);
      return value;
    } finally {
      this.#opening.delete(number);
    }
  }

  /** What a value stands for: itself, or the object it refers to. */
  resolve(value: PdfValue | undefined): PdfValue {
    let found = value ?? pdfNull;
    for (let depth = 0; found.kind === 'ref'; depth += 1) {
      within(depth, depthMax, 'depthMax');
      found = this.#generationOf(found) ? this.object(found.number) : pdfNull;
    }
    return found;
  }

  dict(value: PdfValue | undefined): PdfDict | undefined {
    const found = this.resolve(value);
    if (found.kind === 'stream') return found.dict;
    return found.kind === 'dict' ? found : undefined;
  }

  list(value: PdfValue | undefined): readonly PdfValue[] {
    const found = this.resolve(value);
    return found.kind === 'array' ? found.items : [];
  }

  rootRef(): PdfRef {
    const root = this.trailer.entries.get('Root');
    if (root?.kind !== 'ref') throw new Fault('pdf.trailer_malformed', { why: 'root' });
    return root;
  }

  catalog(): PdfDict {
    const catalog = this.dict(this.rootRef());
    if (catalog === undefined) throw new Fault('pdf.trailer_malformed', { why: 'catalog' });
    return catalog;
  }

  /** One more than the highest object number in use. */
  size(): number {
    let size = integer(this.trailer.entries.get('Size')) ?? 0;
    for (const number of this.entries.keys()) size = Math.max(size, number + 1);
    return size;
  }

  /** The leaves of the page tree, in order. */
  pages(): PdfPage[] {
    const pages: PdfPage[] = [];
    this.#collectPages(this.catalog().entries.get('Pages'), {
      pages,
      seen: new Set(),
      mediaBox: [],
      depth: 0,
    });
    return pages;
  }

  #collectPages(node: PdfValue | undefined, walk: PageWalk): void {
    within(walk.depth, depthMax, 'depthMax');
    const dict = this.dict(node);
    if (node?.kind !== 'ref' || dict === undefined || walk.seen.has(node.number)) {
      throw new Fault('pdf.tree_malformed', { tree: 'pages' });
    }
    walk.seen.add(node.number);
    within(walk.seen.size, pagesMax, 'pagesMax');
    const own = this.list(dict.entries.get('MediaBox')).map((side) => this.#number(side));
    const mediaBox = own.length === 4 ? own : walk.mediaBox;
    if (!dict.entries.has('Kids')) {
      walk.pages.push({ number: node.number, dict, mediaBox });
      return;
    }
    for (const kid of this.list(dict.entries.get('Kids'))) {
      this.#collectPages(kid, { ...walk, mediaBox, depth: walk.depth + 1 });
    }
  }

  #number(value: PdfValue): number {
    const found = this.resolve(value);
    return found.kind === 'number' ? found.value : Number.NaN;
  }

  #generationOf(ref: PdfRef): boolean {
    const entry = this.entries.get(ref.number);
    if (entry?.kind === 'at') return entry.generation === ref.generation;
    return entry?.kind === 'inside' && ref.generation === 0;
  }

  #read(number: number): PdfValue {
    const entry = this.entries.get(number);
    if (entry === undefined || entry.kind === 'free') return pdfNull;
    return entry.kind === 'at' ? this.#readAt(number, entry) : this.#readInside(number, entry);
  }

  #readAt(number: number, entry: { offset: number; generation: number }): PdfValue {
    const reader = new SyntaxReader(this.bytes, entry.offset);
    const stands =
      entry.offset < this.bytes.length &&
      reader.wholeNumber() === number &&
      reader.wholeNumber() === entry.generation;
    if (!stands) throw new Fault('pdf.object_misplaced', { object: number, at: entry.offset });
    reader.expect('obj');
    const value = reader.value();
    const whole =
      value.kind === 'dict' && this.#isStream(reader)
        ? readStreamBody(reader, value, integer(this.resolve(value.entries.get('Length'))))
        : value;
    reader.expect('endobj');
    return whole;
  }

  #isStream(reader: SyntaxReader): boolean {
    const { at } = reader;
    const isStream = reader.takes('stream');
    reader.at = at;
    return isStream;
  }

  #readInside(number: number, entry: { container: number; index: number }): PdfValue {
    const container = this.#containers.get(entry.container);
    const place = container?.places[entry.index];
    if (container === undefined || place?.number !== number) {
      throw new Fault('pdf.object_misplaced', { object: number, container: entry.container });
    }
    return new SyntaxReader(container.bytes, place.at).value();
  }

  async #openContainer(number: number, engine: Engine): Promise<ObjectContainer> {
    if (this.entries.get(number)?.kind !== 'at') {
      throw new Fault('pdf.object_misplaced', { object: number });
    }
    const stream = this.object(number);
    if (stream.kind !== 'stream' || !isName(stream.dict.entries.get('Type'), 'ObjStm')) {
      throw new Fault('pdf.object_misplaced', { object: number });
    }
    const bytes = await decodeStream(stream, engine);
    const first = integer(stream.dict.entries.get('First')) ?? -1;
    const count = integer(stream.dict.entries.get('N')) ?? -1;
    if (first < 0 || count < 0 || first > bytes.length || count > first) {
      throw new Fault('pdf.stream_malformed', { object: number, in: 'object stream' });
    }
    const reader = new SyntaxReader(bytes);
    const places = Array.from({ length: count }, () => ({
      number: reader.wholeNumber(),
      at: first + reader.wholeNumber(),
    }));
    return { bytes, places };
  }
}

interface PageWalk {
  readonly pages: PdfPage[];
  readonly seen: Set<number>;
  readonly mediaBox: readonly number[];
  readonly depth: number;
}

/**
 * A PDF that was opened (ISO 32000-1): answers for its objects by number.
 *
 * The cross-reference chain is read at once, objects when they are asked for. Strictly read, an
 * object that is not where the chain says is refused with pdf.object_misplaced. Loosely read, it is
 * looked for as viewers do, and `facts` says so.
 */
import { Fault } from '#base/fault';
import { decipher, type FileCipher } from './encryption.ts';
import { depthMax, objectSteps, within } from './limits.ts';
import { openContainer } from './object-streams.ts';
import { collectPages, type PdfPage } from './pages.ts';
import { emptyShelf, type Loans, type Shelf } from './shelf.ts';
import { findStreamBody, readStreamBody } from './stream.ts';
import { SyntaxReader } from './syntax.ts';
import {
  integer,
  isName,
  type PdfDict,
  type PdfRef,
  type PdfStream,
  type PdfValue,
  pdfNull,
} from './value.ts';
import { type Reading, startOfChain, type XrefSection } from './xref.ts';
import { chained, type XrefEntries } from './xref-entries.ts';

/** What a reader had to forgive in a file, and how it is encrypted. */
export interface PdfFacts {
  /** The cross-references led nowhere: objects were found by looking through the whole file. */
  readonly repaired: boolean;
  /** `header_shifted`, `object_misplaced`, `object_broken`, `container_broken`: each once. */
  readonly oddities: Set<string>;
  /** How strings and streams are encrypted; absent where nothing is. */
  readonly encryption?: { readonly strings: string; readonly streams: string };
}

export interface FileParts {
  readonly reading: Reading;
  readonly sections: readonly XrefSection[];
  readonly shelf?: Shelf;
  /** Of another state of the same bytes. */
  readonly loans?: Loans;
  readonly cipher?: FileCipher;
  readonly repaired?: boolean;
  /** Where an object is that is not where its entry says. */
  readonly lost?: (number: number) => number | undefined;
}

export class PdfFile {
  readonly bytes: Uint8Array;
  readonly sections: readonly XrefSection[];
  readonly entries: XrefEntries;
  readonly trailer: PdfDict;
  /** Objects that the end of the bytes cuts off. */
  readonly cut = new Set<number>();
  /** Streams that say they end behind the end of the bytes: later bytes may be read into them. */
  readonly overlong = new Set<number>();
  readonly #parts: FileParts & { readonly shelf: Shelf };
  readonly #objects = new Map<number, PdfValue>();
  readonly #opening = new Set<number>();
  #pages: readonly PdfPage[] | undefined;

  constructor(parts: FileParts) {
    this.#parts = { ...parts, shelf: parts.shelf ?? emptyShelf(parts.loans) };
    this.bytes = parts.reading.bytes;
    this.sections = parts.sections;
    const newest = this.sections[0];
    if (newest === undefined) throw new Fault('pdf.xref_malformed', { why: 'empty' });
    this.trailer = newest.trailer;
    for (const { entries } of this.sections) parts.reading.work.spend(entries.size * entrySteps);
    this.entries = chained(this.sections.map(({ entries }) => entries));
  }

  get facts(): PdfFacts {
    const { repaired = false, shelf, cipher } = this.#parts;
    const facts = { repaired, oddities: shelf.oddities };
    if (cipher === undefined) return facts;
    return { ...facts, encryption: { strings: cipher.strings, streams: cipher.streams } };
  }

  get reading(): Reading {
    return this.#parts.reading;
  }

  /** What later revisions must be encrypted with; absent where nothing is. */
  get cipher(): FileCipher | undefined {
    return this.#parts.cipher;
  }

  /** What a state with a count of its own may borrow: what is read strictly and as it stands. */
  get loans(): Loans | undefined {
    const { reading, cipher, shelf } = this.#parts;
    return reading.loose || cipher !== undefined ? undefined : shelf.loans;
  }

  /** Inflates the object streams, so that every later question is answered at once. */
  async unpack(): Promise<void> {
    const { shelf, reading } = this.#parts;
    for (const number of this.entries.containers()) {
      const at = this.#offsetOf(number);
      if (at !== undefined && shelf.containers.has(at)) continue;
      try {
        const container = await openContainer(this, number, reading);
        shelf.containers.set(at ?? -1, container);
      } catch (thrown) {
        this.#forgive(thrown, 'container_broken');
      }
    }
  }

  /**
   * The file as it was when it ended at `end`; undefined where no revision known to the chain ends
   * there. Objects that both states read from the same bytes are the same value.
   */
  async stateAt(end: number): Promise<PdfFile | undefined> {
    const { reading } = this.#parts;
    const bytes = reading.bytes.subarray(0, end);
    try {
      const start = startOfChain(bytes, reading.loose) + reading.shift;
      const at = this.sections.findIndex(({ offset }) => offset === start);
      if (at < 0) return undefined;
      const sections = this.sections.slice(at);
      const state = new PdfFile({ ...this.#parts, reading: { ...reading, bytes }, sections });
      await state.unpack();
      return state;
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.code !== 'pdf.limit') return undefined;
      throw thrown;
    }
  }

  /** The object of that number in the newest revision; null where there is none (§7.3.10). */
  object(number: number): PdfValue {
    const known = this.#objects.get(number);
    if (known !== undefined) return known;
    if (this.#opening.has(number) || this.#opening.size > depthMax) {
      if (this.#parts.reading.loose) return pdfNull;
      throw new Fault('pdf.reference_circular', { object: number });
    }
    this.#opening.add(number);
    try {
      const value = this.#read(number);
      this.#objects.set(number, value);
      return value;
    } catch (thrown) {
      this.#forgive(thrown, 'object_broken');
      return pdfNull;
    } finally {
      this.#opening.delete(number);
    }
  }

  /** What a value stands for: itself, or the object it refers to. */
  resolve(value: PdfValue | undefined): PdfValue {
    let found = value ?? pdfNull;
    for (let depth = 0; found.kind === 'ref'; depth += 1) {
      if (depth > depthMax && this.#parts.reading.loose) return pdfNull;
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
    const stated = integer(this.trailer.entries.get('Size')) ?? 0;
    return Math.max(stated, this.entries.highest() + 1);
  }

  /** The leaves of the page tree, in order. */
  pages(): readonly PdfPage[] {
    this.#pages ??= collectPages(this, this.#parts.reading.loose);
    return this.#pages;
  }

  /** Where the bytes of an object start: its own, or those of the stream that holds it. */
  placeOf(number: number): number | undefined {
    const entry = this.entries.get(number);
    return entry?.kind === 'inside' ? this.#offsetOf(entry.container) : this.#offsetOf(number);
  }

  /** What stands at a place as that object, whatever the cross-references say; loosely read. */
  definedAt(number: number, offset: number): PdfValue {
    try {
      const reader = this.#readerAt(number, offset);
      return reader === undefined ? pdfNull : this.#readBody(number, { offset }, reader);
    } catch (thrown) {
      this.#forgive(thrown, 'object_broken');
      return pdfNull;
    }
  }

  #offsetOf(number: number): number | undefined {
    const entry = this.entries.get(number);
    return entry?.kind === 'at' ? entry.offset : undefined;
  }

  #generationOf(ref: PdfRef): boolean {
    const entry = this.entries.get(ref.number);
    if (this.#parts.reading.loose) return entry !== undefined;
    if (entry?.kind === 'at') return entry.generation === ref.generation;
    return entry?.kind === 'inside' && ref.generation === 0;
  }

  #read(number: number): PdfValue {
    const entry = this.entries.get(number);
    if (entry === undefined || entry.kind === 'free') return pdfNull;
    if (entry.kind === 'inside') return this.#readInside(number, entry);
    const { reading, shelf, lost } = this.#parts;
    const held = shelf.parsed.get(entry.offset);
    if (held !== undefined && held.end <= this.bytes.length) return held.value;
    const lent = this.loans?.borrow({ number, ...entry }, reading);
    if (lent !== undefined) {
      shelf.parsed.set(entry.offset, lent);
      return lent.value;
    }
    const reader = this.#readerAt(number, entry.offset, entry.generation);
    if (reader !== undefined) return this.#readBody(number, entry, reader);
    if (!reading.loose) {
      throw new Fault('pdf.object_misplaced', { object: number, at: entry.offset });
    }
    if (entry.offset === reading.shift) return pdfNull; // An entry that writers leave empty.
    const offset = lost?.(number);
    shelf.oddities.add('object_misplaced');
    const found = offset === undefined ? undefined : this.#readerAt(number, offset);
    return found === undefined ? pdfNull : this.#readBody(number, { offset: offset ?? 0 }, found);
  }

  /** A reader behind `obj`, or undefined where that object does not stand there. */
  #readerAt(number: number, offset: number, generation?: number): SyntaxReader | undefined {
    const { loose } = this.#parts.reading;
    const reader = new SyntaxReader(this.bytes, offset, this.#parts.reading);
    if (offset >= this.bytes.length) return undefined;
    try {
      const stands = reader.wholeNumber() === number;
      const own = reader.wholeNumber();
      const same = loose || generation === undefined || own === generation;
      return stands && same && reader.takes('obj') ? reader : undefined;
    } catch (thrown) {
      if (loose && thrown instanceof Fault) return undefined;
      throw thrown;
    }
  }

  #readBody(
    number: number,
    entry: { readonly offset: number; readonly generation?: number },
    reader: SyntaxReader,
  ): PdfValue {
    const { reading, shelf } = this.#parts;
    const before = reading.work.spent();
    reading.work.spend(objectSteps);
    const plain = reader.value();
    const at = { number, generation: entry.generation ?? 0 };
    const value = this.#decipherStrings(plain, at);
    let whole = value;
    let isFixed = true;
    if (value.kind === 'dict' && this.#isStream(reader)) {
      const stated = value.entries.get('Length');
      const length = integer(this.resolve(stated));
      const isOverlong = reader.at + (length ?? 0) >= this.bytes.length;
      if (isOverlong) this.overlong.add(number);
      isFixed = stated?.kind !== 'ref' && !isOverlong;
      whole = this.#sealed(this.#stream(reader, value, length), at);
    }
    if (!reading.loose) reader.expect('endobj');
    reading.work.spend(whole.kind === 'stream' ? 0 : reader.at - entry.offset);
    if (reader.at >= this.bytes.length) this.cut.add(number);
    else if (isFixed) {
      const read = { value: whole, end: reader.at + 1 };
      shelf.parsed.set(entry.offset, read);
      const { offset, generation } = entry;
      if (generation !== undefined)
        this.loans?.lend({ number, generation, offset }, read, reading.work.spent(before));
    }
    return whole;
  }

  #stream(reader: SyntaxReader, dict: PdfDict, length: number | undefined): PdfStream {
    const { loose, work } = this.#parts.reading;
    if (!loose) return readStreamBody(reader, dict, length);
    return findStreamBody(reader, dict, { length, work });
  }

  #isStream(reader: SyntaxReader): boolean {
    const { at } = reader;
    const isStream = reader.takes('stream');
    reader.at = at;
    return isStream;
  }

  #decipherStrings(value: PdfValue, at: { number: number; generation: number }): PdfValue {
    const { cipher, reading } = this.#parts;
    if (cipher === undefined || cipher.strings === 'identity') return value;
    return mapStrings(value, (bytes) => {
      reading.work.spend(bytes.length * decipherSteps);
      return decipher({ key: cipher.key, name: cipher.strings }, at, bytes);
    });
  }

  #sealed(stream: PdfStream, at: { number: number; generation: number }): PdfStream {
    const { cipher, reading } = this.#parts;
    if (cipher === undefined || cipher.streams === 'identity') return stream;
    const { entries } = stream.dict;
    const isPlain = isName(entries.get('Type'), 'Metadata') && !cipher.metadata;
    if (isPlain || isName(entries.get('Type'), 'XRef') || hasOwnCipher(stream)) return stream;
    const deciphered = (): Uint8Array => {
      reading.work.spend(stream.raw.length * decipherSteps);
      return decipher({ key: cipher.key, name: cipher.streams }, at, stream.raw);
    };
    return { ...stream, deciphered };
  }

  #readInside(number: number, entry: { container: number; index: number }): PdfValue {
    const { shelf, reading } = this.#parts;
    const container = shelf.containers.get(this.#offsetOf(entry.container) ?? -1);
    const indexed = container?.places[entry.index];
    const place =
      indexed?.number !== number && reading.loose
        ? container?.places.find((one) => one.number === number)
        : indexed;
    if (container === undefined || place?.number !== number) {
      throw new Fault('pdf.object_misplaced', { object: number, container: entry.container });
    }
    const held = container.values.get(place.at);
    if (held !== undefined) return held;
    const reader = new SyntaxReader(container.bytes, place.at, reading);
    const value = reader.value();
    reading.work.spend(reader.at - place.at);
    container.values.set(place.at, value);
    return value;
  }

  /** Loosely read, what is broken is nothing, as viewers see it; a limit is never forgiven. */
  #forgive(thrown: unknown, oddity: string): void {
    const { reading, shelf } = this.#parts;
    const isFault = thrown instanceof Fault && thrown.code !== 'pdf.limit';
    if (!reading.loose || !isFault) throw thrown;
    shelf.oddities.add(oddity);
  }
}

const entrySteps = 4; // of work for each cross-reference entry
const decipherSteps = 16; // of work for one byte: the ciphers are written plainly

function hasOwnCipher(stream: PdfStream): boolean {
  const filter = stream.dict.entries.get('Filter');
  const first = filter?.kind === 'array' ? filter.items[0] : filter;
  return isName(first, 'Crypt');
}

/** The contents of a signature are never encrypted (ISO 32000-1 §7.6.1). */
function mapStrings(value: PdfValue, change: (bytes: Uint8Array) => Uint8Array): PdfValue {
  if (value.kind === 'string') return { ...value, bytes: change(value.bytes) };
  if (value.kind === 'array') {
    return { kind: 'array', items: value.items.map((item) => mapStrings(item, change)) };
  }
  if (value.kind !== 'dict') return value;
  const isSignature = value.entries.has('ByteRange');
  const entries = [...value.entries].map(([key, item]): [string, PdfValue] => [
    key,
    isSignature && key === 'Contents' ? item : mapStrings(item, change),
  ]);
  return { ...value, entries: new Map(entries) };
}

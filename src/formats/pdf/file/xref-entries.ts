/**
 * Where objects are, as one cross-reference section or a whole chain of them says it.
 *
 * A file may have a hundred thousand objects of which a signature touches ten: rows lie in typed
 * arrays, and an entry becomes an object when somebody asks for it.
 */

/** Where the cross-references say that one object is. */
export type XrefEntry =
  /** `isHead`: written like the head of the free list, 0000000000 65535. */
  | { readonly kind: 'free'; readonly isHead?: boolean }
  | { readonly kind: 'at'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'inside'; readonly container: number; readonly index: number };

/** Entries by object number; each number once, as the newest of its rows says it. */
export interface XrefEntries {
  get(number: number): XrefEntry | undefined;
  has(number: number): boolean;
  keys(): Iterable<number>;
  [Symbol.iterator](): Iterator<readonly [number, XrefEntry]>;
  /** The highest number that stands in a row, or -1. */
  highest(): number;
  /** The object streams that some entry points into. */
  containers(): ReadonlySet<number>;
}

/** What a row says first: the kind of its entry. */
export const rowKind = { free: 0, at: 1, inside: 2, head: 3 } as const;
type RowKind = (typeof rowKind)[keyof typeof rowKind];

/** §7.5.4: `0000000016 00000 n` and a line end of two bytes. */
export const usualRowBytes = 20;

/** Rows as they stand in the file, each of them of the usual form. */
export interface WrittenRows {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly count: number;
  /** What the file's own offsets leave out. */
  readonly shift: number;
}

/** Consecutive numbers: rows left in the file, or rows of the arrays from `row` on. */
interface Run {
  readonly first: number;
  count: number;
  readonly row: number;
  readonly written?: WrittenRows;
}

/** The rows of one section in the order in which they are written. */
export class XrefTable implements XrefEntries {
  /** Rows, repeated numbers included. */
  size = 0;
  #rows = 0; // of the arrays
  #kinds = new Uint8Array(0);
  #firsts = new Float64Array(0); // offset, or number of the container
  #seconds = new Float64Array(0); // generation, or index in the container
  readonly #runs: Run[] = [];
  #open: Run | undefined;
  #end = 0;
  #isOrdered = true;
  #found: Map<number, Run> | undefined;

  static of(entries: Iterable<readonly [number, XrefEntry]>): XrefTable {
    const table = new XrefTable();
    for (const [number, entry] of entries) {
      table.startRun(number);
      if (entry.kind === 'at') table.push(rowKind.at, entry.offset, entry.generation);
      else if (entry.kind === 'inside') table.push(rowKind.inside, entry.container, entry.index);
      else table.push(entry.isHead === true ? rowKind.head : rowKind.free, 0, 0);
    }
    return table;
  }

  /** The next rows pushed are numbered from here; `rows` is how many may be expected. */
  startRun(first: number, rows = 1): void {
    this.#reserve(this.#rows + rows);
    if (this.#open !== undefined && first === this.#end) return;
    this.#open = { first, count: 0, row: this.#rows };
    this.#add(this.#open);
  }

  push(kind: RowKind, first: number, second: number): void {
    const run = this.#open;
    if (run === undefined) return;
    const row = this.#rows;
    if (row === this.#kinds.length) this.#reserve(row + 1);
    this.#kinds[row] = kind;
    this.#firsts[row] = first;
    this.#seconds[row] = second;
    this.#rows = row + 1;
    run.count += 1;
    this.size += 1;
    this.#end += 1;
  }

  /** Rows that are read from the file when somebody asks for one of them. */
  leave(first: number, written: WrittenRows): void {
    this.#open = undefined;
    this.#add({ first, count: written.count, row: 0, written });
    this.size += written.count;
    this.#end += written.count;
  }

  get(number: number): XrefEntry | undefined {
    const run = this.#runOf(number);
    return run === undefined ? undefined : this.#entryIn(run, number - run.first);
  }

  has(number: number): boolean {
    return this.#runOf(number) !== undefined;
  }

  *keys(): Generator<number, undefined> {
    for (const run of this.#runs) yield* this.#numbersOf(run);
  }

  *[Symbol.iterator](): Generator<readonly [number, XrefEntry], undefined> {
    for (const run of this.#runs) {
      for (const number of this.#numbersOf(run)) {
        yield [number, this.#entryIn(run, number - run.first)];
      }
    }
  }

  highest(): number {
    let highest = -1;
    for (const { first, count } of this.#runs) {
      if (count > 0) highest = Math.max(highest, first + count - 1);
    }
    return highest;
  }

  containers(isReplaced: (number: number) => boolean = () => false): ReadonlySet<number> {
    const found = new Set<number>();
    for (const run of this.#runs) {
      // No table points into a stream.
      if (run.written !== undefined) continue;
      for (const number of this.#numbersOf(run)) {
        const row = run.row + number - run.first;
        if (this.#kinds[row] !== rowKind.inside || isReplaced(number)) continue;
        found.add(this.#firsts[row] ?? 0);
      }
    }
    return found;
  }

  *#numbersOf(run: Run): Generator<number, undefined> {
    for (let number = run.first; number < run.first + run.count; number += 1) {
      if (this.#isOrdered || this.#runOf(number) === run) yield number;
    }
  }

  #entryIn({ row, written }: Run, place: number): XrefEntry {
    if (written !== undefined) return writtenEntry(written, place);
    const kind = this.#kinds[row + place];
    const first = this.#firsts[row + place] ?? 0;
    const second = this.#seconds[row + place] ?? 0;
    if (kind === rowKind.at) return { kind: 'at', offset: first, generation: second };
    if (kind === rowKind.inside) return { kind: 'inside', container: first, index: second };
    return kind === rowKind.head ? { kind: 'free', isHead: true } : { kind: 'free' };
  }

  /** The first run with that number; runs that go up are searched by halves, others by a map. */
  #runOf(number: number): Run | undefined {
    if (!this.#isOrdered) return this.#mapped().get(number);
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#runs[middle]?.first ?? 0) <= number) low = middle + 1;
      else high = middle;
    }
    const run = this.#runs[low - 1];
    return run !== undefined && number < run.first + run.count ? run : undefined;
  }

  #mapped(): Map<number, Run> {
    if (this.#found !== undefined) return this.#found;
    const found = new Map<number, Run>();
    for (const run of this.#runs) {
      for (let number = run.first; number < run.first + run.count; number += 1) {
        if (!found.has(number)) found.set(number, run);
      }
    }
    this.#found = found;
    return found;
  }

  #add(run: Run): void {
    if (run.first < this.#end) this.#isOrdered = false;
    this.#end = run.first;
    this.#runs.push(run);
  }

  #reserve(rows: number): void {
    if (rows <= this.#kinds.length) return;
    const room = Math.max(rows, 2 * this.#kinds.length);
    this.#kinds = grown(this.#kinds, new Uint8Array(room));
    this.#firsts = grown(this.#firsts, new Float64Array(room));
    this.#seconds = grown(this.#seconds, new Float64Array(room));
  }
}

function grown<T extends Uint8Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function writtenEntry({ bytes, at, shift }: WrittenRows, place: number): XrefEntry {
  const row = at + place * usualRowBytes;
  const offset = digits(bytes, row, 10);
  const generation = digits(bytes, row + 11, 5);
  if (bytes[row + 17] === 0x6e) return { kind: 'at', offset: offset + shift, generation };
  return offset === 0 && generation === 65_535 ? { kind: 'free', isHead: true } : { kind: 'free' };
}

function digits(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) value = value * 10 + (bytes[at] ?? 0) - 0x30;
  return value;
}

const [zeros, carries, highHalves] = [0x30303030, 0x06060606, 0xf0f0f0f0];
const separators = 0x0000ff00; // of `00 0`
const spaceThird = 0x00002000;
const zeroThird = 0x00003000;
/** ` f` with the line ends that §7.5.4 allows, each as one word of four bytes; */
const [freeSpaceCr, freeSpaceLf, freeCrLf] = [0x2066200d, 0x2066200a, 0x20660d0a];
/** ` n` differs from them in this one bit. */
const usedBit = 0x00080000;

/**
 * How many rows in a row have the usual form to the letter, `most` at most: ten digits, five
 * digits, the kind, a line end. Four bytes at a step, for there may be half a million of them.
 */
export function usualRows(bytes: Uint8Array, from: number, most: number): number {
  const fits = Math.floor((bytes.length - from) / usualRowBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.min(most, fits);
  for (let row = 0; row < count; row += 1) {
    const at = from + row * usualRowBytes;
    const middle = view.getUint32(at + 8);
    const isUsual =
      (middle & separators) === spaceThird &&
      areDigits(view.getUint32(at)) &&
      areDigits(view.getUint32(at + 4)) &&
      areDigits((middle & ~separators) | zeroThird) &&
      areDigits(view.getUint32(at + 12)) &&
      endsRow(view.getUint32(at + 16));
    if (!isUsual) return row;
  }
  return count;
}

function endsRow(word: number): boolean {
  const end = word & ~usedBit;
  return end === freeSpaceLf || end === freeSpaceCr || end === freeCrLf;
}

/** Each byte is 0x30 to 0x39: the high half is 3, and adding 6 to the low half does not carry. */
function areDigits(word: number): boolean {
  const low = word ^ zeros;
  return ((low | (low + carries)) & highHalves) === 0;
}

/** What the whole chain says: of each number, its newest section's word. */
export function chained(tables: readonly XrefTable[]): XrefEntries {
  const [only] = tables;
  return only !== undefined && tables.length === 1 ? only : new XrefChain(tables);
}

/**
 * The largest section stays as it was read; what newer and older ones say beside it is held apart,
 * which in a file that was changed a little is little.
 */
class XrefChain implements XrefEntries {
  readonly #newer = new Map<number, XrefEntry>();
  readonly #largest: XrefTable;
  readonly #older = new Map<number, XrefEntry>();

  constructor(tables: readonly XrefTable[]) {
    this.#largest = tables.reduce((a, b) => (b.size > a.size ? b : a));
    const place = tables.indexOf(this.#largest);
    for (const table of tables.slice(0, place)) {
      for (const [number, entry] of table) {
        if (!this.#newer.has(number)) this.#newer.set(number, entry);
      }
    }
    for (const table of tables.slice(place + 1)) {
      for (const [number, entry] of table) {
        if (!this.has(number)) this.#older.set(number, entry);
      }
    }
  }

  get(number: number): XrefEntry | undefined {
    return this.#newer.get(number) ?? this.#largest.get(number) ?? this.#older.get(number);
  }

  has(number: number): boolean {
    return this.#newer.has(number) || this.#largest.has(number) || this.#older.has(number);
  }

  *keys(): Generator<number, undefined> {
    yield* this.#newer.keys();
    for (const number of this.#largest.keys()) if (!this.#newer.has(number)) yield number;
    yield* this.#older.keys();
  }

  *[Symbol.iterator](): Generator<readonly [number, XrefEntry], undefined> {
    yield* this.#newer;
    for (const one of this.#largest) if (!this.#newer.has(one[0])) yield one;
    yield* this.#older;
  }

  highest(): number {
    let highest = this.#largest.highest();
    for (const shelf of [this.#newer, this.#older]) {
      for (const number of shelf.keys()) highest = Math.max(highest, number);
    }
    return highest;
  }

  containers(): ReadonlySet<number> {
    const found = new Set(this.#largest.containers((number) => this.#newer.has(number)));
    for (const shelf of [this.#newer, this.#older]) {
      for (const entry of shelf.values()) if (entry.kind === 'inside') found.add(entry.container);
    }
    return found;
  }
}

/**
 * Appends one revision to a PDF (ISO 32000-1 §7.5.6): new objects, a cross-reference section that
 * names them, a trailer. Not one byte of what was there is written again.
 *
 * The new section takes the form of the newest one: a stream where the file ends in a stream, for
 * §7.5.8.4 wants no table on top of a stream.
 */
import { concat, fromLatin1 } from '#base/bytes';
import { RevisionCipher } from './encrypted-writing.ts';
import type { PdfFile } from './file.ts';
import { objectNumberMax, pdfBytesMax, within } from './limits.ts';
import { printText, printValue } from './print.ts';
import { arrayOf, nameOf, numberOf, type PdfRef, type PdfValue, refTo } from './value.ts';
import { startOfChain } from './xref.ts';

const offsetWidth = 4; // bytes of an offset in a cross-reference stream: 4 GiB, beyond pdfBytesMax
const generationWidth = 2; // ISO 32000-1 §7.5.4: at most 65,535
const trailerKeys = ['Root', 'Info', 'ID', 'Encrypt'] as const;
/** What a section says of itself; all else of a trailer is taken over (§7.5.6). */
const sectionKeys = new Set(
  'Size Prev XRefStm Type W Index Length Filter DecodeParms F FFilter FDecodeParms DL'.split(' '),
);

/** A file and what is appended to it, which are joined when somebody asks for both in one. */
export class Appended {
  readonly before: Uint8Array;
  /** Where the body of each new object starts in the whole, behind `obj`. */
  readonly bodyAt: ReadonlyMap<number, number>;
  #appended: Uint8Array;
  #whole: Uint8Array | undefined;

  constructor(before: Uint8Array, appended: Uint8Array, bodyAt: ReadonlyMap<number, number>) {
    this.before = before;
    this.bodyAt = bodyAt;
    this.#appended = appended;
  }

  get appended(): Uint8Array {
    return this.#appended;
  }

  /** A copy of the earlier bytes costs as much as half their digest: whoever can, writes two. */
  get bytes(): Uint8Array {
    if (this.#whole !== undefined) return this.#whole;
    const whole = concat(this.before, this.#appended);
    this.#whole = whole;
    // What is written into the one is written into the other.
    this.#appended = whole.subarray(this.before.length);
    return whole;
  }
}

export class Increment {
  readonly #file: PdfFile;
  readonly #bodies = new Map<number, readonly Uint8Array[]>();
  readonly #cipher: RevisionCipher | undefined;
  #next: number;

  constructor(file: PdfFile) {
    const { cipher, bytes } = file;
    this.#file = file;
    this.#next = file.size();
    this.#cipher = cipher === undefined ? undefined : new RevisionCipher(cipher, bytes.length);
  }

  /** A number for an object that is not there yet. */
  allocate(): PdfRef {
    const ref = refTo(this.#next);
    within(ref.number, objectNumberMax, 'objectNumberMax');
    this.#next += 1;
    return ref;
  }

  /** An object of the file, or of this revision, in the generation that its references name. */
  refTo(number: number): PdfRef {
    const entry = this.#file.entries.get(number);
    return refTo(number, entry?.kind === 'at' ? entry.generation : 0);
  }

  put(ref: PdfRef, value: PdfValue): void {
    this.putBody(ref, printValue(this.sealed(ref, value)));
  }

  /** The value as that object must hold it: encrypted, in a file that is. */
  sealed(ref: PdfRef, value: PdfValue): PdfValue {
    return this.#cipher?.seal(this.refTo(ref.number), value) ?? value;
  }

  /** As it is printed, in pieces that are written one behind the other. */
  putBody(ref: PdfRef, ...body: readonly Uint8Array[]): void {
    this.#bodies.set(ref.number, body);
  }

  build(): Appended {
    const { bytes } = this.#file;
    const parts: Uint8Array[] = [];
    let at = bytes.length;
    const write = (part: Uint8Array): void => {
      parts.push(part);
      at += part.length;
    };
    // A bare line end here could be counted to the earlier revision, whose digest is fixed.
    if (bytes.at(-1) !== 0x0a) write(fromLatin1(' \n'));
    const offsets = new Map<number, number>();
    const bodyAt = new Map<number, number>();
    for (const [number, body] of [...this.#bodies].toSorted(([a], [b]) => a - b)) {
      offsets.set(number, at);
      write(fromLatin1(`${number} ${this.refTo(number).generation} obj\n`));
      bodyAt.set(number, at);
      for (const part of body) write(part);
      write(fromLatin1('\nendobj\n'));
    }
    const isStream = this.#file.sections[0]?.form === 'stream';
    const start = at;
    write(isStream ? this.#xrefStream(offsets, start) : this.#xrefTable(offsets));
    write(fromLatin1(`startxref\n${start}\n%%EOF\n`));
    within(at, pdfBytesMax, 'pdfBytesMax');
    return new Appended(bytes, concat(...parts), bodyAt);
  }

  #xrefTable(offsets: ReadonlyMap<number, number>): Uint8Array {
    const lines = ranges([...offsets.keys()]).map(([first, count]) => {
      const entries = Array.from({ length: count }, (_, place) => {
        const offset = String(offsets.get(first + place) ?? 0).padStart(10, '0');
        const generation = String(this.refTo(first + place).generation).padStart(5, '0');
        return `${offset} ${generation} n \n`;
      });
      return `${first} ${count}\n${entries.join('')}`;
    });
    const trailer = { kind: 'dict', entries: this.#trailer(this.#next) } as const;
    return fromLatin1(`xref\n${lines.join('')}trailer\n${printText(trailer)}\n`);
  }

  #xrefStream(offsets: ReadonlyMap<number, number>, start: number): Uint8Array {
    const own = this.#next;
    const places = new Map([...offsets, [own, start]]);
    const numbers = [...places.keys()].toSorted((a, b) => a - b);
    const width = 1 + offsetWidth + generationWidth;
    const rows = new Uint8Array(numbers.length * width);
    numbers.forEach((number, row) => {
      const view = new DataView(rows.buffer, row * width);
      view.setUint8(0, 1);
      view.setUint32(1, places.get(number) ?? 0);
      view.setUint16(1 + offsetWidth, this.refTo(number).generation);
    });
    const index = ranges(numbers).flat();
    const entries = new Map<string, PdfValue>([
      ['Type', nameOf('XRef')],
      ...this.#trailer(own + 1),
      ['W', arrayOf([1, offsetWidth, generationWidth].map(numberOf))],
      ['Index', arrayOf(index.map(numberOf))],
      ['Length', numberOf(rows.length)],
    ]);
    const body = printValue({ kind: 'stream', dict: { kind: 'dict', entries }, raw: rows });
    return concat(fromLatin1(`${own} 0 obj\n`), body, fromLatin1('\nendobj\n'));
  }

  #trailer(size: number): Map<string, PdfValue> {
    const { trailer, bytes } = this.#file;
    const entries = new Map<string, PdfValue>([['Size', numberOf(size)]]);
    for (const key of [...trailerKeys, ...trailer.entries.keys()]) {
      const value = trailer.entries.get(key);
      if (value !== undefined && !sectionKeys.has(key)) entries.set(key, value);
    }
    entries.set('Prev', numberOf(startOfChain(bytes)));
    return entries;
  }
}

/** Runs of consecutive numbers as [first, count]; the numbers are sorted here. */
function ranges(numbers: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === number) last[1] += 1;
    else runs.push([number, 1]);
  }
  return runs;
}

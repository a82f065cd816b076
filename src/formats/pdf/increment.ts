/**
 * Appends one revision to a PDF (ISO 32000-1 §7.5.6): new objects, a cross-reference section that
 * names them, a trailer. Not one byte of what was there is written again.
 *
 * The new section takes the form of the newest one: a stream where the file ends in a stream, for
 * §7.5.8.4 wants no table on top of a stream.
 */
import { concat, fromLatin1 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { PdfFile } from './file.ts';
import { pdfBytesMax, within } from './limits.ts';
import { printText, printValue } from './print.ts';
import { arrayOf, nameOf, numberOf, type PdfRef, type PdfValue, refTo } from './value.ts';
import { startOfChain } from './xref.ts';

const offsetWidth = 4; // bytes of an offset in a cross-reference stream: 4 GiB, beyond pdfBytesMax
const trailerKeys = ['Root', 'Info', 'ID'] as const;

export interface Appended {
  readonly bytes: Uint8Array;
  /** Where the body of each new object starts, behind `obj`. */
  readonly bodyAt: ReadonlyMap<number, number>;
}

export class Increment {
  readonly #file: PdfFile;
  readonly #bodies = new Map<number, Uint8Array>();
  #next: number;

  constructor(file: PdfFile) {
    this.#file = file;
    this.#next = file.size();
  }

  /** A number for an object that is not there yet. */
  allocate(): PdfRef {
    const ref = refTo(this.#next);
    this.#next += 1;
    return ref;
  }

  put(ref: PdfRef, value: PdfValue): void {
    this.putBody(ref, printValue(value));
  }

  putBody(ref: PdfRef, body: Uint8Array): void {
    // Only generation 0 is ever written here: freed numbers are not used again.
    if (ref.generation !== 0) throw new Fault('pdf.object_misplaced', { object: ref.number });
    this.#bodies.set(ref.number, body);
  }

  build(): Appended {
    const { bytes } = this.#file;
    const parts: Uint8Array[] = [bytes];
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
      write(fromLatin1(`${number} 0 obj\n`));
      bodyAt.set(number, at);
      write(body);
      write(fromLatin1('\nendobj\n'));
    }
    const isStream = this.#file.sections[0]?.form === 'stream';
    const start = at;
    write(isStream ? this.#xrefStream(offsets, start) : this.#xrefTable(offsets));
    write(fromLatin1(`startxref\n${start}\n%%EOF\n`));
    within(at, pdfBytesMax, 'pdfBytesMax');
    return { bytes: concat(...parts), bodyAt };
  }

  #xrefTable(offsets: ReadonlyMap<number, number>): Uint8Array {
    const lines = ranges([...offsets.keys()]).map(([first, count]) => {
      const entries = Array.from({ length: count }, (_, place) => {
        const offset = offsets.get(first + place) ?? 0;
        return `${String(offset).padStart(10, '0')} 00000 n \n`;
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
    const rows = new Uint8Array(numbers.length * (offsetWidth + 2));
    numbers.forEach((number, row) => {
      const view = new DataView(rows.buffer, row * (offsetWidth + 2));
      view.setUint8(0, 1);
      view.setUint32(1, places.get(number) ?? 0);
    });
    const index = ranges(numbers).flat();
    const entries = new Map<string, PdfValue>([
      ['Type', nameOf('XRef')],
      ...this.#trailer(own + 1),
      ['W', arrayOf([1, offsetWidth, 1].map(numberOf))],
      ['Index', arrayOf(index.map(numberOf))],
      ['Length', numberOf(rows.length)],
    ]);
    const body = printValue({ kind: 'stream', dict: { kind: 'dict', entries }, raw: rows });
    return concat(fromLatin1(`${own} 0 obj\n`), body, fromLatin1('\nendobj\n'));
  }

  #trailer(size: number): Map<string, PdfValue> {
    const { trailer, bytes } = this.#file;
    const entries = new Map<string, PdfValue>([['Size', numberOf(size)]]);
    for (const key of trailerKeys) {
      const value = trailer.entries.get(key);
      if (value !== undefined) entries.set(key, value);
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

/**
 * Reads PDF objects from bytes (ISO 32000-1 §7.2, §7.3) with limits: strictly, or loosely.
 *
 * Strictly, anything that two readers could take differently is refused: a repeated key in a
 * dictionary, a stray keyword, a broken escape in a name. Loosely, what viewers forgive is forgiven
 * as they do it, and repeated keys are remembered. A refusal is always a Fault.
 */
import { latin1 } from '#base/bytes';
import { Fault } from '#base/fault';
import { depthMax, objectNumberMax, type Work, within } from './limits.ts';
import { type PdfDict, type PdfString, type PdfValue, pdfNull, sameValue } from './value.ts';

const tokenBytesMax = 1024;
const nameBytesMax = 127;
const longNameSteps = 4; // of work for each byte
const stringBytesMax = 4 * 1024 * 1024;
const valueSteps = 8; // of work, beside its bytes
const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** White space of PDF syntax (ISO 32000-1 §7.2.2). */
export const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c || byte === 0;

const delimiters = new Set([...'()<>[]{}/%'].map((letter) => letter.charCodeAt(0)));

const isRegular = (byte: number | undefined): boolean =>
  byte !== undefined && !isSpace(byte) && !delimiters.has(byte);

/** Words that end an object, whatever brackets are still open in it. */
const closers = new Set(['endobj', 'endstream', 'stream', 'obj', 'xref', 'trailer', 'startxref']);

/** How a reader takes what is badly written, and what its work is counted on. */
export interface Manner {
  readonly loose: boolean;
  readonly work?: Work;
}

export class SyntaxReader {
  readonly bytes: Uint8Array;
  readonly #loose: boolean;
  readonly #work: Work | undefined;
  at: number;

  constructor(bytes: Uint8Array, at = 0, manner: Manner = { loose: false }) {
    this.bytes = bytes;
    this.at = at;
    this.#loose = manner.loose;
    this.#work = manner.work;
  }

  skipSpace(): void {
    for (;;) {
      const byte = this.bytes[this.at];
      if (isSpace(byte)) this.at += 1;
      else if (byte === 0x25) this.#skipComment();
      else return;
    }
  }

  /** The next run of regular characters, or '' where there is none. */
  word(): string {
    this.skipSpace();
    const from = this.at;
    let word = '';
    for (let byte = this.bytes[from]; isRegular(byte); byte = this.bytes[this.at]) {
      word += String.fromCharCode(byte ?? 0);
      this.at += 1;
      if (this.#loose && this.at - from >= tokenBytesMax) {
        this.#work?.spend(tokenBytesMax * longNameSteps);
        return word;
      }
      within(this.at - from, tokenBytesMax, 'tokenBytesMax');
    }
    return word;
  }

  expect(keyword: string): void {
    const from = this.at;
    if (this.word() !== keyword) throw new Fault('pdf.syntax', { at: from, expected: keyword });
  }

  /** Steps over `keyword` if it comes next. */
  takes(keyword: string): boolean {
    const from = this.at;
    if (this.word() === keyword) return true;
    this.at = from;
    return false;
  }

  wholeNumber(): number {
    const from = this.at;
    const word = this.word();
    if (!/^\d{1,15}$/.test(word)) throw new Fault('pdf.syntax', { at: from, expected: 'integer' });
    return Number(word);
  }

  value(depth = 0): PdfValue {
    within(depth, depthMax, 'depthMax');
    this.#work?.value(valueSteps);
    this.skipSpace();
    const byte = this.bytes[this.at];
    if (byte === 0x2f) return { kind: 'name', name: this.#name() };
    if (byte === 0x28) return this.#literalString();
    if (byte === 0x5b) return this.#array(depth);
    if (byte !== 0x3c) return this.#numberOrKeyword();
    return this.bytes[this.at + 1] === 0x3c ? this.#dict(depth) : this.#hexString();
  }

  #skipComment(): void {
    while (this.at < this.bytes.length) {
      const byte = this.bytes[this.at];
      if (byte === 0x0a || byte === 0x0d) return;
      this.at += 1;
    }
  }

  #name(): string {
    this.at += 1;
    const from = this.at;
    let name = '';
    while (isRegular(this.bytes[this.at])) {
      name += String.fromCharCode(this.#nameByte());
      if (this.#loose && this.at - from >= tokenBytesMax) break;
      within(this.at - from, tokenBytesMax, 'tokenBytesMax');
    }
    // ISO 32000-1 annex C: no name is longer; what is made of longer ones costs what it is.
    if (name.length > nameBytesMax) this.#work?.spend(name.length * longNameSteps);
    return name;
  }

  #nameByte(): number {
    const byte = this.bytes[this.at] ?? 0;
    this.at += 1;
    if (byte !== 0x23) return byte;
    const pair = latin1(this.bytes.subarray(this.at, this.at + 2));
    if (!/^[0-9A-Fa-f]{2}$/.test(pair)) {
      if (this.#loose) return byte;
      throw new Fault('pdf.syntax', { at: this.at, in: 'name' });
    }
    this.at += 2;
    return Number.parseInt(pair, 16);
  }

  #array(depth: number): PdfValue {
    this.at += 1;
    const items: PdfValue[] = [];
    for (;;) {
      this.skipSpace();
      if (this.bytes[this.at] === 0x5d) break;
      if (this.#loose && this.#isCut()) return { kind: 'array', items };
      items.push(this.value(depth + 1));
    }
    this.at += 1;
    return { kind: 'array', items };
  }

  #dict(depth: number): PdfDict {
    this.at += 2;
    const entries = new Map<string, PdfValue>();
    const twice: string[] = [];
    for (;;) {
      this.skipSpace();
      const byte = this.bytes[this.at];
      if (byte === 0x3e && this.bytes[this.at + 1] === 0x3e) break;
      if (this.#loose && this.#isCut()) return { kind: 'dict', entries };
      if (byte !== 0x2f) {
        if (!this.#loose) throw new Fault('pdf.syntax', { at: this.at, in: 'dictionary' });
        this.value(depth + 1);
        continue;
      }
      const key = this.#name();
      // Readers differ on which of two equal keys counts; an attacker shows each its own.
      const before = entries.get(key);
      if (before !== undefined && !this.#loose) {
        throw new Fault('pdf.duplicate_key', { at: this.at, key });
      }
      const member = this.#member(depth + 1);
      if (before !== undefined && !sameValue(before, member)) twice.push(key);
      entries.set(key, member);
    }
    this.at += 2;
    return twice.length === 0 ? { kind: 'dict', entries } : { kind: 'dict', entries, twice };
  }

  #member(depth: number): PdfValue {
    this.skipSpace();
    const ends = this.bytes[this.at] === 0x3e && this.bytes[this.at + 1] === 0x3e;
    return this.#loose && ends ? pdfNull : this.value(depth);
  }

  /** Does the object end here although a bracket is open? */
  #isCut(): boolean {
    if (this.at >= this.bytes.length) return true;
    const byte = this.bytes[this.at] ?? 0;
    if (byte < 0x61 || byte > 0x7a) return false;
    const from = this.at;
    const word = this.word();
    this.at = from;
    return closers.has(word);
  }

  #numberOrKeyword(): PdfValue {
    const from = this.at;
    const word = this.word();
    if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true' };
    if (word === 'null') return pdfNull;
    if (!numberPattern.test(word)) {
      if (this.#loose) return this.#forgiven(word);
      throw new Fault('pdf.syntax', { at: from, in: 'value' });
    }
    if (/^\d{1,7}$/.test(word)) {
      const generation = this.#generationOfReference();
      if (generation !== undefined) {
        const number = Number(word);
        within(number, objectNumberMax, 'objectNumberMax');
        return { kind: 'ref', number, generation };
      }
    }
    return { kind: 'number', value: Number(word), text: word };
  }

  /** Viewers read `--5` as 5, `1.2.3` as 1.2, and a word they do not know as nothing. */
  #forgiven(word: string): PdfValue {
    if (word === '') this.at += 1;
    const [number] = /[+-]?(\d+\.?\d*|\.\d+)/.exec(/^[+\-.\d]/.test(word) ? word : '') ?? [];
    return number === undefined ? pdfNull : { kind: 'number', value: Number(number), text: number };
  }

  #generationOfReference(): number | undefined {
    const from = this.at;
    const generation = this.word();
    if (/^\d{1,5}$/.test(generation) && this.word() === 'R') return Number(generation);
    this.at = from;
    return undefined;
  }

  #hexString(): PdfString {
    const from = this.at;
    const stretch = this.bytes.subarray(from, from + 2 * stringBytesMax);
    const place = stretch.indexOf(0x3e);
    const found = place < 0 ? -1 : from + place;
    this.#work?.scanned(place < 0 ? stretch.length : place);
    if (found < 0 && !this.#loose) throw new Fault('pdf.syntax', { at: from, in: 'hex string' });
    const end = found < 0 ? from + stretch.length : found;
    // Filled digit by digit: the contents of a signature are tens of thousands of them.
    const room = new Uint8Array(Math.ceil((end - from) / 2));
    let digits = 2 * leadingPairs(this.bytes.subarray(from + 1, end), room);
    for (let at = from + 1 + digits; at < end; at += 1) {
      const byte = this.bytes[at];
      if (isSpace(byte)) continue;
      const shift = digits % 2 === 0 ? 4 : 0;
      const digit = hexDigit(byte);
      if (digit < 0) {
        if (this.#loose) continue;
        throw new Fault('pdf.syntax', { at, in: 'hex string' });
      }
      room[digits >> 1] = (room[digits >> 1] ?? 0) | (digit << shift);
      digits += 1;
    }
    // ISO 32000-1 §7.3.4.3: a missing last digit is zero.
    const bytes = room.slice(0, Math.ceil(digits / 2));
    this.at = end + 1;
    return { kind: 'string', bytes, hex: true, from, to: this.at };
  }

  #literalString(): PdfString {
    const from = this.at;
    const out: number[] = [];
    let open = 0;
    do {
      const byte = this.bytes[this.at];
      if (byte === undefined) {
        if (this.#loose) break;
        throw new Fault('pdf.syntax', { at: from, in: 'string' });
      }
      this.at += 1;
      if (byte === 0x5c) this.#escape(out);
      else {
        if (byte === 0x28) open += 1;
        if (byte === 0x29) open -= 1;
        out.push(byte);
      }
      within(out.length, stringBytesMax, 'stringBytesMax');
    } while (open > 0);
    return {
      kind: 'string',
      bytes: Uint8Array.from(open > 0 ? out.slice(1) : out.slice(1, -1)),
      hex: false,
      from,
      to: this.at,
    };
  }

  #escape(out: number[]): void {
    const byte = this.bytes[this.at] ?? 0;
    this.at += 1;
    if (byte >= 0x30 && byte <= 0x37) {
      let code = byte - 0x30;
      for (let count = 1; count < 3; count += 1) {
        const next = this.bytes[this.at] ?? 0;
        if (next < 0x30 || next > 0x37) break;
        code = code * 8 + next - 0x30;
        this.at += 1;
      }
      out.push(code & 0xff);
      return;
    }
    if (byte === 0x0d && this.bytes[this.at] === 0x0a) this.at += 1;
    if (byte === 0x0d || byte === 0x0a) return;
    out.push(escapes.get(byte) ?? byte);
  }
}

const escapes = new Map(
  [...'nrtbf'].map((letter, place) => [letter.charCodeAt(0), [10, 13, 9, 8, 12][place] ?? 0]),
);

/** Of an ASCII hexadecimal digit; -1 for any other byte. */
/** How many whole pairs of digits stand at the beginning; they are filled into `room`. */
function leadingPairs(text: Uint8Array, room: Uint8Array): number {
  const most = text.length >> 1;
  for (let pair = 0; pair < most; pair += 1) {
    const high = digitOf[text[2 * pair] ?? 0] ?? notDigit;
    const low = digitOf[text[2 * pair + 1] ?? 0] ?? notDigit;
    if (high === notDigit || low === notDigit) return pair;
    room[pair] = (high << 4) | low;
  }
  return most;
}

const notDigit = 0xff;
const digitOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = hexDigit(byte);
  return digit < 0 ? notDigit : digit;
});

function hexDigit(byte: number | undefined): number {
  if (byte !== undefined && byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = (byte ?? 0) | 0x20; // Upper and lower case alike.
  return letter < 0x61 || letter > 0x66 ? -1 : letter - 0x57;
}

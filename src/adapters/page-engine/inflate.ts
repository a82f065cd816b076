/**
 * Inflation (RFC 1950, RFC 1951) that accepts and refuses exactly what zlib does.
 *
 * Two verifiers that read one damaged stream must say the same about it, so the rules for odd code
 * sets, for the check value and for what is left over are zlib's own, the limit included: Node asks
 * zlib for chunks, so that within one of them "malformed" comes before "too long", but "it ends too
 * early" after it.
 */
import { Fault } from '#base/fault';

/** Node's chunk: the limit is looked at after each. */
const chunkBytes = 16 * 1024;
const lengthCodesMax = 286;
const distanceCodesMax = 30;
const bitsMax = 15;
/** Codes up to this long are found by one look, longer ones bit by bit. */
const quickBits = 9;
const endOfBlock = 256;
const adlerModulus = 65_521;
/** RFC 1951 §3.2.7: the order in which lengths of the code length code are written. */
const codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;
const lengthBases = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
];
const lengthBits = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const distanceBases = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
  3073, 4097, 6145, 8193, 12_289, 16_385, 24_577,
];
const distanceBits = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];

/** A canonical Huffman code: how many symbols of each length, and the symbols in order. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
  /** For each `quickBits` next bits: symbol × 16 + length, or 0 where the code is longer. */
  readonly quick: Uint16Array;
}

/** RFC 1950: a header, the stream, Adler-32 of what came out. What follows is left alone. */
export function inflateZlib(bytes: Uint8Array, bytesMax: number): Uint8Array {
  const [first = 0, second = 0] = bytes;
  // A preset dictionary (FDICT) is known to nobody here.
  const isHeader = (first & 0x0f) === 8 && first >> 4 <= 7 && ((first << 8) | second) % 31 === 0;
  if (bytes.length < 2 || !isHeader || (second & 0x20) !== 0) throw malformed(bytesMax);
  const inflater = new Inflater(bytes, 2, bytesMax);
  const whole = inflater.run();
  const at = inflater.at;
  if (at + 4 > bytes.length) throw inflater.ended();
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 4);
  if (view.getUint32(0) !== adler32(whole)) throw malformed(bytesMax);
  return inflater.within(whole);
}

/** RFC 1951 alone, as in ZIP. */
export function inflateBare(bytes: Uint8Array, bytesMax: number): Uint8Array {
  const inflater = new Inflater(bytes, 0, bytesMax);
  return inflater.within(inflater.run());
}

class Inflater {
  readonly #in: Uint8Array;
  readonly #bytesMax: number;
  readonly #stopAt: number;
  #at: number;
  #held = 0;
  #heldBits = 0;
  #out = new Uint8Array(chunkBytes);
  #size = 0;

  constructor(bytes: Uint8Array, from: number, bytesMax: number) {
    this.#in = bytes;
    this.#at = from;
    this.#bytesMax = bytesMax;
    this.#stopAt = (Math.floor(bytesMax / chunkBytes) + 1) * chunkBytes;
  }

  /** The first byte after the stream: held bits of whole bytes are given back. */
  get at(): number {
    return this.#at - (this.#heldBits >> 3);
  }

  run(): Uint8Array {
    for (let isLast = false; !isLast; ) {
      isLast = this.#bits(1) === 1;
      const kind = this.#bits(2);
      if (kind === 0) this.#stored();
      else if (kind === 1) this.#compressed(fixedLengths, fixedDistances);
      else if (kind === 2) this.#dynamic();
      else throw this.#malformed();
    }
    return this.#out.subarray(0, this.#size);
  }

  within(whole: Uint8Array): Uint8Array {
    if (whole.length > this.#bytesMax) throw this.#tooLong();
    return whole.slice();
  }

  /** The input is over before the stream is. */
  ended(): Fault {
    return this.#size > this.#bytesMax ? this.#tooLong() : this.#malformed();
  }

  #stored(): void {
    this.#at = this.at;
    this.#held = 0;
    this.#heldBits = 0;
    const length = this.#bits(16);
    if ((length ^ 0xffff) !== this.#bits(16)) throw this.#malformed();
    this.#at = this.at;
    this.#held = 0;
    this.#heldBits = 0;
    const end = this.#at + length;
    const there = this.#in.subarray(this.#at, end);
    this.#room(there.length);
    this.#out.set(there, this.#size);
    this.#grow(there.length);
    if (end > this.#in.length) throw this.ended();
    this.#at = end;
  }

  #dynamic(): void {
    const lengthCodes = this.#bits(5) + 257;
    const distanceCodes = this.#bits(5) + 1;
    const orderCodes = this.#bits(4) + 4;
    if (lengthCodes > lengthCodesMax || distanceCodes > distanceCodesMax) throw this.#malformed();
    const order = new Uint8Array(19);
    for (const at of codeOrder.slice(0, orderCodes)) order[at] = this.#bits(3);
    const lengths = this.#codeLengths(this.#code(order, false), lengthCodes + distanceCodes);
    if (lengths[endOfBlock] === 0) throw this.#malformed();
    this.#compressed(
      this.#code(lengths.subarray(0, lengthCodes), true),
      this.#code(lengths.subarray(lengthCodes), true),
    );
  }

  #codeLengths(code: Code, count: number): Uint8Array {
    const lengths = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      const symbol = this.#symbol(code);
      if (symbol < 16) {
        lengths[at] = symbol;
        at += 1;
        continue;
      }
      if (symbol === 16 && at === 0) throw this.#malformed();
      const value = symbol === 16 ? (lengths[at - 1] ?? 0) : 0;
      const times =
        symbol === 16 ? 3 + this.#bits(2) : symbol === 17 ? 3 + this.#bits(3) : 11 + this.#bits(7);
      if (at + times > count) throw this.#malformed();
      lengths.fill(value, at, at + times);
      at += times;
    }
    return lengths;
  }

  #compressed(lengths: Code, distances: Code): void {
    for (;;) {
      const symbol = this.#symbol(lengths);
      if (symbol < endOfBlock) {
        this.#room(1);
        this.#out[this.#size] = symbol;
        this.#grow(1);
      } else if (symbol === endOfBlock) {
        return;
      } else {
        this.#copy(symbol - endOfBlock - 1, distances);
      }
    }
  }

  #copy(index: number, distances: Code): void {
    const length = this.#extended(index, lengthBases, lengthBits);
    const distance = this.#extended(this.#symbol(distances), distanceBases, distanceBits);
    if (distance > this.#size) throw this.#malformed();
    this.#room(length);
    for (let at = this.#size; at < this.#size + length; at += 1) {
      this.#out[at] = this.#out[at - distance] ?? 0;
    }
    this.#grow(length);
  }

  #extended(index: number, bases: readonly number[], bits: readonly number[]): number {
    const base = bases[index];
    if (base === undefined) throw this.#malformed();
    return base + this.#bits(bits[index] ?? 0);
  }

  #symbol(code: Code): number {
    this.#fill();
    const quick = code.quick[this.#held & ((1 << quickBits) - 1)] ?? 0;
    const length = quick & 15;
    if (length === 0) return this.#slowSymbol(code);
    if (length > this.#heldBits) throw this.ended();
    this.#held >>>= length;
    this.#heldBits -= length;
    return quick >> 4;
  }

  /** RFC 1951 §3.2.2 read literally: codes of one length are consecutive numbers. */
  #slowSymbol(code: Code): number {
    let value = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= bitsMax; length += 1) {
      value |= this.#bits(1);
      const count = code.counts[length] ?? 0;
      if (value - count < first) return code.symbols[index + value - first] ?? 0;
      index += count;
      first = (first + count) << 1;
      value <<= 1;
    }
    throw this.#malformed();
  }

  /** zlib's rule: never over-subscribed; incomplete only as one code of one bit, or as no code. */
  #code(lengths: Uint8Array, mayBeSingle: boolean): Code {
    const code = codeOf(lengths);
    let left = 1;
    let longest = 0;
    for (let length = 1; length <= bitsMax; length += 1) {
      const count = code.counts[length] ?? 0;
      if (count > 0) longest = length;
      left = 2 * left - count;
      if (left < 0) throw this.#malformed();
    }
    const isOdd = left > 0 && longest > 0 && (!mayBeSingle || longest !== 1);
    if (isOdd || (longest === 0 && !mayBeSingle)) throw this.#malformed();
    return code;
  }

  #bits(count: number): number {
    if (count > this.#heldBits) this.#fill();
    if (count > this.#heldBits) throw this.ended();
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#heldBits -= count;
    return value;
  }

  #fill(): void {
    while (this.#heldBits <= 22 && this.#at < this.#in.length) {
      this.#held |= (this.#in[this.#at] ?? 0) << this.#heldBits;
      this.#at += 1;
      this.#heldBits += 8;
    }
  }

  #room(count: number): void {
    const needed = this.#size + count;
    if (needed <= this.#out.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#out.length, needed));
    larger.set(this.#out);
    this.#out = larger;
  }

  #grow(count: number): void {
    this.#size += count;
    if (this.#size >= this.#stopAt) throw this.#tooLong();
  }

  #malformed(): Fault {
    return malformed(this.#bytesMax);
  }

  #tooLong(): Fault {
    return new Fault('crypto.inflate_limit', { bytesMax: this.#bytesMax });
  }
}

const fixedLengths = codeOf(
  Uint8Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8)),
);
const fixedDistances = codeOf(new Uint8Array(distanceCodesMax).fill(5));

function codeOf(lengths: Uint8Array): Code {
  const counts = new Uint16Array(bitsMax + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  const next = new Uint16Array(bitsMax + 2);
  const codes = new Uint16Array(bitsMax + 2);
  for (let length = 1; length <= bitsMax; length += 1) {
    next[length + 1] = (next[length] ?? 0) + (counts[length] ?? 0);
    codes[length + 1] = ((codes[length] ?? 0) + (counts[length] ?? 0)) << 1;
  }
  const symbols = new Uint16Array(lengths.length);
  const quick = new Uint16Array(1 << quickBits);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    symbols[next[length] ?? 0] = symbol;
    next[length] = (next[length] ?? 0) + 1;
    const code = codes[length] ?? 0;
    codes[length] = code + 1;
    if (length > quickBits) return;
    for (let at = reversed(code, length); at < quick.length; at += 1 << length) {
      quick[at] = (symbol << 4) | length;
    }
  });
  return { counts, symbols, quick };
}

function reversed(code: number, length: number): number {
  let turned = 0;
  for (let at = 0; at < length; at += 1) turned |= ((code >> at) & 1) << (length - 1 - at);
  return turned;
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length; ) {
    // 3800 sums stay below 2^32 before they must be reduced.
    const end = Math.min(at + 3800, bytes.length);
    for (; at < end; at += 1) {
      a += bytes[at] ?? 0;
      b += a;
    }
    a %= adlerModulus;
    b %= adlerModulus;
  }
  return ((b << 16) | a) >>> 0;
}

function malformed(bytesMax: number): Fault {
  return new Fault('crypto.inflate_malformed', { bytesMax });
}

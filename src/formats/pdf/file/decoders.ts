/**
 * The simple stream decoders (ISO 32000-1 §7.4.2 to §7.4.5): ASCIIHex, ASCII85, LZW, RunLength.
 *
 * Each stops at its end mark and forgives what follows; none writes more than inflatedBytesMax.
 */
import { Fault } from '#base/fault';
import { inflatedBytesMax, within } from './limits.ts';
import { integer, type PdfDict } from './value.ts';

/** Bytes that are written one by one, with room that doubles. */
class Sink {
  #room = new Uint8Array(1024);
  length = 0;

  push(byte: number): void {
    this.#reserve(1);
    this.#room[this.length] = byte;
    this.length += 1;
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#room.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Writes again what was written, as far as into itself. */
  repeat(from: number, count: number): void {
    this.#reserve(count);
    for (let at = from; at < from + count; at += 1) {
      this.#room[this.length] = this.#room[at] ?? 0;
      this.length += 1;
    }
  }

  #reserve(count: number): void {
    within(this.length + count, inflatedBytesMax, 'inflatedBytesMax');
    if (this.length + count <= this.#room.length) return;
    const larger = new Uint8Array(2 * (this.length + count));
    larger.set(this.#room);
    this.#room = larger;
  }

  bytes(): Uint8Array {
    return this.#room.subarray(0, this.length);
  }
}

export function asciiHex(bytes: Uint8Array): Uint8Array {
  const out = new Sink();
  let held = -1;
  for (const byte of bytes) {
    if (byte === 0x3e) break;
    const digit = Number.parseInt(String.fromCharCode(byte), 16);
    if (Number.isNaN(digit)) continue;
    if (held < 0) held = digit;
    else {
      out.push(held * 16 + digit);
      held = -1;
    }
  }
  if (held >= 0) out.push(held * 16);
  return out.bytes();
}

export function ascii85(bytes: Uint8Array): Uint8Array {
  const out = new Sink();
  let group: number[] = [];
  for (const byte of bytes) {
    if (byte === 0x7e) break;
    if (byte === 0x7a && group.length === 0) out.append(new Uint8Array(4));
    else if (byte >= 0x21 && byte <= 0x75) group.push(byte - 0x21);
    if (group.length < 5) continue;
    pushGroup(out, group, 4);
    group = [];
  }
  if (group.length > 1) {
    const count = group.length - 1;
    pushGroup(out, [...group, 84, 84, 84, 84].slice(0, 5), count);
  }
  return out.bytes();
}

function pushGroup(out: Sink, group: readonly number[], count: number): void {
  const word = group.reduce((sum, digit) => sum * 85 + digit, 0);
  for (let place = 0; place < count; place += 1) {
    out.push(Math.floor(word / 256 ** (3 - place)) & 0xff);
  }
}

export function runLength(bytes: Uint8Array): Uint8Array {
  const out = new Sink();
  let at = 0;
  while (at < bytes.length) {
    const length = bytes[at] ?? 128;
    if (length === 128) break;
    if (length < 128) out.append(bytes.subarray(at + 1, at + 2 + length));
    else out.append(new Uint8Array(257 - length).fill(bytes[at + 1] ?? 0));
    at += length < 128 ? 2 + length : 2;
  }
  return out.bytes();
}

const clearCode = 256;
const endCode = 257;
const codesMax = 4096;

export function lzw(bytes: Uint8Array, parms: PdfDict | undefined): Uint8Array {
  const early = integer(parms?.entries.get('EarlyChange')) ?? 1;
  const out = new Sink();
  // A code is a place in the output: where its bytes were first written, and how many they are.
  let starts: number[] = [];
  let lengths: number[] = [];
  let width = 9;
  let previous: { at: number; length: number } | undefined;
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    if (bits < width) continue;
    bits -= width;
    const code = (held >> bits) & ((1 << width) - 1);
    held &= (1 << bits) - 1;
    if (code === endCode) break;
    if (code === clearCode) {
      [starts, lengths, width, previous] = [[], [], 9, undefined];
      continue;
    }
    const at = out.length;
    const known = code - 258;
    if (code < 256) out.push(code);
    else if (known < starts.length) {
      // Byte by byte: the newest code ends with the byte that it starts with.
      out.repeat(starts[known] ?? 0, lengths[known] ?? 0);
    } else throw new Fault('pdf.stream_malformed', { in: 'LZWDecode' });
    previous = { at, length: out.length - at };
    // The next code stands for these bytes and the first of those that follow them.
    if (starts.length + 258 < codesMax) {
      starts.push(previous.at);
      lengths.push(previous.length + 1);
    }
    const next = starts.length + 258 - 1 + early;
    if (next >= 1 << width && width < 12) width += 1;
  }
  return out.bytes();
}

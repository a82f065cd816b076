/**
 * Bytes in and out of text, the same in Node and in the page: no Buffer, no node: import.
 *
 * Every decoder is strict: it accepts only what the encoder here prints, so that two texts never
 * mean the same bytes and a flipped letter never goes unseen.
 */
import { Fault } from '#base/fault';

// Kept: making one costs as much as what it does to a short text. They remember nothing of a text.
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Shorter texts are compared before two views of them are made. */
const wordsFrom = 64;
const hexDigits = '0123456789abcdef';
const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const base64UrlAlphabet = `${base64Alphabet.slice(0, -2)}-_`;
const base64Pairs = pairsOf(base64Alphabet);
const base64UrlPairs = pairsOf(base64UrlAlphabet);
const base64Values = valuesOf(base64Alphabet);
const base64UrlValues = valuesOf(base64UrlAlphabet);

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Gives the memory of bytes that nobody reads any more back at once, where they have it for
 * themselves: a collector that is told of megabytes goes through the whole program to find them.
 * Every view of it is empty from here on, so that who reads it by mistake reads nothing; nobody
 * else's bytes can ever stand there. A part of a larger piece of memory is left as it is.
 */
export function giveBack(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes;
  const isOwn = byteLength > 0 && buffer.byteLength === byteLength;
  if (isOwn && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** Same length, same bytes. Not constant time: for public values only. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && firstDifference(a, b) === undefined;
}

/** Where two texts of bytes first differ; the end of the shorter one, if they do so only there. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const shared = Math.min(a.length, b.length);
  let at = 0;
  if (shared >= wordsFrom) {
    // Four bytes at a step: whole contracts are compared here.
    const [left, right] = [viewOf(a), viewOf(b)];
    while (at + 4 <= shared && left.getUint32(at) === right.getUint32(at)) at += 4;
  }
  while (at < shared && a[at] === b[at]) at += 1;
  return at < Math.max(a.length, b.length) ? at : undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Order by unsigned bytes, shorter first on a tie: that of DER SET OF and of ZIP names here. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Where `needle` first occurs at or after `from`, or -1. */
export function indexOf(bytes: Uint8Array, needle: Uint8Array, from = 0): number {
  const first = needle[0];
  if (first === undefined) return from;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + needle.length > bytes.length) return -1;
    if (equal(bytes.subarray(at, at + needle.length), needle)) return at;
  }
  return -1;
}

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Strict UTF-8: refuses broken sequences and keeps a byte order mark as a character. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new Fault('base.utf8_malformed', {}, { cause });
  }
}

/** One character for one byte (ISO 8859-1), for formats whose syntax is bytes, such as PDF. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + 8192));
  }
  return text;
}

export function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0xff) throw new Fault('base.latin1_malformed', { at });
    bytes[at] = code;
  }
  return bytes;
}

/** The two digits of each octet. */
const hexPairs = Array.from({ length: 256 }, (_, octet) => {
  return hexDigits.charAt(octet >> 4) + hexDigits.charAt(octet & 15);
});

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexPairs[byte] ?? '';
  return text;
}

/** Lower-case hex of whole bytes; anything else is base.hex_malformed. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) throw new Fault('base.hex_malformed');
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  }
  return bytes;
}

/** RFC 4648 section 4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  return lettersOf(bytes, base64Pairs) + '='.repeat((3 - (bytes.length % 3)) % 3);
}

/** By the code of the letter; 64 for what is no letter of the alphabet. */
function valuesOf(alphabet: string): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => {
    const value = alphabet.indexOf(String.fromCharCode(code));
    return value < 0 ? 64 : value;
  });
}

/** All texts of two letters: twelve bits are one look at the table. */
function pairsOf(alphabet: string): readonly string[] {
  return Array.from(alphabet, (first) => Array.from(alphabet, (second) => first + second)).flat();
}

function lettersOf(bytes: Uint8Array, pairs: readonly string[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const [front = '', back = ''] = [pairs[group >> 12], pairs[group & 4095]];
    if (left > 2) text += front + back;
    else text += left > 1 ? front + back.charAt(0) : front;
  }
  return text;
}

/** Canonical base64 only: right padding, no stray bits, no white space; base.base64_malformed. */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new Fault('base.base64_malformed');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return bytesOf(text, text.length - padding, base64Values);
}

/** What the first `letters` letters mean; the last of them must not carry a bit beyond a byte. */
function bytesOf(text: string, letters: number, values: Uint8Array): Uint8Array {
  const rest = letters % 4;
  const whole = letters - rest;
  const bytes = new Uint8Array((whole / 4) * 3 + Math.max(0, rest - 1));
  const valueAt = (place: number): number => values[text.charCodeAt(place)] ?? 64;
  // Every value has six bits, but for 64, which is no letter.
  let seen = rest === 1 ? 64 : 0;
  let at = 0;
  for (let place = 0; place < whole; place += 4) {
    const [a, b] = [valueAt(place), valueAt(place + 1)];
    const [c, d] = [valueAt(place + 2), valueAt(place + 3)];
    seen |= a | b | c | d;
    const group = (a << 18) | (b << 12) | (c << 6) | d;
    bytes[at] = group >> 16;
    bytes[at + 1] = group >> 8;
    bytes[at + 2] = group;
    at += 3;
  }
  if (rest > 1) {
    const [a, b] = [valueAt(whole), valueAt(whole + 1)];
    const c = rest === 3 ? valueAt(whole + 2) : 0;
    const group = (a << 12) | (b << 6) | c;
    const unused = rest === 3 ? 3 : 1_023;
    seen |= a | b | c | ((group & unused) === 0 ? 0 : 64);
    bytes[at] = group >> 10;
    if (rest === 3) bytes[at + 1] = group >> 2;
  }
  if ((seen & 64) !== 0) throw new Fault('base.base64_malformed');
  return bytes;
}

/** RFC 4648 section 5, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return lettersOf(bytes, base64UrlPairs);
}

export function fromBase64Url(text: string): Uint8Array {
  return bytesOf(text, text.length, base64UrlValues);
}

/**
 * Bytes in and out of text, the same in Node and in the page: no Buffer, no node: import.
 *
 * Every decoder is strict: it accepts only what the encoder here prints, so that two texts never
 * mean the same bytes and a flipped letter never goes unseen.
 */
import { Fault } from '#base/fault';

/** Shorter texts are compared before two views of them are made. */
const wordsFrom = 64;
const hexDigits = '0123456789abcdef';
const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const base64UrlAlphabet = `${base64Alphabet.slice(0, -2)}-_`;
/** By the code of the letter; 64 for what is no letter of the alphabet. */
const base64Values = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = base64Alphabet.indexOf(String.fromCharCode(code));
  return value < 0 ? 64 : value;
});

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
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
  return new TextEncoder().encode(text);
}

/** Strict UTF-8: refuses broken sequences and keeps a byte order mark as a character. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
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

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15);
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
  return lettersOf(bytes, base64Alphabet) + '='.repeat((3 - (bytes.length % 3)) % 3);
}

function lettersOf(bytes: Uint8Array, alphabet: string): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
    if (left > 1) text += alphabet.charAt((group >> 6) & 63);
    if (left > 2) text += alphabet.charAt(group & 63);
  }
  return text;
}

/** Canonical base64 only: right padding, no stray bits, no white space; base.base64_malformed. */
export function fromBase64(text: string): Uint8Array {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array(Math.max(0, Math.floor(text.length / 4) * 3 - padding));
  if (text.length % 4 !== 0) throw new Fault('base.base64_malformed');
  const letters = text.length - padding;
  let at = 0;
  for (let place = 0; place < text.length; place += 4) {
    let group = 0;
    for (let letter = place; letter < place + 4; letter += 1) {
      const value = letter < letters ? (base64Values[text.charCodeAt(letter)] ?? 64) : 0;
      if (value === 64) throw new Fault('base.base64_malformed');
      group = (group << 6) | value;
    }
    // What the padding leaves over is no byte, and must not carry a bit either.
    const unused = place + 4 > letters ? padding * 8 : 0;
    if ((group & ((1 << unused) - 1)) !== 0) throw new Fault('base.base64_malformed');
    bytes[at] = group >> 16;
    bytes[at + 1] = group >> 8;
    bytes[at + 2] = group;
    at += 3;
  }
  return bytes;
}

/** RFC 4648 section 5, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return lettersOf(bytes, base64UrlAlphabet);
}

export function fromBase64Url(text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Fault('base.base64_malformed');
  const padding = '='.repeat((4 - (text.length % 4)) % 4);
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/') + padding);
}

/**
 * Network addresses and ranges of them (RFC 4632, RFC 4291 §2.2, §2.3), parsed without guessing.
 *
 * No leading zeros (some read them as octal), no zone, no host bits behind a prefix. An IPv4
 * address in IPv6 clothes (::ffff:a.b.c.d) is the IPv4 address: a range means the same on either
 * socket.
 */
import { equal, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';

/** A range of addresses: the first `bits` of `bytes` count. */
interface Range {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

const v6Groups = 8;
const mappedPrefix = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);

/** 4 or 16 bytes, or undefined for what is not an address. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return v4Bytes(text);
  const bytes = v6Bytes(text);
  if (bytes === undefined) return undefined;
  return equal(bytes.subarray(0, 12), mappedPrefix) ? bytes.slice(12) : bytes;
}

/**
 * What counts as one line: an IPv4 address, or the /64 that one IPv6 caller owns all of; the text
 * itself for what is no address.
 */
export function lineBytes(text: string): Uint8Array {
  const bytes = addressBytes(text) ?? utf8(text);
  return addressBytes(text)?.length === 16 ? bytes.subarray(0, 8) : bytes;
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address; else access.address_malformed. */
export function requireRange(text: string): string {
  rangeOf(text);
  return text;
}

/** Is the address in one of the ranges? An address that is none is in no range. */
export function isInside(address: string, ranges: readonly string[]): boolean {
  const bytes = addressBytes(address);
  return bytes !== undefined && ranges.some((range) => contains(rangeOf(range), bytes));
}

function rangeOf(text: string): Range {
  const [address = '', prefix, ...rest] = text.split('/');
  // A prefix counts the bits of what is written: mapped addresses are written as IPv4 ones.
  const bytes = address.includes(':') ? v6Bytes(address) : v4Bytes(address);
  const isMapped = bytes?.length === 16 && equal(bytes.subarray(0, 12), mappedPrefix);
  if (bytes === undefined || isMapped || rest.length > 0) throw malformed(text);
  const bits = prefix === undefined ? bytes.length * 8 : numberOf(prefix);
  if (bits === undefined || bits > bytes.length * 8) throw malformed(text);
  const range = { bytes, bits };
  if (bytes.some((_, at) => hostBits(range, at) !== 0)) throw malformed(text);
  return range;
}

function contains(range: Range, address: Uint8Array): boolean {
  if (address.length !== range.bytes.length) return false;
  return range.bytes.every(
    (byte, at) => ((byte ^ (address[at] ?? 0)) & maskAt(range.bits, at)) === 0,
  );
}

function hostBits({ bytes, bits }: Range, at: number): number {
  return (bytes[at] ?? 0) & ~maskAt(bits, at) & 0xff;
}

/** The bits of byte `at` that a prefix of `bits` covers. */
function maskAt(bits: number, at: number): number {
  const covered = Math.min(8, Math.max(0, bits - at * 8));
  return (0xff << (8 - covered)) & 0xff;
}

function v4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.').map(numberOf);
  if (parts.length !== 4) return undefined;
  const bytes = parts.flatMap((part) => (part === undefined || part > 255 ? [] : [part]));
  return bytes.length === 4 ? Uint8Array.from(bytes) : undefined;
}

function v6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  // Only the very last group may be written as an IPv4 address (RFC 4291 §2.2, 3).
  const [head, tail] = halves.map((half, at) => groupsOf(half, at === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = v6Groups - head.length - (tail?.length ?? 0);
  // `::` stands for at least one group; without it all eight are written.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** Groups of up to four hex digits; the last may be an IPv4 address, which is two of them. */
function groupsOf(text: string, isLast: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const words = text.split(':');
  for (const [at, word] of words.entries()) {
    const isV4 = isLast && at === words.length - 1 && word.includes('.');
    const v4 = isV4 ? v4Bytes(word) : undefined;
    if (v4 !== undefined) {
      groups.push(((v4[0] ?? 0) << 8) | (v4[1] ?? 0), ((v4[2] ?? 0) << 8) | (v4[3] ?? 0));
    } else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(Number.parseInt(word, 16));
    else return undefined;
  }
  return groups;
}

function numberOf(text: string): number | undefined {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) ? Number(text) : undefined;
}

function malformed(text: string): Fault {
  return new Fault('access.address_malformed', { range: text.slice(0, 64) });
}

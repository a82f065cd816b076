/**
 * Looks for many needles in many bytes at once, and in what they unfold to: deflate, gzip and zip
 * streams wherever their signature stands, whole or torn, and runs of base64 and hex.
 */
import { createHash } from 'node:crypto';
import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

import type { Spelling } from './canary-spellings.ts';

const depthMax = 3;
const runCharactersMin = 40;
const unfoldedBytesMax = 64 * 1024 * 1024;
const streamBytesMax = 16 * 1024 * 1024;
/** What is torn after fewer bytes than this says nothing. */
const tornBytesMin = 48;
const filterBits = 20;
const endBytes = 4;

/** One needle that was found. */
export interface Finding {
  readonly value: string;
  readonly as: string;
  readonly place: string;
}

type Inflate = (bytes: Buffer) => Buffer;

const partly = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: unfoldedBytesMax };
const streams: readonly { readonly name: string; readonly start: Buffer; inflate: Inflate }[] = [
  ...[0x01, 0x5e, 0x9c, 0xda].map((level) => ({
    name: 'zlib',
    start: Buffer.from([0x78, level]),
    inflate: (bytes: Buffer) => inflateSync(bytes, partly),
  })),
  {
    name: 'gzip',
    start: Buffer.from([0x1f, 0x8b, 0x08]),
    inflate: (bytes) => gunzipSync(bytes, partly),
  },
  {
    name: 'zip',
    start: Buffer.from([0x50, 0x4b, 0x03, 0x04]),
    inflate: (bytes) => inflateRawSync(bytes.subarray(zipHeaderBytes(bytes)), partly),
  },
];

export class CanarySearch {
  readonly #byEnd = new Map<number, Spelling[]>();
  readonly #clean = new Set<string>();
  readonly #filter = new Uint8Array(1 << filterBits);

  constructor(spellings: readonly Spelling[]) {
    for (const spelling of spellings) {
      // By its last bytes: values of one kind begin alike.
      const end = spelling.bytes.readUInt32BE(spelling.bytes.length - endBytes);
      this.#byEnd.set(end, [...(this.#byEnd.get(end) ?? []), spelling]);
      this.#filter[slotOf(end)] = 1;
    }
  }

  /** Every value in these bytes, each spelling of it once. */
  in(place: string, bytes: Buffer): readonly Finding[] {
    // PostgreSQL keeps four copies of an empty database: equal bytes are looked through once.
    const digest = createHash('sha1').update(bytes).digest('base64');
    if (this.#clean.has(digest)) return [];
    const found = new Map<string, Finding>();
    // A new segment of the write-ahead log ends in megabytes of nothing.
    withoutTraces(() => this.#look({ place, depth: 0, found }, withoutZeros(bytes)));
    if (found.size === 0) this.#clean.add(digest);
    return [...found.values()];
  }

  #look(at: Looking, bytes: Buffer): void {
    this.#plain(at, bytes);
    if (at.depth >= depthMax) return;
    for (const stream of streams) {
      for (let from = bytes.indexOf(stream.start); from >= 0; ) {
        const unfolded = unfold(bytes.subarray(from, from + streamBytesMax), stream.inflate);
        if (unfolded !== undefined) this.#look(deeper(at, `${stream.name} at ${from}`), unfolded);
        from = bytes.indexOf(stream.start, from + 1);
      }
    }
    const letters = bytes.toString('latin1');
    for (const run of letters.matchAll(carriedRuns)) {
      for (const inner of decoded(run[0])) this.#look(deeper(at, 'text'), inner);
    }
  }

  #plain({ place, found }: Looking, bytes: Buffer): void {
    const filter = this.#filter;
    const { length } = bytes;
    let window = 0;
    for (let at = 0; at < length; at += 1) {
      window = ((window << 8) | (bytes[at] ?? 0)) >>> 0;
      if (filter[slotOf(window)] === 0) continue;
      for (const { value, as, bytes: needle } of this.#byEnd.get(window) ?? []) {
        const from = at + 1 - needle.length;
        if (from < 0 || needle.compare(bytes, from, at + 1) !== 0) continue;
        found.set(`${value} ${as} ${place}`, { value, as, place });
      }
    }
  }
}

interface Looking {
  readonly place: string;
  readonly depth: number;
  readonly found: Map<string, Finding>;
}

const carriedRuns = new RegExp(`[A-Za-z0-9+/_-]{${runCharactersMin},}`, 'g');

function deeper(at: Looking, how: string): Looking {
  return { ...at, place: `${at.place} > ${how}`, depth: at.depth + 1 };
}

function slotOf(end: number): number {
  return Math.imul(end, 0x9e3779b1) >>> (32 - filterBits);
}

/** What it unfolds to; of a torn stream, such as one cut by a page of a table, the part before. */
function unfold(bytes: Buffer, inflate: Inflate): Buffer | undefined {
  const whole = tried(bytes, inflate);
  if (whole !== undefined) return whole.length === 0 ? undefined : whole;
  let good = tornBytesMin;
  if (tried(bytes.subarray(0, good), inflate) === undefined) return undefined;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (tried(bytes.subarray(0, middle), inflate) === undefined) bad = middle;
    else good = middle;
  }
  return tried(bytes.subarray(0, good), inflate);
}

/** Most of what begins like a stream is none, and where that was thrown nobody asks. */
function withoutTraces(action: () => void): void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    action();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function tried(bytes: Buffer, inflate: Inflate): Buffer | undefined {
  try {
    return inflate(bytes);
  } catch {
    return undefined;
  }
}

function withoutZeros(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  // The zero half of a last UTF-16 letter belongs to it.
  return bytes.subarray(0, Math.min(bytes.length, end + 1));
}

/** A run may begin anywhere in a group of four letters, or of two for hex. */
function decoded(run: string): Buffer[] {
  const all = [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64'));
  const isHex = /^[0-9a-fA-F]+$/.test(run);
  return isHex ? [...all, Buffer.from(run, 'hex'), Buffer.from(run.slice(1), 'hex')] : all;
}

function zipHeaderBytes(bytes: Buffer): number {
  return bytes.length < 30 ? bytes.length : 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
}

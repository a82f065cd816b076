/**
 * What stands inside a back-up: named sections of any length, each with its digest behind it, and
 * a table of contents at the end, when everything is known.
 *
 * A section: a line of canonical JSON (its head), pieces of a 32-bit length and so many bytes, a
 * piece of length zero. The last section is `contents`: the head and tally of every one before it.
 */
import { createHash } from 'node:crypto';

import { concat, fromUtf8, toHex, utf8 } from '#base/bytes';
import { canonical, canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import { ByteReader } from './byte-reader.ts';

const headBytesMax = 1024 * 1024;
const pieceBytesMax = 64 * 1024 * 1024;
const contentsBytesMax = 256 * 1024 * 1024;
const contentsName = 'contents';

/** What a section is: its name, and whatever its reader must know before the bytes come. */
export type SectionHead = { readonly name: string } & { readonly [member: string]: Json };

/** How much a section held: bytes, and their SHA-256 in hex. */
export interface Tally {
  readonly name: string;
  readonly bytes: number;
  /** Lines of a table's text: one for each row. */
  readonly lines: number;
  readonly sha256: string;
}

/** One section as it is read; its payload must be taken before the next section comes. */
export interface Section {
  readonly head: SectionHead;
  readonly payload: AsyncIterable<Uint8Array>;
}

/** The bytes of one section; `told` hears its tally when the last byte has passed. */
export async function* printSection(
  head: SectionHead,
  payload: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  told: (tally: Tally) => void,
): AsyncGenerator<Uint8Array> {
  const count = new Count(head.name);
  yield utf8(`${canonical(head)}\n`);
  for await (const piece of payload) {
    if (piece.length === 0) continue;
    count.add(piece);
    yield concat(lengthOf(piece.length), piece);
  }
  yield lengthOf(0);
  told(count.tally());
}

/** The table of contents, which ends the back-up. */
export async function* printContents(tallies: readonly Tally[]): AsyncGenerator<Uint8Array> {
  const list = canonicalBytes(tallies.map((tally) => ({ ...tally })));
  yield* printSection({ name: contentsName }, [list], () => undefined);
}

/**
 * Every section but the contents, in order; backup.contents_differ when what was read is not what
 * the table of contents says, backup.section_malformed for bytes of another shape.
 */
export async function* readSections(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Section> {
  const reader = new ByteReader(plain);
  const tallies: Tally[] = [];
  for (;;) {
    if (await reader.ended()) throw new Fault('backup.contents_differ', { why: 'no contents' });
    const head = parseSectionHead(await reader.line(headBytesMax));
    const count = new Count(head.name);
    if (head.name === contentsName) {
      await compareContents(reader, { count, tallies });
      return;
    }
    yield { head, payload: piecesOf(reader, count) };
    tallies.push(count.tally());
  }
}

async function compareContents(
  reader: ByteReader,
  read: { readonly count: Count; readonly tallies: readonly Tally[] },
): Promise<void> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of piecesOf(reader, read.count)) {
    bytes += piece.length;
    if (bytes > contentsBytesMax) throw new Fault('backup.section_malformed');
    parts.push(piece);
  }
  const told = fromUtf8(concat(...parts));
  const found = canonical(read.tallies.map((tally) => ({ ...tally })));
  if (told !== found || !(await reader.ended())) throw new Fault('backup.contents_differ');
}

async function* piecesOf(reader: ByteReader, count: Count): AsyncGenerator<Uint8Array> {
  for (;;) {
    const length = await reader.take(4);
    if (length.length !== 4) throw new Fault('backup.section_malformed');
    const bytes = new DataView(length.buffer, length.byteOffset).getUint32(0);
    if (bytes === 0) return;
    if (bytes > pieceBytesMax) throw new Fault('backup.section_malformed');
    const piece = await reader.take(bytes);
    if (piece.length !== bytes) throw new Fault('backup.section_malformed');
    count.add(piece);
    yield piece;
  }
}

class Count {
  readonly #name: string;
  readonly #digest = createHash('sha256');
  #bytes = 0;
  #lines = 0;

  constructor(name: string) {
    this.#name = name;
  }

  add(piece: Uint8Array): void {
    this.#digest.update(piece);
    this.#bytes += piece.length;
    for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, at + 1)) this.#lines += 1;
  }

  tally(): Tally {
    const sha256 = toHex(new Uint8Array(this.#digest.copy().digest()));
    return { name: this.#name, bytes: this.#bytes, lines: this.#lines, sha256 };
  }
}

function parseSectionHead(line: Uint8Array): SectionHead {
  const held = parseCanonical(line);
  if (typeof held !== 'object' || held === null || Array.isArray(held)) {
    throw new Fault('backup.section_malformed');
  }
  const members = Object.fromEntries(Object.entries<Json>(held));
  const { name } = members;
  if (typeof name !== 'string') throw new Fault('backup.section_malformed');
  return { ...members, name };
}

function lengthOf(bytes: number): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes);
  return length;
}

/**
 * Reads a ZIP (APPNOTE 6.3.10) of any maker: stored or deflated files, data descriptors, folders.
 *
 * The central directory says what is inside, as every viewer reads it. Where two programs could see
 * different files in one archive (a name twice, another name in the local header, bytes that belong
 * to no file, files that overlap) is said in `ambiguities`, for a signature means nothing then.
 */
import { fromUtf8 } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';
import { crc32 } from '#formats/bundle';
import type { Engine } from '#formats/crypto';

/** One file of an archive, unpacked. */
export interface ArchiveFile {
  /** With `/` between folders, none at the beginning. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is in an archive, folders left out. */
export interface Archive {
  readonly files: readonly ArchiveFile[];
  /** In words, with their place: why two readers might see different files. */
  readonly ambiguities: readonly string[];
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly localAt: number;
}

const archiveBytesMax = 64 * 1024 * 1024;
const filesMax = 10_000;
const fileBytesMax = 64 * 1024 * 1024;
const unpackedBytesMax = 256 * 1024 * 1024;
/** Deflate packs at most 1,032 times; what text and images reach is far below. */
const ratioMax = 1_100;
const endBytes = 22;
const commentBytesMax = 65_535;
const localBytes = 30;
const centralBytes = 46;
const endSign = 0x06054b50;
const centralSign = 0x02014b50;
const localSign = 0x04034b50;
const encryptedFlag = 1;
const stored = 0;
const deflated = 8;

/**
 * What is in it, up to `unpackedMax` bytes together. Refuses with zip.malformed, zip.unsupported
 * (encrypted, other methods, ZIP64) or zip.limit.
 */
export async function openArchive(
  bytes: Uint8Array,
  engine: Pick<Engine, 'inflateRaw'>,
  unpackedMax = unpackedBytesMax,
): Promise<Archive> {
  if (bytes.length > archiveBytesMax) throw new Fault('zip.limit', { why: 'bytes' });
  const { entries, directoryAt } = directoryOf(bytes);
  const ambiguities: string[] = [];
  const seen = new Set<string>();
  const files: ArchiveFile[] = [];
  const places: { from: number; end: number }[] = [];
  let unpacked = 0;
  for (const entry of entries) {
    const place = placeOf(bytes, entry, ambiguities);
    places.push(place);
    if (entry.name.endsWith('/')) continue;
    if (seen.has(entry.name)) ambiguities.push(`two files named ${entry.name}`);
    seen.add(entry.name);
    unpacked += entry.bytes;
    if (unpacked > unpackedMax) throw new Fault('zip.limit', { why: 'unpacked bytes' });
    files.push({ name: entry.name, bytes: await unpack(bytes, { entry, place }, engine) });
  }
  ambiguities.push(...looseBytes(places, directoryAt));
  return { files, ambiguities };
}

/** From the end record backwards; a comment behind it may hold no second end record. */
function directoryOf(bytes: Uint8Array): { entries: readonly Entry[]; directoryAt: number } {
  const endAt = endRecordAt(bytes);
  const count = number(bytes, endAt + 10, 2);
  const directoryAt = number(bytes, endAt + 16, 4);
  if (count === 0xffff || directoryAt === 0xffffffff) {
    throw new Fault('zip.unsupported', { why: 'ZIP64' });
  }
  if (count > filesMax) throw new Fault('zip.limit', { why: 'files' });
  const entries: Entry[] = [];
  let at = directoryAt;
  for (let index = 0; index < count; index += 1) {
    if (at + centralBytes > endAt || number(bytes, at, 4) !== centralSign) {
      throw new Fault('zip.malformed', { at, why: 'directory' });
    }
    const nameBytes = number(bytes, at + 28, 2);
    const end = at + centralBytes + nameBytes;
    if (end > endAt) throw new Fault('zip.malformed', { at, why: 'name' });
    if ((number(bytes, at + 8, 2) & encryptedFlag) !== 0) {
      throw new Fault('zip.unsupported', { at, why: 'encrypted' });
    }
    entries.push({
      name: nameOf(bytes.subarray(at + centralBytes, end)),
      method: number(bytes, at + 10, 2),
      checksum: number(bytes, at + 16, 4),
      packedBytes: number(bytes, at + 20, 4),
      bytes: number(bytes, at + 24, 4),
      localAt: number(bytes, at + 42, 4),
    });
    at = end + number(bytes, at + 30, 2) + number(bytes, at + 32, 2);
  }
  return { entries, directoryAt };
}

function endRecordAt(bytes: Uint8Array): number {
  const last = bytes.length - endBytes;
  for (let at = last; at >= 0 && at >= last - commentBytesMax; at -= 1) {
    const isEnd = number(bytes, at, 4) === endSign;
    if (isEnd && at + endBytes + number(bytes, at + 20, 2) === bytes.length) return at;
  }
  throw new Fault('zip.malformed', { at: bytes.length, why: 'no end record' });
}

/** Where the packed bytes of a file are, after the header that stands before them. */
function placeOf(
  bytes: Uint8Array,
  entry: Entry,
  ambiguities: string[],
): { from: number; end: number; contentAt: number } {
  const { localAt } = entry;
  const isHeader = localAt + localBytes <= bytes.length && number(bytes, localAt, 4) === localSign;
  if (!isHeader) throw new Fault('zip.malformed', { at: localAt, why: 'local header' });
  const nameEnd = localAt + localBytes + number(bytes, localAt + 26, 2);
  const contentAt = nameEnd + number(bytes, localAt + 28, 2);
  const end = contentAt + entry.packedBytes;
  if (end > bytes.length) throw new Fault('zip.malformed', { at: localAt, why: 'cut short' });
  const name = nameOf(bytes.subarray(localAt + localBytes, nameEnd));
  if (name !== entry.name) ambiguities.push(`${entry.name} is ${name} in its own header`);
  return { from: localAt, end, contentAt };
}

async function unpack(
  bytes: Uint8Array,
  { entry, place }: { entry: Entry; place: { contentAt: number; end: number } },
  engine: Pick<Engine, 'inflateRaw'>,
): Promise<Uint8Array> {
  const packed = bytes.subarray(place.contentAt, place.end);
  if (entry.bytes > fileBytesMax || entry.bytes > ratioMax * packed.length) {
    throw new Fault('zip.limit', { why: 'size of a file' });
  }
  if (entry.method !== stored && entry.method !== deflated) {
    throw new Fault('zip.unsupported', { why: `method ${entry.method}` });
  }
  const content = entry.method === stored ? packed : await inflated(packed, entry.bytes, engine);
  if (content.length !== entry.bytes || crc32(content) !== entry.checksum) {
    throw new Fault('zip.malformed', { at: place.contentAt, why: 'content' });
  }
  return content;
}

async function inflated(
  packed: Uint8Array,
  bytes: number,
  engine: Pick<Engine, 'inflateRaw'>,
): Promise<Uint8Array> {
  try {
    return await engine.inflateRaw(packed, Math.max(bytes, 1));
  } catch (cause) {
    if (faultCode(cause) === undefined) throw cause;
    throw new Fault('zip.malformed', { why: 'deflate' }, { cause });
  }
}

/** A data descriptor (16 octets at most) may follow a file; more belongs to nobody. */
function looseBytes(
  places: readonly { from: number; end: number }[],
  directoryAt: number,
): readonly string[] {
  const descriptorBytesMax = 24;
  const found: string[] = [];
  let at = 0;
  for (const { from, end } of places.toSorted((a, b) => a.from - b.from)) {
    if (from < at) found.push(`files overlap at ${from}`);
    if (from - at > descriptorBytesMax) found.push(`bytes of no file at ${at}`);
    at = Math.max(at, end);
  }
  if (directoryAt - at > descriptorBytesMax) found.push(`bytes of no file at ${at}`);
  return found;
}

/** UTF-8 if it is, else the Chinese encoding older programs use; `\` of Windows becomes `/`. */
function nameOf(bytes: Uint8Array): string {
  return textOf(bytes).replaceAll('\\', '/').replace(/^\/+/, '');
}

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return new TextDecoder('gbk').decode(bytes);
  }
}

function number(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let place = at + width - 1; place >= at; place -= 1) {
    value = value * 256 + (bytes[place] ?? 0);
  }
  return value;
}

/**
 * Reads a ZIP (APPNOTE 6.3.10) of any maker: stored or deflated files, data descriptors, folders.
 *
 * The central directory says what is inside, as every viewer reads it. Where two programs could see
 * different files in one archive is said in `ambiguities`, for a signature means nothing then.
 */
import { Fault, faultCode } from '#base/fault';
import { crc32 } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { doubtsAbout, doubtsAtEnd, doubtsBetween, doubtsInNames } from './doubts.ts';
import { directoryOf, type Entry, isFolder, localOf } from './records.ts';

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

type Unpacker = Pick<Engine, 'inflateRaw'>;

const archiveBytesMax = 64 * 1024 * 1024;
const fileBytesMax = 64 * 1024 * 1024;
const unpackedBytesMax = 256 * 1024 * 1024;
/** Deflate packs at most 1,032 times; what text and images reach is far below. */
const ratioMax = 1_100;
const stored = 0;
const deflated = 8;

/**
 * What is in it, up to `unpackedMax` bytes together. Refuses with zip.malformed, zip.unsupported
 * (encrypted, other methods, ZIP64) or zip.limit.
 */
export async function openArchive(
  bytes: Uint8Array,
  engine: Unpacker,
  unpackedMax = unpackedBytesMax,
): Promise<Archive> {
  if (bytes.length > archiveBytesMax) throw new Fault('zip.limit', { why: 'bytes' });
  const directory = directoryOf(bytes);
  const { entries } = directory;
  const ambiguities = [...doubtsAtEnd(bytes, directory)];
  const files: ArchiveFile[] = [];
  const places: { at: number; end: number }[] = [];
  let unpacked = 0;
  for (const entry of entries) {
    const local = localOf(bytes, entry);
    places.push(local);
    ambiguities.push(...doubtsAbout(entry, local));
    if (isFolder(entry)) continue;
    unpacked += entry.bytes;
    if (unpacked > unpackedMax) throw new Fault('zip.limit', { why: 'unpacked bytes' });
    const packed = bytes.subarray(local.contentAt, local.end);
    files.push({ name: entry.name, bytes: await unpack(packed, entry, engine) });
    if (await isLoose(packed, entry, engine)) ambiguities.push(`${entry.name} ends earlier`);
  }
  ambiguities.push(...doubtsInNames(entries));
  ambiguities.push(...doubtsBetween(places, directory.at));
  return { files, ambiguities };
}

async function unpack(packed: Uint8Array, entry: Entry, engine: Unpacker): Promise<Uint8Array> {
  if (entry.bytes > fileBytesMax || entry.bytes > ratioMax * packed.length) {
    throw new Fault('zip.limit', { why: 'size of a file' });
  }
  if (entry.method !== stored && entry.method !== deflated) {
    throw new Fault('zip.unsupported', { why: `method ${entry.method}` });
  }
  const content = entry.method === stored ? packed : await inflated(packed, entry.bytes, engine);
  if (content.length !== entry.bytes || crc32(content) !== entry.checksum) {
    throw new Fault('zip.malformed', { at: entry.localAt, why: 'content' });
  }
  return content;
}

async function inflated(packed: Uint8Array, bytes: number, engine: Unpacker): Promise<Uint8Array> {
  try {
    return await engine.inflateRaw(packed, Math.max(bytes, 1));
  } catch (cause) {
    if (faultCode(cause) === undefined) throw cause;
    throw new Fault('zip.malformed', { why: 'deflate' }, { cause });
  }
}

/** Is a packed file whole without its last octet? Then what stands there belongs to nobody. */
async function isLoose(packed: Uint8Array, entry: Entry, engine: Unpacker): Promise<boolean> {
  if (entry.method === stored) return false;
  try {
    await engine.inflateRaw(packed.subarray(0, -1), Math.max(entry.bytes, 1));
    return true;
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return false;
  }
}

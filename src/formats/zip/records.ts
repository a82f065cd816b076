/**
 * The records of a ZIP (APPNOTE 6.3.10 §4.3): the central directory, and the header before a file.
 */
import { fromUtf8 } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';

/** What both headers of a file say; `at` is where the header stands. */
interface Header {
  readonly at: number;
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly extra: Uint8Array;
}

/** A file as the directory names it. */
export interface Entry extends Header {
  readonly madeOn: number;
  readonly disk: number;
  readonly attributes: number;
  readonly localAt: number;
}

/** The header before a file, and where its packed bytes are. */
export interface Local extends Header {
  readonly contentAt: number;
  readonly end: number;
}

/** The central directory with the end record that leads to it. */
export interface Directory {
  readonly entries: readonly Entry[];
  readonly at: number;
  readonly end: number;
  readonly endRecord: EndRecord;
}

interface EndRecord {
  readonly at: number;
  readonly disks: readonly [number, number];
  readonly counts: readonly [number, number];
  readonly directoryBytes: number;
}

const filesMax = 10_000;
const nameBytesMax = 1_024;
const foldersMax = 64;
const commentBytesMax = 65_535;
const endBytes = 22;
const localBytes = 30;
const centralBytes = 46;
export const endSign = 0x06054b50;
const centralSign = 0x02014b50;
const localSign = 0x04034b50;
const encryptedFlag = 1;

/** From the end record backwards. Refuses with zip.malformed, zip.unsupported or zip.limit. */
export function directoryOf(bytes: Uint8Array): Directory {
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
    const { entry, end } = entryAt(bytes, at, endAt);
    entries.push(entry);
    at = end;
  }
  const endRecord = {
    at: endAt,
    disks: [number(bytes, endAt + 4, 2), number(bytes, endAt + 6, 2)],
    counts: [number(bytes, endAt + 8, 2), count],
    directoryBytes: number(bytes, endAt + 12, 4),
  } as const;
  return { entries, at: directoryAt, end: at, endRecord };
}

function entryAt(bytes: Uint8Array, at: number, endAt: number): { entry: Entry; end: number } {
  if (at + centralBytes > endAt || number(bytes, at, 4) !== centralSign) {
    throw new Fault('zip.malformed', { at, why: 'directory' });
  }
  const nameEnd = at + centralBytes + number(bytes, at + 28, 2);
  const extraEnd = nameEnd + number(bytes, at + 30, 2);
  const end = extraEnd + number(bytes, at + 32, 2);
  if (end > endAt) throw new Fault('zip.malformed', { at, why: 'name' });
  const name = nameOf(bytes.subarray(at + centralBytes, nameEnd));
  const isLong = nameEnd - at - centralBytes > nameBytesMax || name.split('/').length > foldersMax;
  if (isLong) throw new Fault('zip.limit', { at, why: 'name' });
  const common = headerAt(bytes, at, at + 8);
  if ((common.flags & encryptedFlag) !== 0) {
    throw new Fault('zip.unsupported', { at, why: 'encrypted' });
  }
  const entry = {
    ...common,
    name,
    extra: bytes.subarray(nameEnd, extraEnd),
    madeOn: number(bytes, at + 5, 1),
    disk: number(bytes, at + 34, 2),
    attributes: number(bytes, at + 38, 4),
    localAt: number(bytes, at + 42, 4),
  };
  return { entry, end };
}

/** The header before the packed bytes of a file; refuses with zip.malformed. */
export function localOf(bytes: Uint8Array, { localAt: at, packedBytes }: Entry): Local {
  const isHeader = at + localBytes <= bytes.length && number(bytes, at, 4) === localSign;
  if (!isHeader) throw new Fault('zip.malformed', { at, why: 'local header' });
  const nameEnd = at + localBytes + number(bytes, at + 26, 2);
  const contentAt = nameEnd + number(bytes, at + 28, 2);
  const end = contentAt + packedBytes;
  if (end > bytes.length) throw new Fault('zip.malformed', { at, why: 'cut short' });
  const name = nameOf(bytes.subarray(at + localBytes, nameEnd));
  const extra = bytes.subarray(nameEnd, contentAt);
  return { ...headerAt(bytes, at, at + 6), name, extra, contentAt, end };
}

/** `/` alone is the root, which some makers list. */
export function isFolder({ name }: Entry): boolean {
  return name === '' || name.endsWith('/');
}

/** The fields that stand in the same order in both headers, from the flags on. */
function headerAt(bytes: Uint8Array, at: number, from: number): Omit<Header, 'name' | 'extra'> {
  return {
    at,
    flags: number(bytes, from, 2),
    method: number(bytes, from + 2, 2),
    checksum: number(bytes, from + 8, 4),
    packedBytes: number(bytes, from + 12, 4),
    bytes: number(bytes, from + 16, 4),
  };
}

function endRecordAt(bytes: Uint8Array): number {
  const last = bytes.length - endBytes;
  for (let at = last; at >= 0 && at >= last - commentBytesMax; at -= 1) {
    const isEnd = number(bytes, at, 4) === endSign;
    if (isEnd && at + endBytes + number(bytes, at + 20, 2) === bytes.length) return at;
  }
  throw new Fault('zip.malformed', { at: bytes.length, why: 'no end record' });
}

/** UTF-8 if it is, else the Chinese encoding older programs use; `\\` of Windows becomes `/`. */
export function nameOf(bytes: Uint8Array): string {
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

/** Little-endian, `width` octets. */
export function number(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let place = at + width - 1; place >= at; place -= 1) {
    value = value * 256 + (bytes[place] ?? 0);
  }
  return value;
}

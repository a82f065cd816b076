/**
 * A ZIP (APPNOTE 6.3.10) that has exactly one spelling for one set of files.
 *
 * Files are stored, sorted by name, dated 1980-01-01, without extra fields, comments, flags or
 * bytes between records. Reading takes names and sizes from the central directory, lays the files
 * out anew with the own writer and compares: a byte that differs anywhere is named. So no header
 * byte is free, and two programs can never see different files in one package.
 */
import { compare, concat, equal, fromLatin1, latin1, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';

import { crc32 } from './crc32.ts';
import { bundleBytesMax, bundleFilesMax, nameBytesMax } from './limits.ts';

export interface BundleFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Where the bytes as found part from the one spelling they may have. */
export interface Difference {
  /** The name of the file whose content changed, or `zip` for a byte of the container itself. */
  readonly part: string;
  readonly at: number;
  readonly record: string;
}

export interface OpenedBundle {
  readonly files: readonly BundleFile[];
  readonly differences: readonly Difference[];
}

const localBytes = 30;
const centralBytes = 46;
const endBytes = 22;
const crcAtLocal = 14;
const crcAtCentral = 16;
const dosDate1980 = 0x0021;
const versionNeeded = 10; // 1.0: stored files in at most one folder deep.
const namePattern = /^(?:[a-z0-9][a-z0-9-]*\/)?[a-z0-9][a-z0-9.-]*$/;

/** Prints the files as a package. Refuses a name twice or a name that is not plain. */
export function writeZip(files: readonly BundleFile[]): Uint8Array {
  const sorted = files.toSorted((a, b) => compare(utf8(a.name), utf8(b.name)));
  if (sorted.length > bundleFilesMax) throw new Fault('bundle.limit_exceeded', { why: 'files' });
  sorted.forEach((file, at) => {
    if (!isPlainName(file.name) || sorted[at + 1]?.name === file.name) {
      throw new Fault('bundle.name_malformed', { name: file.name.slice(0, nameBytesMax) });
    }
  });
  return concat(...layOut(sorted).map((record) => record.bytes));
}

/** Reads a package and tells every record in which it is not what writeZip prints. */
export function openZip(bytes: Uint8Array): OpenedBundle {
  if (bytes.length > bundleBytesMax) throw new Fault('bundle.limit_exceeded', { why: 'bytes' });
  const files = readDirectory(bytes);
  const wanted = layOut(files);
  return { files, differences: differencesOf(bytes, wanted, files) };
}

function isPlainName(name: string): boolean {
  return name.length <= nameBytesMax && namePattern.test(name);
}

/** A header or a content, and where it stands. */
interface ZipRecord {
  readonly at: number;
  readonly name: string;
  readonly file: number;
  readonly bytes: Uint8Array;
}

/** All records in their order, without a gap. */
function layOut(files: readonly BundleFile[]): readonly ZipRecord[] {
  const records: ZipRecord[] = [];
  let at = 0;
  const put = (name: string, file: number, bytes: Uint8Array): void => {
    records.push({ at, name, file, bytes });
    at += bytes.length;
  };
  const checksums = files.map((file) => crc32(file.bytes));
  const starts = files.map((file, index) => {
    const start = at;
    put('local header', index, localHeader(file, checksums[index] ?? 0));
    put('content', index, file.bytes);
    return start;
  });
  const directoryAt = at;
  files.forEach((file, index) => {
    const header = centralHeader(file, checksums[index] ?? 0, starts[index] ?? 0);
    put('central header', index, header);
  });
  put('end record', -1, endRecord(files.length, directoryAt, at - directoryAt));
  return records;
}

function localHeader(file: BundleFile, checksum: number): Uint8Array {
  return concat(
    little(4, 0x04034b50),
    little(2, versionNeeded),
    fields(checksum, file),
    little(2, 0), // No extra field.
    nameBytes(file),
  );
}

function centralHeader(file: BundleFile, checksum: number, localAt: number): Uint8Array {
  return concat(
    little(4, 0x02014b50),
    little(2, versionNeeded), // Made by MS-DOS: no attributes of any other system.
    little(2, versionNeeded),
    fields(checksum, file),
    new Uint8Array(12), // No extra field, no comment, disk 0, no attributes.
    little(4, localAt),
    nameBytes(file),
  );
}

/** What both headers say alike: flags, method, time, date, checksum, sizes, length of the name. */
function fields(checksum: number, file: BundleFile): Uint8Array {
  return concat(
    little(2, 0),
    little(2, 0),
    little(2, 0),
    little(2, dosDate1980),
    little(4, checksum),
    little(4, file.bytes.length),
    little(4, file.bytes.length),
    little(2, nameBytes(file).length),
  );
}

function endRecord(files: number, directoryAt: number, directoryBytes: number): Uint8Array {
  return concat(
    little(4, 0x06054b50),
    little(4, 0),
    little(2, files),
    little(2, files),
    little(4, directoryBytes),
    little(4, directoryAt),
    little(2, 0),
  );
}

// Names are read as one character a byte, so that any name found is printed back as it was.
function nameBytes(file: BundleFile): Uint8Array {
  return fromLatin1(file.name);
}

function little(width: number, value: number): Uint8Array {
  return Uint8Array.from({ length: width }, (_, at) => (value / 2 ** (8 * at)) & 0xff);
}

/**
 * Takes only names and sizes from the directory. The places of the files follow from them, for
 * nothing may stand between two files; what the offset fields say is compared afterwards.
 */
function readDirectory(bytes: Uint8Array): readonly BundleFile[] {
  const endAt = bytes.length - endBytes;
  if (endAt < 0) throw malformed(0, 'too short');
  const count = number(bytes, { at: endAt + 10, width: 2 });
  const directoryAt = number(bytes, { at: endAt + 16, width: 4 });
  if (count > bundleFilesMax) throw new Fault('bundle.limit_exceeded', { why: 'files' });
  const files: BundleFile[] = [];
  let contentAt = 0;
  let headerAt = directoryAt;
  for (let index = 0; index < count; index += 1) {
    if (headerAt + centralBytes > endAt) throw malformed(headerAt, 'directory too short');
    const size = number(bytes, { at: headerAt + 24, width: 4 });
    const nameLength = number(bytes, { at: headerAt + 28, width: 2 });
    const nameAt = headerAt + centralBytes;
    contentAt += localBytes + nameLength;
    if (nameAt + nameLength > endAt || nameLength > nameBytesMax) throw malformed(headerAt, 'name');
    if (contentAt + size > directoryAt) throw malformed(headerAt, 'size');
    const name = latin1(bytes.subarray(nameAt, nameAt + nameLength));
    files.push({ name, bytes: bytes.subarray(contentAt, contentAt + size) });
    contentAt += size;
    headerAt = nameAt + nameLength;
  }
  if (contentAt !== directoryAt || headerAt !== endAt) throw malformed(contentAt, 'loose bytes');
  refuseBadNames(files, directoryAt);
  return files;
}

/** Two names for one place, or an order of one's own, would be a second spelling. */
function refuseBadNames(files: readonly BundleFile[], directoryAt: number): void {
  files.forEach((file, index) => {
    const before = files[index - 1]?.name;
    const ordered = before === undefined || compare(fromLatin1(before), fromLatin1(file.name)) < 0;
    if (!isPlainName(file.name) || !ordered) throw malformed(directoryAt, 'names');
  });
}

function differencesOf(
  found: Uint8Array,
  wanted: readonly ZipRecord[],
  files: readonly BundleFile[],
): readonly Difference[] {
  const differences: Difference[] = [];
  const checksumDiffers = new Map<number, number>();
  for (const record of wanted) {
    const end = record.at + record.bytes.length;
    const crcAt = record.at + (record.name === 'local header' ? crcAtLocal : crcAtCentral);
    if (equal(found.subarray(record.at, end), record.bytes)) continue;
    for (let { at } = record; at < end; at += 1) {
      if (found[at] === record.bytes[at - record.at]) continue;
      const inChecksum = record.file >= 0 && at >= crcAt && at < crcAt + 4;
      if (inChecksum) {
        checksumDiffers.set(record.file, (checksumDiffers.get(record.file) ?? 0) + 1);
        at = crcAt + 3;
      } else {
        differences.push({ part: 'zip', at, record: nameOf(record, files) });
        break;
      }
    }
  }
  for (const [file, headers] of checksumDiffers) {
    // Both checksums wrong means the content changed; one alone means that header did.
    const part = headers === 2 ? (files[file]?.name ?? 'zip') : 'zip';
    const record = wanted.find((one) => one.file === file && one.name === 'content');
    const name = `checksum of ${files[file]?.name ?? ''}`;
    differences.push({ part, at: record?.at ?? 0, record: name });
  }
  return differences;
}

function nameOf(
  record: { readonly name: string; readonly file: number },
  files: readonly BundleFile[],
): string {
  const file = files[record.file]?.name;
  return file === undefined ? record.name : `${record.name} of ${file}`;
}

function number(bytes: Uint8Array, field: { readonly at: number; readonly width: number }): number {
  let value = 0;
  for (let at = field.width - 1; at >= 0; at -= 1)
    value = value * 256 + (bytes[field.at + at] ?? 0);
  return value;
}

function malformed(at: number, why: string): Fault {
  return new Fault('bundle.zip_malformed', { at, why });
}

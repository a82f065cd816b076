/**
 * Writes a plain ZIP (APPNOTE 6.3.10): files stored, in the order given, without dates.
 */
import { concat, utf8 } from '#base/bytes';
import { crc32 } from '#formats/bundle';
import type { ArchiveFile } from './reader.ts';

const versionNeeded = 20;
const utf8NameFlag = 0x800;

export function writeArchive(files: readonly ArchiveFile[]): Uint8Array {
  const locals: Uint8Array[] = [];
  const centrals: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const title = utf8(name);
    const about = concat(
      little(2, utf8NameFlag),
      little(6, 0),
      little(4, crc32(bytes)),
      little(4, bytes.length),
      little(4, bytes.length),
      little(2, title.length),
      little(2, 0),
    );
    const version = little(2, versionNeeded);
    const local = concat(little(4, 0x04034b50), version, about, title, bytes);
    const where = concat(little(10, 0), little(4, at), title);
    locals.push(local);
    centrals.push(concat(little(4, 0x02014b50), version, version, about, where));
    at += local.length;
  }
  const directory = concat(...centrals);
  const count = little(2, files.length);
  const sizes = concat(little(4, directory.length), little(4, at), little(2, 0));
  return concat(...locals, directory, little(4, 0x06054b50), little(4, 0), count, count, sizes);
}

function little(width: number, value: number): Uint8Array {
  return Uint8Array.from({ length: width }, (_, at) => Math.floor(value / 2 ** (8 * at)) & 0xff);
}

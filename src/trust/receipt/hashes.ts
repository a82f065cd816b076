/** A consistency proof as the file `….consistency`: a line of base64 for each hash. */
import { toBase64, utf8 } from '#base/bytes';

export function printHashes(hashes: readonly Uint8Array[]): Uint8Array {
  return utf8(hashes.map((hash) => `${toBase64(hash)}\n`).join(''));
}

/**
 * Sizes, indices and hashes as C2SP texts spell them: decimal without leading zeroes, base64.
 *
 * A size is a safe integer here: 2^53 entries are more than any log will hold.
 */
import { fromBase64 } from '#base/bytes';
import { Fault } from '#base/fault';

export const hashBytes = 32;

export function parseSize(text: string): number {
  const size = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(size)) throw new Fault('tlog.size_malformed');
  return size;
}

export function parseHash(text: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(text);
  } catch (cause) {
    throw new Fault('tlog.hash_malformed', {}, { cause });
  }
  if (bytes.length !== hashBytes) throw new Fault('tlog.hash_malformed');
  return bytes;
}

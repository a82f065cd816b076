/**
 * The signed bytes of a signature and the place of its CMS (ISO 32000-1 §12.8.1, §12.8.3.3).
 */
import { concat, fromLatin1, toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import type { ByteRange } from './prepare.ts';

/** What is signed: everything but the contents string with its angle brackets. */
export function signedBytes(bytes: Uint8Array, byteRange: ByteRange): Uint8Array {
  checkRange(bytes, byteRange);
  const [from, first, second, rest] = byteRange;
  return concat(bytes.subarray(from, from + first), bytes.subarray(second, second + rest));
}

/** A copy with the CMS in its place: lower-case hex, filled up with zeros. */
export function embedSignature(
  prepared: Uint8Array,
  byteRange: ByteRange,
  cms: Uint8Array,
): Uint8Array {
  checkRange(prepared, byteRange);
  const [, first, second] = byteRange;
  const room = (second - first - 2) / 2;
  if (cms.length > room) {
    throw new Fault('pdf.certificate_space_small', { bytes: room, needed: cms.length });
  }
  if (prepared[first] !== 0x3c || prepared[second - 1] !== 0x3e) {
    throw new Fault('pdf.range_malformed', { why: 'brackets' });
  }
  if (prepared.subarray(first + 1, second - 1).some((byte) => byte !== 0x30)) {
    throw new Fault('pdf.range_malformed', { why: 'taken' });
  }
  const bytes = prepared.slice();
  bytes.set(fromLatin1(toHex(cms)), first + 1);
  return bytes;
}

function checkRange(bytes: Uint8Array, [from, first, second, rest]: ByteRange): void {
  const ordered = from === 0 && first > 0 && second >= first + 2 && rest > 0;
  const whole = [from, first, second, rest].every(Number.isSafeInteger);
  if (!whole || !ordered || second + rest > bytes.length || (second - first) % 2 !== 0) {
    throw new Fault('pdf.range_malformed');
  }
}

/**
 * The signed bytes of a signature and the place of its CMS (ISO 32000-1 §12.8.1, §12.8.3.3).
 */
import { concat, fromLatin1, toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine, HashName } from '#formats/crypto';
import type { ByteRange, PreparedRevision } from './prepare.ts';

/** What is signed: everything but the contents string with its angle brackets. */
export function signedBytes(bytes: Uint8Array, byteRange: ByteRange): Uint8Array {
  checkRange(bytes, byteRange);
  const [from, first, second, rest] = byteRange;
  return concat(bytes.subarray(from, from + first), bytes.subarray(second, second + rest));
}

/**
 * The digest of what is signed, without a copy of the file: what stands behind the gap is moved
 * over it while the digest is made, and back. The bytes must be the caller's alone.
 */
export async function digestInPlace(
  { bytes, byteRange }: PreparedRevision,
  hash: HashName,
  engine: Engine,
): Promise<Uint8Array> {
  checkRange(bytes, byteRange);
  const [, first, second, rest] = byteRange;
  const held = bytes.slice(first);
  bytes.copyWithin(first, second, second + rest);
  try {
    return await engine.digest(hash, bytes.subarray(0, first + rest));
  } finally {
    bytes.set(held, first);
  }
}

/** A copy with the CMS in its place: lower-case hex, filled up with zeros. */
export function embedSignature(
  prepared: Uint8Array,
  byteRange: ByteRange,
  cms: Uint8Array,
): Uint8Array {
  const bytes = prepared.slice();
  embedInPlace({ bytes, byteRange }, cms);
  return bytes;
}

/** The same in bytes that are the caller's alone. */
export function embedInPlace(
  { bytes: prepared, byteRange }: PreparedRevision,
  cms: Uint8Array,
): void {
  checkRange(prepared, byteRange);
  const [, first, second] = byteRange;
  const room = (second - first - 2) / 2;
  if (cms.length > room) {
    throw new Fault('pdf.certificate_space_small', { bytes: room, needed: cms.length });
  }
  if (prepared[first] !== 0x3c || prepared[second - 1] !== 0x3e) {
    throw new Fault('pdf.range_malformed', { why: 'brackets' });
  }
  for (let at = first + 1; at < second - 1; at += 1) {
    if (prepared[at] !== 0x30) throw new Fault('pdf.range_malformed', { why: 'taken' });
  }
  prepared.set(fromLatin1(toHex(cms)), first + 1);
}

function checkRange(bytes: Uint8Array, [from, first, second, rest]: ByteRange): void {
  const ordered = from === 0 && first > 0 && second >= first + 2 && rest > 0;
  const whole = [from, first, second, rest].every(Number.isSafeInteger);
  if (!whole || !ordered || second + rest > bytes.length || (second - first) % 2 !== 0) {
    throw new Fault('pdf.range_malformed');
  }
}

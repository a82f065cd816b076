/**
 * The signed bytes of a signature and the place of its CMS (ISO 32000-1 §12.8.1, §12.8.3.3).
 */
import { concat } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine, HashName } from '#formats/crypto';
import type { ByteRange, PreparedRevision } from '../fields/prepare.ts';

/** What is signed: everything but the contents string with its angle brackets. */
export function signedBytes(bytes: Uint8Array, byteRange: ByteRange): Uint8Array {
  checkRange(bytes.length, byteRange);
  const [from, first, second, rest] = byteRange;
  return concat(bytes.subarray(from, from + first), bytes.subarray(second, second + rest));
}

/** The digest of what is signed, without a copy of the file. */
export async function digestPrepared(
  { before, appended, byteRange }: PreparedRevision,
  hash: HashName,
  engine: Engine,
): Promise<Uint8Array> {
  const gap = gapIn(before, appended, byteRange);
  const parts = [
    before,
    appended.subarray(0, gap.from),
    appended.subarray(gap.to, gap.to + byteRange[3]),
  ];
  return engine.digest(hash, ...parts);
}

/** A copy with the CMS in its place: lower-case hex, filled up with zeros. */
export function embedSignature(
  prepared: Uint8Array,
  byteRange: ByteRange,
  cms: Uint8Array,
): Uint8Array {
  const appended = prepared.slice();
  embedInPlace({ before: new Uint8Array(), appended, byteRange }, cms);
  return appended;
}

/** The same in an appended part that is the caller's alone. */
export function embedInPlace(
  { before, appended, byteRange }: Pick<PreparedRevision, 'before' | 'appended' | 'byteRange'>,
  cms: Uint8Array,
): void {
  const { from, to } = gapIn(before, appended, byteRange);
  const room = (to - from - 2) / 2;
  if (cms.length > room) {
    throw new Fault('pdf.certificate_space_small', { bytes: room, needed: cms.length });
  }
  if (appended[from] !== 0x3c || appended[to - 1] !== 0x3e) {
    throw new Fault('pdf.range_malformed', { why: 'brackets' });
  }
  if (!isEmpty(appended.subarray(from + 1, to - 1))) {
    throw new Fault('pdf.range_malformed', { why: 'taken' });
  }
  // Written where it belongs: a text in between would cost as much as the whole message.
  const place = new DataView(appended.buffer, appended.byteOffset + from + 1, 2 * cms.length);
  for (let at = 0; at < cms.length; at += 1) place.setUint16(2 * at, hexPairs[cms[at] ?? 0] ?? 0);
}

/** Nothing but zeros as letters, which are tens of thousands: eight at a step. */
function isEmpty(place: Uint8Array): boolean {
  const view = new DataView(place.buffer, place.byteOffset, place.length);
  let at = 0;
  while (at + 8 <= place.length && view.getFloat64(at) === eightZeros) at += 8;
  while (at < place.length && place[at] === 0x30) at += 1;
  return at === place.length;
}

/** As the only number of those bits: no whole number of eight octets is as cheap to compare. */
const eightZeros = new DataView(new Uint8Array(8).fill(0x30).buffer).getFloat64(0);

/** Lower case, as a character code. */
function hexDigitOf(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

/** The two digits of each octet, for the loop that writes thousands of them. */
const hexPairs = Uint16Array.from({ length: 256 }, (_, octet) => {
  return 256 * hexDigitOf(octet >> 4) + hexDigitOf(octet & 15);
});

/** Where the contents string stands in the appended part, whose end is the end of the range. */
function gapIn(
  before: Uint8Array,
  appended: Uint8Array,
  byteRange: ByteRange,
): { readonly from: number; readonly to: number } {
  const length = before.length + appended.length;
  checkRange(length, byteRange);
  const [, first, second] = byteRange;
  if ((second - first) % 2 !== 0) throw new Fault('pdf.range_malformed', { why: 'half an octet' });
  if (first < before.length) throw new Fault('pdf.range_malformed', { why: 'not appended' });
  return { from: first - before.length, to: second - before.length };
}

function checkRange(length: number, [from, first, second, rest]: ByteRange): void {
  const ordered = from === 0 && first > 0 && second >= first + 2 && rest > 0;
  const whole = [from, first, second, rest].every(Number.isSafeInteger);
  if (!whole || !ordered || second + rest > length) {
    throw new Fault('pdf.range_malformed');
  }
}

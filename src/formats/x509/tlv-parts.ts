/**
 * Walks over the values of a long DER value without reading what is inside (X.690 §8.1).
 *
 * For lists of a length that a tree of all values would not hold; each part that matters is then
 * read by `parseDer`, which is as strict as ever.
 */
import { Fault } from '#base/fault';

/** One value of a sequence: its identifier, and where its octets are. */
export interface TlvPart {
  readonly tag: number;
  readonly der: Uint8Array;
  readonly content: Uint8Array;
}

const lengthBytesMax = 4;

export function* partsOf(bytes: Uint8Array): Generator<TlvPart, void, undefined> {
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at + 1] ?? 0x80;
    const count = first < 0x80 ? 0 : first & 0x7f;
    if ((first >= 0x80 && count === 0) || count > lengthBytesMax) throw cutShort(at);
    let length = count === 0 ? first : 0;
    for (let step = 0; step < count; step += 1) length = length * 256 + (bytes[at + 2 + step] ?? 0);
    const from = at + 2 + count;
    const end = from + length;
    if (end > bytes.length) throw cutShort(at);
    const identifier = bytes[at] ?? 0;
    yield { tag: identifier, der: bytes.subarray(at, end), content: bytes.subarray(from, end) };
    at = end;
  }
}

function cutShort(at: number): Fault {
  return new Fault('x509.malformed', { at, why: 'length' });
}

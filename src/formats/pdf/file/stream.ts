/**
 * Reads the body of a stream object behind its dictionary (ISO 32000-1 §7.3.8).
 */
import { fromLatin1 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Work } from './limits.ts';
import { findWord } from './scan.ts';
import type { SyntaxReader } from './syntax.ts';
import type { PdfDict, PdfStream } from './value.ts';

const endMark = fromLatin1('endstream');
const objectEnd = fromLatin1('endobj');

/** The reader stands behind the dictionary; afterwards it stands behind `endstream`. */
export function readStreamBody(
  reader: SyntaxReader,
  dict: PdfDict,
  length: number | undefined,
): PdfStream {
  reader.expect('stream');
  const { bytes } = reader;
  if (bytes[reader.at] === 0x0d && bytes[reader.at + 1] === 0x0a) reader.at += 2;
  else if (bytes[reader.at] === 0x0a) reader.at += 1;
  else throw new Fault('pdf.stream_malformed', { at: reader.at, why: 'start' });
  if (length === undefined || length < 0 || reader.at + length > bytes.length) {
    throw new Fault('pdf.stream_malformed', { at: reader.at, why: 'length' });
  }
  const raw = bytes.subarray(reader.at, reader.at + length);
  reader.at += length;
  // A length that does not end at the keyword is a place to hide bytes: two readers, two streams.
  if (!reader.takes('endstream')) {
    throw new Fault('pdf.stream_malformed', { at: reader.at, why: 'end' });
  }
  return { kind: 'stream', dict, raw };
}

/**
 * As viewers do it: where the stated length does not end at the keyword, the keyword ends the
 * stream. The reader stands behind the dictionary; afterwards somewhere behind the data.
 */
export function findStreamBody(
  reader: SyntaxReader,
  dict: PdfDict,
  stated: { readonly length: number | undefined; readonly work: Work },
): PdfStream {
  reader.takes('stream');
  const { bytes } = reader;
  while (bytes[reader.at] === 0x20) reader.at += 1;
  if (bytes[reader.at] === 0x0d) reader.at += 1;
  if (bytes[reader.at] === 0x0a) reader.at += 1;
  const from = reader.at;
  const { length, work } = stated;
  if (length !== undefined && length >= 0 && from + length <= bytes.length) {
    reader.at = from + length;
    if (endsHere(reader)) return { kind: 'stream', dict, raw: bytes.subarray(from, from + length) };
  }
  const end = endOfData(bytes, from, work);
  reader.at = end;
  return { kind: 'stream', dict, raw: bytes.subarray(from, end) };
}

function endsHere(reader: SyntaxReader): boolean {
  const space = new Set([0x20, 0x0a, 0x0d, 0x09, 0x0c, 0]);
  let { at } = reader;
  while (at < reader.at + 4 && space.has(reader.bytes[at] ?? -1)) at += 1;
  return endMark.every((byte, place) => reader.bytes[at + place] === byte);
}

function endOfData(bytes: Uint8Array, from: number, work: Work): number {
  const found = findWord(bytes, endMark, from);
  // Where no keyword follows, each stream of the file looks for it in vain: that costs more.
  if (found < 0) work.spend((bytes.length - from) / 2);
  else work.scanned(found - from);
  const second = found < 0 ? findWord(bytes, objectEnd, from) : found;
  let end = second < 0 ? bytes.length : second;
  if (end > from && bytes[end - 1] === 0x0a) end -= 1;
  if (end > from && bytes[end - 1] === 0x0d) end -= 1;
  return end;
}

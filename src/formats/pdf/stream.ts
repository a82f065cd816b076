/**
 * Reads the body of a stream object behind its dictionary (ISO 32000-1 §7.3.8).
 */
import { Fault } from '#base/fault';
import type { SyntaxReader } from './syntax.ts';
import type { PdfDict, PdfStream } from './value.ts';

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

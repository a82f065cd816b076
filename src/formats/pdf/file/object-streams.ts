/**
 * Opens object streams (ISO 32000-1 §7.5.7): many objects in one compressed stream.
 */
import { Fault } from '#base/fault';
import { decodeStream } from './filters.ts';
import { objectNumberMax } from './limits.ts';
import type { PdfObjects } from './objects.ts';
import { SyntaxReader } from './syntax.ts';
import { integer, isName, type PdfStream, type PdfValue } from './value.ts';
import type { Reading } from './xref.ts';

/** The inflated bytes of an object stream and where each of its objects starts in them. */
export interface ObjectContainer {
  readonly bytes: Uint8Array;
  readonly places: readonly { readonly number: number; readonly at: number }[];
  /** The objects that were read, by where they start. */
  readonly values: Map<number, PdfValue>;
}

/** Refuses what is not an object stream at the place where the file says one is. */
export async function openContainer(
  file: PdfObjects,
  number: number,
  reading: Reading,
): Promise<ObjectContainer> {
  if (file.entries.get(number)?.kind !== 'at') {
    throw new Fault('pdf.object_misplaced', { object: number });
  }
  const stream = file.object(number);
  if (stream.kind !== 'stream' || !isName(stream.dict.entries.get('Type'), 'ObjStm')) {
    throw new Fault('pdf.object_misplaced', { object: number });
  }
  return readContainer(stream, reading, (value) => file.resolve(value));
}

export async function readContainer(
  stream: PdfStream,
  reading: Reading,
  resolve: PdfObjects['resolve'],
): Promise<ObjectContainer> {
  const bytes = await decodeStream(stream, reading, resolve);
  const first = integer(resolve(stream.dict.entries.get('First'))) ?? -1;
  const count = integer(resolve(stream.dict.entries.get('N'))) ?? -1;
  if (first < 0 || count < 0 || first > bytes.length || count > first) {
    throw new Fault('pdf.stream_malformed', { in: 'object stream' });
  }
  reading.work.spend(first);
  const reader = new SyntaxReader(bytes, 0, reading);
  const places: { number: number; at: number }[] = [];
  while (places.length < count) {
    if (reading.loose && !startsNumber(reader)) break;
    places.push({ number: reader.wholeNumber(), at: first + reader.wholeNumber() });
  }
  const known = places.filter(({ number: own }) => own <= objectNumberMax);
  return { bytes, places: known, values: new Map() };
}

function startsNumber(reader: SyntaxReader): boolean {
  reader.skipSpace();
  const byte = reader.bytes[reader.at] ?? 0;
  return byte >= 0x30 && byte <= 0x39;
}

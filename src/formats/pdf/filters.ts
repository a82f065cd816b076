/**
 * Undoes the filters that cross-reference streams, object streams and attachments use:
 * FlateDecode with PNG predictors (ISO 32000-1 §7.4.4), or none. Others are refused.
 */
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { inflatedBytesMax, within } from './limits.ts';
import { integer, isName, type PdfDict, type PdfStream, type PdfValue } from './value.ts';

const columnsMax = 65_536;

/** The plain bytes of a stream whose filter and parameters stand in it directly. */
export async function decodeStream(stream: PdfStream, engine: Engine): Promise<Uint8Array> {
  const filter = single(stream.dict.entries.get('Filter'));
  if (filter === undefined) return stream.raw;
  if (!isName(filter, 'FlateDecode')) throw new Fault('pdf.filter_unsupported');
  const parms = single(stream.dict.entries.get('DecodeParms'));
  const plain = await inflate(stream.raw, engine);
  return parms?.kind === 'dict' ? unpredict(plain, parms) : plain;
}

async function inflate(raw: Uint8Array, engine: Engine): Promise<Uint8Array> {
  try {
    return await engine.inflate(raw, inflatedBytesMax);
  } catch (cause) {
    throw new Fault('pdf.stream_malformed', { in: 'FlateDecode' }, { cause });
  }
}

function single(value: PdfValue | undefined): PdfValue | undefined {
  if (value === undefined || value.kind === 'null') return undefined;
  if (value.kind !== 'array') return value;
  if (value.items.length > 1) throw new Fault('pdf.filter_unsupported');
  return single(value.items[0]);
}

function unpredict(bytes: Uint8Array, parms: PdfDict): Uint8Array {
  const predictor = integer(parms.entries.get('Predictor')) ?? 1;
  if (predictor === 1) return bytes;
  const colors = integer(parms.entries.get('Colors')) ?? 1;
  const depth = integer(parms.entries.get('BitsPerComponent')) ?? 8;
  const columns = integer(parms.entries.get('Columns')) ?? 1;
  if (predictor < 10 || predictor > 15 || colors !== 1 || depth !== 8 || columns < 1) {
    throw new Fault('pdf.filter_unsupported', { predictor });
  }
  within(columns, columnsMax, 'columnsMax');
  return pngRows(bytes, columns);
}

function pngRows(bytes: Uint8Array, columns: number): Uint8Array {
  const rows = Math.ceil(bytes.length / (columns + 1));
  const out = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const from = row * (columns + 1);
    const start = row * columns;
    for (let column = 0; column < columns; column += 1) {
      const left = column > 0 ? (out[start + column - 1] ?? 0) : 0;
      const up = row > 0 ? (out[start - columns + column] ?? 0) : 0;
      const corner = row > 0 && column > 0 ? (out[start - columns + column - 1] ?? 0) : 0;
      const guess = predict(bytes[from] ?? 0, { left, up, corner });
      out[start + column] = (bytes[from + 1 + column] ?? 0) + guess;
    }
  }
  return out;
}

/** RFC 2083 §6: the five PNG filter types. */
function predict(type: number, near: { left: number; up: number; corner: number }): number {
  if (type === 0) return 0;
  if (type === 1) return near.left;
  if (type === 2) return near.up;
  if (type === 3) return (near.left + near.up) >> 1;
  if (type !== 4) throw new Fault('pdf.stream_malformed', { in: 'predictor' });
  const estimate = near.left + near.up - near.corner;
  const byLeft = Math.abs(estimate - near.left);
  const byUp = Math.abs(estimate - near.up);
  const byCorner = Math.abs(estimate - near.corner);
  if (byLeft <= byUp && byLeft <= byCorner) return near.left;
  return byUp <= byCorner ? near.up : near.corner;
}

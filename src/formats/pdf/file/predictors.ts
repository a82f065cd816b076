/**
 * Undoes the predictors of Flate and LZW (ISO 32000-1 §7.4.4.4): the PNG filters and TIFF's.
 */
import { Fault } from '#base/fault';
import { within } from './limits.ts';
import { integer, type PdfDict } from './value.ts';

const rowBytesMax = 1024 * 1024;

export function unpredict(bytes: Uint8Array, parms: PdfDict | undefined): Uint8Array {
  const number = (key: string, otherwise: number): number =>
    integer(parms?.entries.get(key)) ?? otherwise;
  const predictor = number('Predictor', 1);
  if (predictor === 1) return bytes;
  const [colors, depth] = [number('Colors', 1), number('BitsPerComponent', 8)];
  const columns = number('Columns', 1);
  const good = colors >= 1 && columns >= 1 && [1, 2, 4, 8, 16].includes(depth);
  if (!good) throw new Fault('pdf.filter_unsupported', { predictor });
  const width = Math.ceil((colors * depth * columns) / 8);
  within(width, rowBytesMax, 'rowBytesMax');
  const pixel = Math.max(1, (colors * depth) >> 3);
  if (predictor >= 10 && predictor <= 15) return pngRows(bytes, width, pixel);
  if (predictor === 2 && depth === 8) return tiffRows(bytes, width, pixel);
  throw new Fault('pdf.filter_unsupported', { predictor });
}

function tiffRows(bytes: Uint8Array, width: number, pixel: number): Uint8Array {
  const out = bytes.slice();
  for (let at = 0; at < out.length; at += 1) {
    if (at % width >= pixel) out[at] = (out[at] ?? 0) + (out[at - pixel] ?? 0);
  }
  return out;
}

function pngRows(bytes: Uint8Array, width: number, pixel: number): Uint8Array {
  const rows = Math.ceil(bytes.length / (width + 1));
  const out = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    const from = row * (width + 1);
    const start = row * width;
    const type = bytes[from] ?? 0;
    for (let column = 0; column < width; column += 1) {
      const left = column >= pixel ? (out[start + column - pixel] ?? 0) : 0;
      const up = row > 0 ? (out[start - width + column] ?? 0) : 0;
      const corner = row > 0 && column >= pixel ? (out[start - width + column - pixel] ?? 0) : 0;
      out[start + column] = (bytes[from + 1 + column] ?? 0) + predict(type, { left, up, corner });
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

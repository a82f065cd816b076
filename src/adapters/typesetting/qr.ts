/**
 * A text as a QR code (ISO/IEC 18004), one vector path with its quiet zone.
 */
import { create } from 'qrcode';

/** White modules around the square, as the standard asks. */
const quiet = 4;

/** An SVG that any size suits; a text of a few hundred letters at most. */
export function qrSvg(text: string): string {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const { size } = modules;
  let path = '';
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (modules.get(row, column) !== 0) path += `M${column} ${row}h1v1h-1z`;
    }
  }
  const side = size + 2 * quiet;
  const box = `${-quiet} ${-quiet} ${side} ${side}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}"><path d="${path}"/></svg>`;
}

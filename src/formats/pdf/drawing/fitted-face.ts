/**
 * Moves a drawn face into another size, its shape kept: each number of its paths is computed anew,
 * so that the result holds the same few operators as before and no matrix.
 */
import type { Appearance } from './appearance.ts';

const places = 4;

/** In the middle of the size; the same face where it has that size already. */
export function fittedFace(
  face: Appearance,
  size: { readonly width: number; readonly height: number },
): Appearance {
  const { width, height } = size;
  if (width === face.width && height === face.height) return face;
  const scale = Math.min(width / face.width, height / face.height);
  const shift = [(width - scale * face.width) / 2, (height - scale * face.height) / 2] as const;
  const lines = face.content.split('\n').map((line) => movedLine(line, scale, shift));
  return { width, height, content: lines.join('\n') };
}

/** Operands stand before their operator; only those of paths and of widths are lengths. */
function movedLine(line: string, scale: number, shift: readonly [number, number]): string {
  const moved: string[] = [];
  let waiting: number[] = [];
  for (const word of line.split(' ')) {
    const value = Number(word);
    if (word !== '' && Number.isFinite(value)) {
      waiting.push(value);
      continue;
    }
    moved.push(...operandsOf(word, waiting, { scale, shift }).map(spelled), word);
    waiting = [];
  }
  return moved.join(' ');
}

function operandsOf(
  operator: string,
  values: readonly number[],
  { scale, shift }: { readonly scale: number; readonly shift: readonly [number, number] },
): readonly number[] {
  if (operator === 'w') return values.map((value) => value * scale);
  if (!['m', 'l', 'c'].includes(operator)) return values;
  return values.map((value, at) => value * scale + (at % 2 === 0 ? shift[0] : shift[1]));
}

function spelled(value: number): string {
  return String(Number(value.toFixed(places)));
}

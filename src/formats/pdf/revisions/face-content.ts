/**
 * What the content stream of a signature's face may hold: the operators that our own seals and
 * signature lines print, and nothing else (ISO 32000-1 §8.5).
 *
 * Paths in the house's two inks: no text, image, form, shading, graphics state, clip or matrix, no
 * white. The slot is clean space, so what is painted there covers nothing; these rules keep a face
 * from showing words of the contract's own look, and from painting another box over a place that
 * was stated badly.
 */
import { latin1 } from '#base/bytes';
import { faceInks } from '../drawing/appearance.ts';

const contentBytesMax = 1024 * 1024;
const numberPattern = /^-?\d{1,5}(\.\d{1,4})?$/;

/** How many numbers stand before each operator. */
const operands: ReadonlyMap<string, number> = new Map([
  ['q', 0],
  ['Q', 0],
  ['w', 1],
  ['rg', 3],
  ['RG', 3],
  ['m', 2],
  ['l', 2],
  ['c', 6],
  ['h', 0],
  ['S', 0],
  ['f', 0],
]);

/** Why this content is no face of ours within a box of that size, or undefined. */
export function contentObjection(
  content: Uint8Array,
  size: { readonly width: number; readonly height: number },
): string | undefined {
  if (content.length > contentBytesMax) return 'a content of unreasonable length';
  let depth = 0;
  let waiting: string[] = [];
  for (const word of latin1(content).split(/[ \n]+/)) {
    if (word === '') continue;
    if (numberPattern.test(word)) {
      waiting.push(word);
      continue;
    }
    const count = operands.get(word);
    if (count === undefined) return `the operator ${word.slice(0, 16)}`;
    if (count !== waiting.length) return `${word} with ${waiting.length} numbers`;
    const objection = operandObjection(word, waiting, size);
    if (objection !== undefined) return objection;
    if (word === 'q') depth += 1;
    if (word === 'Q') depth -= 1;
    if (depth < 0) break;
    waiting = [];
  }
  return depth === 0 && waiting.length === 0 ? undefined : 'operators that do not close';
}

function operandObjection(
  operator: string,
  words: readonly string[],
  size: { readonly width: number; readonly height: number },
): string | undefined {
  if (operator === 'rg' || operator === 'RG') {
    return faceInks.includes(words.join(' ')) ? undefined : `the colour ${words.join(' ')}`;
  }
  if (operator === 'w') return undefined;
  const outside = words.some((word, at) => {
    const value = Number(word);
    return value < 0 || value > (at % 2 === 0 ? size.width : size.height);
  });
  return outside ? 'an outline outside the box' : undefined;
}

/**
 * What a signature looks like on the page: operators of a form XObject with vectors only.
 *
 * Text is drawn as glyph outlines that are handed in, so that no font has to be embedded and the
 * bytes do not depend on the computer. Coordinates are points, y upwards, from the lower left.
 */
import { Fault } from '#base/fault';

export interface Appearance {
  readonly width: number;
  readonly height: number;
  /** Content stream operators, ASCII. */
  readonly content: string;
}

export type PathStep =
  | { readonly do: 'move'; readonly to: Point }
  | { readonly do: 'line'; readonly to: Point }
  | { readonly do: 'quadratic'; readonly by: Point; readonly to: Point }
  | { readonly do: 'cubic'; readonly by: readonly [Point, Point]; readonly to: Point }
  | { readonly do: 'close' };

export type Point = readonly [x: number, y: number];

/** One glyph in em units: the letter is one high and `advance` wide, its baseline at y = 0. */
export interface GlyphOutline {
  readonly advance: number;
  readonly steps: readonly PathStep[];
}

/** Turns text into outlines, one a character; refuses a character it has no glyph for. */
export type OutlineSource = (text: string) => readonly GlyphOutline[];

/** An affine map (ISO 32000-1 §8.3.3): x' = ax + cy + e, y' = bx + dy + f. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Colours in device RGB: the red of an institution's seal, the blue of a person's line. */
export const sealRed = '0.8 0.04 0.06';
export const signerBlue = '0.05 0.1 0.35';
export const faceInks: readonly string[] = [sealRed, signerBlue];

/** Nothing to be seen; for a field without a place on the page. */
export const invisible: Appearance = { width: 1, height: 1, content: '' };

export function number(value: number): string {
  if (!Number.isFinite(value)) throw new Fault('pdf.syntax', { in: 'appearance' });
  const text = value.toFixed(2).replace(/\.?0+$/, '');
  return text === '-0' ? '0' : text;
}

/** The outline as path operators under a matrix, without painting it. */
export function pathOf(steps: readonly PathStep[], matrix: Matrix): string {
  const [a, b, c, d, e, f] = matrix;
  const place = ([x, y]: Point): Point => [a * x + c * y + e, b * x + d * y + f];
  const write = (...points: Point[]): string => points.flat().map(number).join(' ');
  let at: Point = [0, 0];
  const lines = steps.map((step) => {
    if (step.do === 'close') return 'h';
    const to = place(step.to);
    const from = at;
    at = to;
    if (step.do === 'move') return `${write(to)} m`;
    if (step.do === 'line') return `${write(to)} l`;
    if (step.do === 'cubic') return `${write(place(step.by[0]), place(step.by[1]), to)} c`;
    // A quadratic curve is the cubic whose control points lie two thirds of the way to its own.
    const by = place(step.by);
    const toward = (end: Point): Point => [
      end[0] + (2 / 3) * (by[0] - end[0]),
      end[1] + (2 / 3) * (by[1] - end[1]),
    ];
    return `${write(toward(from), toward(to), to)} c`;
  });
  return lines.join('\n');
}

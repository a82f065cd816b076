/**
 * Letters along an ellipse, as on the rim of a seal: upright on its upper half, or along its lower
 * half with their feet to the edge. A circle is an ellipse with two equal axes.
 */
import { type GlyphOutline, type Matrix, type Point, pathOf } from './appearance.ts';

const quadrantSteps = 256; // of the sum that measures a quarter of the curve
const bracketShare = 0.4; // of its advance: a letter whose ink is narrower is a bracket or a dot

/** The line of feet of a text on a rim. */
export interface Rim {
  readonly centre: Point;
  /** Half the width and half the height of the ellipse on which the feet stand, in points. */
  readonly axes: Point;
  readonly half: 'upper' | 'lower';
  /** Height of one em, in points. */
  readonly size: number;
  /** From letter to letter in em, while there is room. */
  readonly pitch: number;
  /** The share of the whole curve that the text may take; beyond it letters become narrower. */
  readonly shareMax: number;
}

/** The letters as filled outlines, centred on the half of the curve. */
export function textOnRim(glyphs: readonly GlyphOutline[], rim: Rim): string {
  const { axes, size, half } = rim;
  const curve = new Curve(axes);
  const letters = glyphs.map(inkOf);
  const count = letters.reduce((sum, { share }) => sum + share, 0);
  if (count === 0) return '';
  const step = Math.min(count * rim.pitch * size, rim.shareMax * 4 * curve.quarter) / count;
  // Letters on the upper half fan out above their feet, on the lower half they close in.
  const radius = (axes[0] + axes[1]) / 2;
  const lean = ((half === 'upper' ? 1 : -1) * size) / 2 / radius;
  const widest = Math.max(...glyphs.map(({ advance }) => advance));
  const width = size * Math.min(1, (step * (1 + lean)) / (1.05 * widest * size));
  let along = (-count * step) / 2;
  const paths = letters.map(({ glyph, share, middle }) => {
    const matrix = standing({ rim, curve, width, middle, along: along + (share * step) / 2 });
    along += share * step;
    return filled(glyph, matrix);
  });
  return paths.filter((path) => path !== '').join('\n');
}

export function filled(glyph: GlyphOutline, matrix: Matrix): string {
  return glyph.steps.length === 0 ? '' : `${pathOf(glyph.steps, matrix)}\nf`;
}

/** A bracket stands in the corner of its em: it takes half a step and is centred by its ink. */
function inkOf(glyph: GlyphOutline): { glyph: GlyphOutline; share: number; middle: number } {
  const xs = glyph.steps.flatMap((step) => (step.do === 'close' ? [] : [step.to[0]]));
  if (xs.length === 0) return { glyph, share: 1, middle: glyph.advance / 2 };
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const isNarrow = right - left < glyph.advance * bracketShare;
  return { glyph, share: isNarrow ? 0.6 : 1, middle: (left + right) / 2 };
}

/** A letter's place: its feet on the curve, its width along the tangent. */
function standing(at: {
  readonly rim: Rim;
  readonly curve: Curve;
  readonly along: number;
  readonly width: number;
  readonly middle: number;
}): Matrix {
  const { rim, curve, width, middle } = at;
  const [a, b] = rim.axes;
  const up = rim.half === 'upper' ? 1 : -1;
  // From the top of the curve clockwise, from its bottom the other way: both read to the right.
  const turn = curve.turnAt(at.along);
  const [sin, cos] = [Math.sin(turn), Math.cos(turn)];
  const foot: Point = [rim.centre[0] + a * sin, rim.centre[1] + up * b * cos];
  const slope = Math.hypot(a * cos, b * sin);
  const [x, y] = [(a * cos) / slope, (-up * b * sin) / slope];
  const shift = -middle * width;
  const { size } = rim;
  return [width * x, width * y, -size * y, size * x, foot[0] + shift * x, foot[1] + shift * y];
}

/** The length of an ellipse from its top, by the sum of short chords. */
class Curve {
  readonly quarter: number;
  readonly #lengths: readonly number[];

  constructor([a, b]: Point) {
    const lengths = [0];
    let length = 0;
    for (let step = 1; step <= quadrantSteps; step += 1) {
      const [from, to] = [turnOf(step - 1), turnOf(step)];
      const x = a * (Math.sin(to) - Math.sin(from));
      const y = b * (Math.cos(to) - Math.cos(from));
      length += Math.hypot(x, y);
      lengths.push(length);
    }
    this.quarter = length;
    this.#lengths = lengths;
  }

  /** The angle from the top that lies that far along the curve; behind a quarter it goes on. */
  turnAt(along: number): number {
    const far = Math.abs(along);
    const turn =
      far <= this.quarter
        ? this.#within(far)
        : Math.PI - this.#within(Math.max(0, 2 * this.quarter - far));
    return along < 0 ? -turn : turn;
  }

  #within(length: number): number {
    const step = Math.max(
      1,
      this.#lengths.findIndex((one) => one >= length - 1e-9),
    );
    const [from = 0, to = 0] = [this.#lengths[step - 1], this.#lengths[step]];
    return turnOf(step - 1 + (length - from) / (to - from));
  }
}

function turnOf(step: number): number {
  return (step * Math.PI) / (2 * quadrantSteps);
}

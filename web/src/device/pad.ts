/**
 * Strokes on a pad as data: whole numbers, x and y in tenths of a pixel, milliseconds since the
 * first touch. Pure; what is drawn with them is the page's matter and the house's.
 */
export interface Drawing {
  readonly v: 1;
  readonly width: number;
  readonly height: number;
  readonly strokes: readonly (readonly number[])[];
}

export interface Touch {
  readonly x: number;
  readonly y: number;
  /** Milliseconds on any clock that does not go back. */
  readonly at: number;
}

/** The house takes no more. */
export const strokesMax = 64;
export const strokePointsMax = 1_000;
export const pointsMax = 4_000;
const perPixel = 10;

export class Pad {
  readonly #size: { readonly width: number; readonly height: number };
  readonly #strokes: number[][] = [];
  #began: number | undefined;
  #last = 0;

  constructor(size: { readonly width: number; readonly height: number }) {
    this.#size = size;
  }

  get strokes(): readonly (readonly number[])[] {
    return this.#strokes;
  }

  begin(touch: Touch): void {
    if (this.#strokes.length >= strokesMax) return;
    this.#strokes.push([]);
    this.move(touch);
  }

  /** One more point of the stroke that is being drawn; past the limits it is left out. */
  move({ x, y, at }: Touch): void {
    const stroke = this.#strokes[this.#strokes.length - 1];
    const drawn = this.#strokes.reduce((sum, one) => sum + one.length / 3, 0);
    if (stroke === undefined || stroke.length / 3 >= strokePointsMax || drawn >= pointsMax) return;
    this.#began ??= at;
    this.#last = Math.max(this.#last, Math.round(at - this.#began));
    const { width, height } = this.#size;
    stroke.push(tenths(x, width), tenths(y, height), this.#last);
  }

  drawing(): Drawing {
    const { width, height } = this.#size;
    const size = { width: tenths(width, width), height: tenths(height, height) };
    return { v: 1, ...size, strokes: this.#strokes.filter(({ length }) => length > 0) };
  }
}

function tenths(value: number, max: number): number {
  return Math.round(Math.min(Math.max(value, 0), max) * perPixel);
}

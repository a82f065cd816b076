/**
 * The part of the graphics state that says whether a surface or a line hides what is below it
 * (ISO 32000-1 §8.4, §11.3.5, §11.6.4).
 */
import type { PdfFile } from '../file/file.ts';
import type { PdfDict, PdfValue } from '../file/value.ts';

/** Points: a broader line is a band that hides what is below. */
const lineWidthMax = 6;
/** What is painted with no more than that opacity lets the words through. */
const opacityMax = 0.7;
/** Luminance: ink that is darker leaves no letter to be told from it, whatever the blending. */
const inkDarkMax = 0.05;
/** Of each component: a thin coat of what is lighter only whitens the words away. */
const whiteMin = 0.9;
const nestingMax = 1_000;
const seeThrough = new Set(['Multiply', 'Darken']);

/** Components from 0 to 1; undefined for a pattern and whatever else is no plain colour. */
type Ink = readonly [red: number, green: number, blue: number] | undefined;

interface State {
  readonly darkens: boolean;
  readonly fillCoat: number;
  readonly strokeCoat: number;
  readonly width: number;
  readonly scale: number;
  readonly fill: Ink;
  readonly stroke: Ink;
}

const black: Ink = [0, 0, 0];
const beginning: State = {
  darkens: false,
  fillCoat: 1,
  strokeCoat: 1,
  width: 1,
  scale: 1,
  fill: black,
  stroke: black,
};

export class PaintState {
  readonly #group: State;
  #now: State;
  readonly #kept: State[] = [];

  /** `group` is the state in which a form is drawn, whose coat lies over all that it paints. */
  constructor(group?: PaintState, scale = 1) {
    this.#group = group === undefined ? { ...beginning, scale } : group.#now;
    this.#now = this.#group;
  }

  /** Takes an operator that changes the state; all others are passed over. */
  take(operator: string, operands: readonly PdfValue[]): void {
    const now = this.#now;
    if (operator === 'q' && this.#kept.length < nestingMax) this.#kept.push(now);
    else if (operator === 'Q') this.#now = this.#kept.pop() ?? now;
    else if (operator === 'w') this.#now = { ...now, width: numbersIn(operands)[0] ?? now.width };
    else if (operator === 'cm') this.#now = { ...now, scale: now.scale * growthOf(operands) };
    else if (fillInks.has(operator)) this.#now = { ...now, fill: inkOf(operator, operands) };
    else if (strokeInks.has(operator)) this.#now = { ...now, stroke: inkOf(operator, operands) };
  }

  /** Parameters by their name (§8.4.5): what is not stated stays. */
  takeParameters(file: PdfFile, parameters: PdfDict | undefined): void {
    const now = this.#now;
    const held = (key: string): PdfValue => file.resolve(parameters?.entries.get(key));
    const mode = held('BM');
    const first = mode.kind === 'array' ? file.resolve(mode.items[0]) : mode;
    const numberAt = (key: string, otherwise: number): number =>
      numbersIn([held(key)])[0] ?? otherwise;
    this.#now = {
      ...now,
      darkens: first.kind === 'name' ? seeThrough.has(first.name) : now.darkens,
      fillCoat: numberAt('ca', now.fillCoat),
      strokeCoat: numberAt('CA', now.strokeCoat),
      width: numberAt('LW', now.width),
    };
  }

  hidesByFilling(): boolean {
    const { fill, fillCoat, darkens } = this.#now;
    const coat = Math.min(fillCoat, this.#group.fillCoat);
    return hides(fill, { coat, darkens: darkens || this.#group.darkens });
  }

  hidesByStroking(): boolean {
    const { stroke, strokeCoat, darkens, width, scale } = this.#now;
    // Thin lines hide nothing, but any number of them in the colour of the paper does.
    if (width * scale <= lineWidthMax && stroke !== undefined && !isPale(stroke)) return false;
    const coat = Math.min(strokeCoat, this.#group.fillCoat);
    return hides(stroke, { coat, darkens: darkens || this.#group.darkens });
  }

  /** A picture may hold any colour: only what darkens or is thin lets words through. */
  hidesByPicture(): boolean {
    const { darkens, fillCoat } = this.#now;
    const coat = Math.min(fillCoat, this.#group.fillCoat);
    return !darkens && !this.#group.darkens && coat > opacityMax;
  }
}

/** A line of that width hides words, where a viewer draws it by itself. */
export function isBroad(width: number): boolean {
  return width > lineWidthMax;
}

/** Ink so dark that no letter can be told from it. */
export function isDark(ink: readonly number[]): boolean {
  const found = inkOfNumbers(ink);
  return found !== undefined && luminance(found) < inkDarkMax;
}

function hides(ink: Ink, { coat, darkens }: { coat: number; darkens: boolean }): boolean {
  const isThin = coat <= opacityMax;
  if (ink === undefined || (!isThin && !darkens)) return true;
  if (luminance(ink) < inkDarkMax) return true;
  return !darkens && isPale(ink);
}

/** Nobody draws on paper in the colour of paper, unless to hide. */
export function isWhite(ink: readonly number[]): boolean {
  const found = inkOfNumbers(ink);
  return found !== undefined && isPale(found);
}

function isPale(ink: readonly number[]): boolean {
  return ink.every((part) => part > whiteMin);
}

function luminance([red, green, blue]: readonly [number, number, number]): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const fillInks = new Set('g rg k cs sc scn'.split(' '));
const strokeInks = new Set('G RG K CS SC SCN'.split(' '));

function inkOf(operator: string, operands: readonly PdfValue[]): Ink {
  if (operator === 'cs' || operator === 'CS') return black;
  if (operands.some(({ kind }) => kind !== 'number')) return undefined;
  return inkOfNumbers(numbersIn(operands));
}

function inkOfNumbers(parts: readonly number[]): Ink {
  const [a = 0, b = 0, c = 0, d = 0] = parts;
  if (parts.length === 1) return [a, a, a];
  if (parts.length === 3) return [a, b, c];
  return parts.length === 4 ? [(1 - a) * (1 - d), (1 - b) * (1 - d), (1 - c) * (1 - d)] : undefined;
}

/** How much longer a line may become under a matrix. */
function growthOf(operands: readonly PdfValue[]): number {
  const [a = 1, b = 0, c = 0, d = 1] = numbersIn(operands);
  return Math.max(Math.hypot(a, b), Math.hypot(c, d));
}

function numbersIn(values: readonly PdfValue[]): readonly number[] {
  return values.flatMap((value) => (value.kind === 'number' ? [value.value] : []));
}

/**
 * What viewers draw by themselves for an annotation that brings no face (ISO 32000-2 §12.5.6), and
 * where: a line is drawn where it runs, whatever the rectangle says.
 */
import type { PdfFile } from '../file/file.ts';
import type { PdfDict, PdfValue } from '../file/value.ts';
import { isBroad, isDark, isWhite } from './paint-state.ts';

const drawnWithWords = new Set(['FreeText', 'Stamp', 'Redact']);
const drawnByColour = new Set(['Square', 'Circle', 'Polygon', 'Line', 'PolyLine']);
/** Lines in one colour, as many as their maker likes. */
const inked = new Set([...drawnByColour, 'Ink', 'Underline', 'Squiggly', 'StrikeOut', 'Caret']);
/** Corners and courses in the page's own coordinates; lists of them in an ink list. */
const courses = ['L', 'InkList', 'Vertices', 'QuadPoints'];
/** They leave black what is black below, and white what is white. */
const marking = new Set(['Multiply', 'Darken']);
const opaque = new Set(['Normal', 'Compatible']);

/** What an annotation does to the page below it. */
export interface Paint {
  readonly words: boolean;
  /** Pictures, and surfaces that let nothing through. */
  readonly areas: boolean;
}

/** What viewers paint for an annotation of that subtype. */
export function paintByViewers(file: PdfFile, annotation: PdfDict, subtype: string): Paint {
  const colour = numbersOf(file, annotation, 'C');
  const isFilled = drawnByColour.has(subtype) && annotation.entries.has('IC');
  // Viewers mark words with a colour that only darkens (§12.5.6.10), unless they are told another.
  const isMark = subtype === 'Highlight';
  const hides = isMark
    ? isDark(colour) || blendOf(file, annotation) === 'opaque'
    : isBroadLine(file, annotation) || (inked.has(subtype) && isWhite(colour));
  const areas = isFilled || hides || blends(file, annotation);
  return { words: drawnWithWords.has(subtype), areas };
}

/** Whether a blend turns what is below into something else (table 166, /BM). */
export function blends(file: PdfFile, annotation: PdfDict): boolean {
  return blendOf(file, annotation) === 'other';
}

function blendOf(file: PdfFile, annotation: PdfDict): 'opaque' | 'marking' | 'other' | undefined {
  if (!annotation.entries.has('BM')) return undefined;
  const held = file.resolve(annotation.entries.get('BM'));
  const mode = held.kind === 'array' ? file.resolve(held.items[0]) : held;
  if (mode.kind !== 'name') return 'other';
  if (marking.has(mode.name)) return 'marking';
  return opaque.has(mode.name) ? 'opaque' : 'other';
}

/**
 * The part of the page that an annotation may paint on: its rectangle, and without a face the
 * course of its lines, which viewers follow where it leaves the rectangle.
 */
export function reachOf(file: PdfFile, annotation: PdfDict): readonly number[] {
  const rect = numbersOf(file, annotation, 'Rect');
  if (file.dict(annotation.entries.get('AP')) !== undefined) return rect;
  const half = lineWidth(file, annotation) / 2;
  // The thin line from a remark to the words that it is about hides none of them.
  const drawn = isBroad(2 * half) ? [...courses, 'CL'] : courses;
  const points = drawn.flatMap((key) => numbersIn(file, annotation.entries.get(key)));
  if (points.length < 2 || points.some(Number.isNaN)) return rect;
  const across = points.filter((_, at) => at % 2 === 0).flatMap((x) => [x - half, x + half]);
  const up = points.filter((_, at) => at % 2 === 1).flatMap((y) => [y - half, y + half]);
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN, d = Number.NaN] = rect;
  const isRect = rect.length === 4 && ![a, b, c, d].some(Number.isNaN);
  return sidesOf([...across, ...(isRect ? [a, c] : [])], [...up, ...(isRect ? [b, d] : [])]);
}

function sidesOf(across: readonly number[], up: readonly number[]): readonly number[] {
  return [least(across), least(up), most(across), most(up)];
}

/** A drawing may have more points than a call may have arguments. */
function least(values: readonly number[]): number {
  return values.reduce((one, other) => Math.min(one, other));
}

function most(values: readonly number[]): number {
  return values.reduce((one, other) => Math.max(one, other));
}

/** How thick the lines are that a viewer draws by itself (§12.5.4). */
function isBroadLine(file: PdfFile, annotation: PdfDict): boolean {
  return isBroad(lineWidth(file, annotation));
}

function lineWidth(file: PdfFile, annotation: PdfDict): number {
  const style = file.dict(annotation.entries.get('BS'));
  const [, , border] = file.list(annotation.entries.get('Border'));
  const widths = [style?.entries.get('W'), border].map((width) => file.resolve(width));
  return Math.max(1, ...widths.map((width) => (width.kind === 'number' ? width.value : 0)));
}

/** The numbers of an entry that is a list of them. */
export function numbersOf(file: PdfFile, dict: PdfDict, key: string): readonly number[] {
  return file
    .list(dict.entries.get(key))
    .map((side) => file.resolve(side))
    .map((side) => (side.kind === 'number' ? side.value : Number.NaN));
}

/** The same where the list may hold lists. */
function numbersIn(file: PdfFile, value: PdfValue | undefined): readonly number[] {
  return file.list(value).flatMap((item) => {
    const held = file.resolve(item);
    if (held.kind !== 'array') return held.kind === 'number' ? [held.value] : [Number.NaN];
    return held.items.map((one) => {
      const inner = file.resolve(one);
      return inner.kind === 'number' ? inner.value : Number.NaN;
    });
  });
}

/**
 * Does something that lies over a page hide the words that were signed there (the "evil annotation"
 * and "sneaky signature" attacks of Rohlmann et al., 2021)?
 *
 * Where comments are allowed they may stand beside the words and mark them; what paints over them
 * makes the page say something else. A mark is drawn with lines, or lets the words through.
 */
import { Fault } from '#base/fault';
import { operationsIn } from './content-operators.ts';
import type { PdfFile } from './file.ts';
import { decodeStream } from './filters.ts';
import { lettersOn, type ShownAt } from './page-letters.ts';
import type { RevisionJudge } from './revision-judge.ts';
import { integer, isName, type PdfDict, type PdfStream, type PdfValue } from './value.ts';

const formDepthMax = 8;
/** Points: a broader line is a band that hides what is below. */
const lineWidthMax = 6;
/** What is filled with no more than that opacity lets the words through. */
const opacityMax = 0.7;
/** Points: the icon of a note; it may stand on the words that it is about. */
const iconSideMax = 32;
const wordsMax = 40; // letters that a reason quotes

const texts = new Set(['Tj', 'TJ', "'", '"']);
const fills = new Set('f F f* B B* b b*'.split(' '));
const strokes = new Set('S s B B* b b*'.split(' '));
const pictures = new Set(['ID', 'sh']);
const seeThrough = new Set(['Multiply', 'Darken']);
/** Drawn by viewers themselves where no appearance says how (§12.5.6). */
const drawnWithWords = new Set(['FreeText', 'Stamp', 'Redact']);
const drawnByColour = new Set(['Square', 'Circle', 'Polygon', 'Line', 'PolyLine']);
const icons = new Set(['Text', 'FileAttachment', 'Sound']);

/** `page` is counted from 1. A page that cannot be read shows no words. */
async function lettersOf(file: PdfFile, page: number): Promise<readonly ShownAt[]> {
  const leaf = file.pages()[page - 1];
  return leaf === undefined ? [] : lettersOn(file, leaf).catch((thrown) => otherwise(thrown, []));
}

/** What counts where something cannot be read; a limit is never forgiven. */
function otherwise<T>(thrown: unknown, instead: T): T {
  if (!(thrown instanceof Fault) || thrown.code === 'pdf.limit') throw thrown;
  return instead;
}

/** The letters below a rectangle, the first of them; empty where there are none. */
function wordsBelow(letters: readonly ShownAt[], rect: readonly number[]): string {
  const [a = 0, b = 0, c = 0, d = 0] = rect;
  if (rect.length !== 4) return '';
  const [left, right] = [Math.min(a, c), Math.max(a, c)];
  const [bottom, top] = [Math.min(b, d), Math.max(b, d)];
  const below = letters.filter(({ box: [west, south, east, north] }) => {
    const [x, y] = [(west + east) / 2, (south + north) / 2];
    return x > left && x < right && y > bottom && y < top;
  });
  return below
    .slice(0, wordsMax)
    .map(({ text }) => text)
    .join('');
}

/** What an annotation does to the page below it. */
export interface Paint {
  readonly words: boolean;
  /** Pictures, and surfaces that let nothing through. */
  readonly areas: boolean;
}

const nothing: Paint = { words: false, areas: false };
const everything: Paint = { words: true, areas: true };

export async function paintOf(file: PdfFile, annotation: PdfDict): Promise<Paint> {
  const subtype = file.resolve(annotation.entries.get('Subtype'));
  const name = subtype.kind === 'name' ? subtype.name : '';
  const isHidden = ((integer(file.resolve(annotation.entries.get('F'))) ?? 0) & 2) !== 0;
  if (isHidden || name === 'Popup') return nothing;
  const faces = facesOf(file, annotation);
  if (faces.length === 0) {
    const areas = drawnByColour.has(name) && annotation.entries.has('IC');
    return { words: drawnWithWords.has(name), areas: areas || isBroadLine(file, annotation) };
  }
  const paints: Paint[] = [];
  for (const face of faces) paints.push(await paintedBy(file, face, 0));
  const isIcon = icons.has(name) && sides(file, annotation).every((side) => side <= iconSideMax);
  const both = together(paints);
  return isIcon ? { ...both, areas: false } : both;
}

function together(paints: readonly Paint[]): Paint {
  return { words: paints.some(({ words }) => words), areas: paints.some(({ areas }) => areas) };
}

/** How thick the lines are that a viewer draws by itself (§12.5.4). */
function isBroadLine(file: PdfFile, annotation: PdfDict): boolean {
  const style = file.dict(annotation.entries.get('BS'));
  const [, , border] = file.list(annotation.entries.get('Border'));
  const widths = [style?.entries.get('W'), border].map((width) => file.resolve(width));
  return widths.some((width) => width.kind === 'number' && width.value > lineWidthMax);
}

/** Every face that a click, a mouse or a state brings up. */
function facesOf(file: PdfFile, annotation: PdfDict): readonly PdfStream[] {
  const held = [...(file.dict(annotation.entries.get('AP'))?.entries.values() ?? [])];
  const states = held.flatMap((one): readonly PdfValue[] => {
    const found = file.resolve(one);
    return found.kind === 'dict' ? [...found.entries.values()] : [found];
  });
  return states.flatMap((one) => {
    const found = file.resolve(one);
    return found.kind === 'stream' ? [found] : [];
  });
}

function sides(file: PdfFile, annotation: PdfDict): readonly number[] {
  const [a = 0, b = 0, c = 0, d = 0] = rectOf(file, annotation);
  return [Math.abs(c - a), Math.abs(d - b)];
}

async function paintedBy(file: PdfFile, form: PdfStream, depth: number): Promise<Paint> {
  if (depth > formDepthMax) return { words: true, areas: true };
  const { work } = file.reading;
  const content = await decodeStream(form, file.reading, (value) => file.resolve(value));
  work.spend(content.length);
  const resources = file.dict(form.dict.entries.get('Resources'));
  const named = (kind: string, name: PdfValue | undefined): PdfValue =>
    file.resolve(
      name?.kind === 'name'
        ? file.dict(resources?.entries.get(kind))?.entries.get(name.name)
        : undefined,
    );
  let [words, areas, isClear, isBroad] = [false, false, false, false];
  for (const { operator, operands } of operationsIn(content, work)) {
    const last = operands.at(-1);
    if (texts.has(operator)) words = true;
    if (operator === 'gs') isClear = isSeeThrough(file, file.dict(named('ExtGState', last)));
    if (operator === 'w') isBroad = last?.kind === 'number' && last.value > lineWidthMax;
    if (operator === 'Do') {
      const inner = await paintedInside(file, named('XObject', last), depth);
      words ||= inner.words;
      areas ||= inner.areas && !isClear;
    }
    const isFilled = fills.has(operator) || (isBroad && strokes.has(operator));
    areas ||= pictures.has(operator) || (isFilled && !isClear);
  }
  return { words, areas };
}

async function paintedInside(file: PdfFile, inner: PdfValue, depth: number): Promise<Paint> {
  if (inner.kind !== 'stream') return nothing;
  const isForm = isName(file.resolve(inner.dict.entries.get('Subtype')), 'Form');
  return isForm ? paintedBy(file, inner, depth + 1) : { words: false, areas: true };
}

/** §11.3.5, §11.6.4: colours that only darken, or a thin coat. */
function isSeeThrough(file: PdfFile, state: PdfDict | undefined): boolean {
  const mode = file.resolve(state?.entries.get('BM'));
  const first = mode.kind === 'array' ? file.resolve(mode.items[0]) : mode;
  if (first.kind === 'name' && seeThrough.has(first.name)) return true;
  const coats = ['ca', 'CA'].map((key) => file.resolve(state?.entries.get(key)));
  return coats.some((coat) => coat.kind === 'number' && coat.value <= opacityMax);
}

/** Objects to comments that came and lie over the words that were signed. */
export async function judgeCovering(judge: RevisionJudge): Promise<void> {
  const { before, after, annotated } = judge;
  const pages = new Map<number, readonly ShownAt[]>();
  for (const { object, page, dict } of annotated) {
    // A face that we cannot read is one that some viewer can.
    const paint = paintOf(after, dict);
    const { words, areas } = await paint.catch((thrown) => otherwise(thrown, everything));
    if (!words && !areas) continue;
    const letters = pages.get(page) ?? (await lettersOf(before, page));
    pages.set(page, letters);
    const hidden = wordsBelow(letters, rectOf(after, dict));
    if (hidden === '') continue;
    judge.object(object, `an annotation lies over the words "${hidden}"`, 'annotation_changed');
  }
}

/**
 * The words of the page that a widget hides with a picture or a surface; empty where it hides none.
 * What cannot be read hides nothing. Refuses with pdf.limit alone.
 */
export async function paintedOver(
  file: PdfFile,
  widget: { readonly object: number; readonly page: number; readonly rect: readonly number[] },
): Promise<string> {
  const dict = file.dict({ kind: 'ref', number: widget.object, generation: 0 });
  if (dict === undefined) return '';
  const paint = await paintOf(file, dict).catch((thrown) => otherwise(thrown, nothing));
  return paint.areas ? wordsBelow(await lettersOf(file, widget.page), widget.rect) : '';
}

function rectOf(file: PdfFile, annotation: PdfDict): readonly number[] {
  return file
    .list(annotation.entries.get('Rect'))
    .map((side) => file.resolve(side))
    .map((side) => (side.kind === 'number' ? side.value : Number.NaN));
}

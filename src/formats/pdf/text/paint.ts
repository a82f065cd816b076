/**
 * What an annotation paints on the page below it: words, and surfaces that let nothing through.
 */

import type { PdfFile } from '../file/file.ts';
import { decodeStream } from '../file/filters.ts';
import { integer, isName, type PdfDict, type PdfStream, type PdfValue } from '../file/value.ts';
import { operationsIn } from './content-operators.ts';
import { PaintState } from './paint-state.ts';
import { blends, numbersOf, type Paint, paintByViewers } from './viewers-paint.ts';

const formDepthMax = 8;
/** Points: the icon of a note; it may stand on the words that it is about. */
const iconSideMax = 32;
const texts = new Set(['Tj', 'TJ', "'", '"']);
const fills = new Set('f F f* B B* b b*'.split(' '));
const strokes = new Set('S s B B* b b*'.split(' '));
const pictures = new Set(['ID', 'sh']);
const icons = new Set(['Text', 'FileAttachment', 'Sound']);

/** What hides nothing, and what may hide everything. */
export const nothing: Paint = { words: false, areas: false };
export const everything: Paint = { words: true, areas: true };

/** What an annotation paints, with each of its faces or as viewers draw it without one. */
export async function paintOf(file: PdfFile, annotation: PdfDict): Promise<Paint> {
  const subtype = file.resolve(annotation.entries.get('Subtype'));
  const name = subtype.kind === 'name' ? subtype.name : '';
  const isHidden = ((integer(file.resolve(annotation.entries.get('F'))) ?? 0) & 2) !== 0;
  if (isHidden || name === 'Popup') return nothing;
  const faces = facesOf(file, annotation);
  if (faces.length === 0) return paintByViewers(file, annotation, name);
  // ISO 32000-2 table 166: a blend of the whole face, beside those that it has within.
  if (blends(file, annotation)) return everything;
  const paints: Paint[] = [];
  for (const face of faces) paints.push(await paintedFirst(file, face, annotation));
  const isIcon = icons.has(name) && sides(file, annotation).every((side) => side <= iconSideMax);
  const both = together(paints);
  return isIcon ? { ...both, areas: false } : both;
}

/** What one face of an annotation paints. */
export function paintedFirst(file: PdfFile, face: PdfStream, annotation: PdfDict): Promise<Paint> {
  const state = new PaintState(undefined, growthOf(file, face, annotation));
  return paintedBy(file, face, { state, depth: 0 });
}

function together(paints: readonly Paint[]): Paint {
  return { words: paints.some(({ words }) => words), areas: paints.some(({ areas }) => areas) };
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
  const [a = 0, b = 0, c = 0, d = 0] = numbersOf(file, annotation, 'Rect');
  return [Math.abs(c - a), Math.abs(d - b)];
}

async function paintedBy(
  file: PdfFile,
  form: PdfStream,
  { state, depth }: { readonly state: PaintState; readonly depth: number },
): Promise<Paint> {
  if (depth > formDepthMax) return everything;
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
  let [words, areas] = [false, false];
  for (const { operator, operands } of operationsIn(content, work)) {
    const last = operands.at(-1);
    if (texts.has(operator)) words = true;
    state.take(operator, operands);
    if (operator === 'gs') state.takeParameters(file, file.dict(named('ExtGState', last)));
    if (operator === 'Do') {
      const inner = await paintedInside(file, named('XObject', last), { state, depth });
      words ||= inner.words;
      areas ||= inner.areas;
    }
    areas ||= fills.has(operator) && state.hidesByFilling();
    areas ||= strokes.has(operator) && state.hidesByStroking();
    areas ||= pictures.has(operator) && state.hidesByPicture();
  }
  return { words, areas };
}

async function paintedInside(
  file: PdfFile,
  inner: PdfValue,
  { state, depth }: { readonly state: PaintState; readonly depth: number },
): Promise<Paint> {
  if (inner.kind !== 'stream') return nothing;
  const isForm = isName(file.resolve(inner.dict.entries.get('Subtype')), 'Form');
  if (!isForm) return { words: false, areas: state.hidesByPicture() };
  return paintedBy(file, inner, { state: new PaintState(state), depth: depth + 1 });
}

/** How much a face grows from its own box to the rectangle of its annotation (§12.5.5). */
function growthOf(file: PdfFile, face: PdfStream, annotation: PdfDict): number {
  const [left = 0, bottom = 0, right = 0, top = 0] = numbersOf(file, face.dict, 'BBox');
  const own = [Math.abs(right - left), Math.abs(top - bottom)];
  const [a = 1, b = 0, c = 0, d = 1] = numbersOf(file, face.dict, 'Matrix');
  const turned = Math.max(Math.hypot(a, b), Math.hypot(c, d));
  const growths = sides(file, annotation).map((side, at) => side / (own[at] || side || 1));
  return Math.max(1, turned, ...growths);
}

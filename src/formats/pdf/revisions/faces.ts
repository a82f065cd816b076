/**
 * Judges the faces that signatures show on the pages: each stands exactly in a place that the base
 * revision states for its field, and is drawn with nothing but our own means (law 2).
 *
 * Without it a signature could paint over the amount: whatever a later revision may add, a widget
 * is the one thing a reader sees. Asked by the signer's device before it signs and by a verifier.
 */
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { annotationFlags } from '../fields/prepare.ts';
import type { PdfFile } from '../file/file.ts';
import { openPdf } from '../file/open.ts';
import { integer, isName, type PdfDict, type PdfStream, type PdfValue } from '../file/value.ts';
import { type FacePlace, readSlots } from '../signatures/slots.ts';
import { contentObjection } from './face-content.ts';
import { isBeginning, type RevisionChange } from './revisions.ts';

/** What prepareSignature prints. No action (/A /AA), no frame or ground (/MK /BS), no states. */
const widgetKeys = 'Type Subtype FT T TU V P Rect F AP StructParent'.split(' ');
const formKeys = 'Type Subtype BBox Resources Length'.split(' ');

export interface FaceFlaw {
  readonly because: 'out_of_place' | 'forbidden';
  readonly field: string;
  /** The object number of the widget; undefined where the later revision added none. */
  readonly object: number | undefined;
  readonly detail: string;
}

type Widget = RevisionChange['widgets'][number];

/** `change` is what compareRevisions says about `base` and `later`. An empty list is a yes. */
export async function judgeFaces(
  states: {
    readonly base: Uint8Array;
    readonly later: PdfFile;
    readonly change: RevisionChange;
  },
  engine: Engine,
): Promise<readonly FaceFlaw[]> {
  const { base, later, change } = states;
  if (change.fields.length === 0) return [];
  const stated = await statedSlots(base, later, engine);
  const free = new Map(stated.slots.map((slot) => [slot.field, slot]));
  const flaws: FaceFlaw[] = [];
  for (const widget of change.widgets) {
    const { field, object } = widget;
    const slot = free.get(field);
    // One face for one place: a second widget of the same name finds it taken.
    free.delete(field);
    const place = slot === undefined ? stated.missing : placeObjection(widget, slot);
    if (place !== undefined) flaws.push({ because: 'out_of_place', field, object, detail: place });
    const drawn = readingOf(() => faceObjection(later, widget));
    if (drawn !== undefined) flaws.push({ because: 'forbidden', field, object, detail: drawn });
  }
  // A field that the base held empty was drawn by others and is in no list of places.
  for (const field of change.fields) {
    if (change.widgets.some((widget) => widget.field === field)) continue;
    const detail = 'a field of the base was filled';
    flaws.push({ because: 'out_of_place', field, object: undefined, detail });
  }
  return flaws;
}

async function statedSlots(
  base: Uint8Array,
  later: PdfFile,
  engine: Engine,
): Promise<{ readonly slots: readonly FacePlace[]; readonly missing: string }> {
  try {
    const loans = isBeginning(base, later.bytes) ? later.loans : undefined;
    const slots = await readSlots(await openPdf(base, engine, loans), engine);
    return { slots, missing: 'the base states no such place, or it is taken' };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { slots: [], missing: `the base states no places: ${thrown.code}` };
  }
}

function readingOf(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.code;
    throw thrown;
  }
}

function placeObjection(widget: Widget, slot: FacePlace): string | undefined {
  if (widget.page !== slot.page) return `on page ${widget.page}, the place is on ${slot.page}`;
  // Both were read from the same decimals, so that equal places are equal numbers.
  const same = widget.rect.length === 4 && slot.rect.every((side, at) => side === widget.rect[at]);
  return same ? undefined : `[${widget.rect.join(' ')}] for [${slot.rect.join(' ')}]`;
}

function faceObjection(file: PdfFile, widget: Widget): string | undefined {
  const dict = file.dict({ kind: 'ref', number: widget.object, generation: 0 });
  if (dict === undefined) return 'no widget';
  const stray = strayIn(dict, widgetKeys);
  if (stray !== undefined) return `a widget with /${stray}`;
  // Hidden, not printed or not turned with its page: shown to one reader and not to another.
  if (integer(dict.entries.get('F')) !== annotationFlags) return 'other flags';
  if (file.resolve(dict.entries.get('V')).kind !== 'dict') return 'a widget without a signature';
  const page = file.pages()[widget.page - 1]?.number;
  const own = dict.entries.get('P');
  if (own?.kind !== 'ref' || own.number !== page) return 'a widget of another page';
  const faces = file.dict(dict.entries.get('AP'));
  const face = file.resolve(faces?.entries.get('N'));
  if (faces?.entries.size !== 1 || face.kind !== 'stream') return 'no one normal appearance';
  return formObjection(file, face, widget);
}

/** A plain form in the very size of its place: no matrix, resource, group or filter. */
function formObjection(file: PdfFile, form: PdfStream, widget: Widget): string | undefined {
  const stray = strayIn(form.dict, formKeys);
  if (stray !== undefined) return `an appearance with /${stray}`;
  if (!isName(form.dict.entries.get('Subtype'), 'Form')) return 'an appearance that is no form';
  const resources = file.resolve(form.dict.entries.get('Resources'));
  if (resources.kind !== 'dict' || resources.entries.size > 0)
    return 'an appearance with resources';
  const [left = 0, bottom = 0, right = 0, top = 0] = widget.rect;
  const size = { width: tenThousandths(right - left), height: tenThousandths(top - bottom) };
  const box = file.list(form.dict.entries.get('BBox')).map(numberIn);
  const wanted = [0, 0, size.width, size.height];
  const fits = box.length === 4 && wanted.every((side, at) => side === box[at]);
  return fits ? contentObjection(form.raw, size) : `a box [${box.join(' ')}] of another size`;
}

function strayIn(dict: PdfDict, allowed: readonly string[]): string | undefined {
  return [...dict.entries.keys()].find((key) => !allowed.includes(key));
}

function numberIn(value: PdfValue): number {
  return value.kind === 'number' ? value.value : Number.NaN;
}

/** A difference of two sides as it is printed, without the noise of binary fractions. */
function tenThousandths(points: number): number {
  return Number(points.toFixed(4));
}

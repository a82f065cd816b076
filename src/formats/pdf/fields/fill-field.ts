/**
 * Prepares a signature in a field that the document holds empty, as its maker placed it
 * (ISO 32000-1 §12.7.4.5).
 */
import { Fault } from '#base/fault';
import { invisible } from '../drawing/appearance.ts';
import { requireAllowed } from '../file/encrypted-writing.ts';
import type { PdfFile } from '../file/file.ts';
import { Increment } from '../file/increment.ts';
import {
  dictOf,
  isName,
  numberOf,
  type PdfDict,
  type PdfValue,
  withEntries,
} from '../file/value.ts';
import { type PdfField, readFields } from './fields.ts';
import { uprights } from './page-view.ts';
import { lockOf } from './permissions.ts';
import {
  addToForm,
  checkRoom,
  type FaceOf,
  formOf,
  keepPlace,
  type PreparedRevision,
  type SignedWith,
  signatureOf,
} from './prepare.ts';
import { certifiedBy, checkRestrictions, type Restrictions, restricted } from './restrictions.ts';
import { type MessageToBe, unmetSeed } from './seed-values.ts';
import { viewOfWidget, type WidgetView } from './widget-view.ts';

/** What is to stand in a field that is there already. */
export interface FillWish extends SignedWith {
  readonly field: string;
  /** Drawn for a field of this size, in points; nothing is drawn where nobody would see it. */
  readonly appearance: FaceOf;
  /** What is drawn is a seal: where nobody would see it, nothing is signed. */
  readonly mustBeSeen?: boolean;
  readonly contentsBytes: number;
  /** What the message will be, for fields that ask for it. */
  readonly message?: MessageToBe;
}

/** The names of signature fields that nobody has signed yet. */
export function emptySignatureFields(file: PdfFile): readonly string[] {
  return readFields(file)
    .filter((field) => isEmpty(file, field))
    .map(({ name }) => name);
}

/**
 * Refuses with pdf.field_missing, pdf.field_taken where it is signed, and pdf.field_unsupported
 * where the field asks for more than a signature (seed values that this one does not meet, another
 * lock) or has no object of its own; with pdf.place_unseen a seal that nobody would see, in a field
 * that is hidden, without size, on no page or beside it.
 */
export function fillSignature(file: PdfFile, wish: FillWish): PreparedRevision {
  checkRoom(file, wish.contentsBytes);
  requireAllowed(file.cipher, 'filled field');
  checkRestrictions(file, wish.restrictions);
  const { field, object } = emptyField(file, wish.field);
  const restrictions = restrictionsOf(file, field, wish);
  const unmet = unmetSeed(file, file.dict(field.dict.entries.get('SV')), { ...wish, restrictions });
  if (unmet !== undefined) unsupported(field, `SV ${unmet}`);
  const widgets = widgetsOf(file, field, object);
  if (wish.mustBeSeen === true && !widgets.some(({ view }) => isSeen(view))) {
    throw new Fault('pdf.place_unseen', { field: field.name });
  }
  const increment = new Increment(file);
  const signature = increment.allocate();
  const fixed = restricted(file, signatureOf(wish), restrictions);
  const { contentsBytes } = wish;
  const kept = keepPlace(increment, signature, { fixed, contentsBytes });
  const drawn = ({ widget, view }: Widget): PdfDict => {
    const form = increment.allocate();
    increment.put(form, faceOn(view, wish));
    const flags = file.resolve(widget.entries.get('F'));
    return withEntries(widget, {
      V: signature,
      AP: dictOf({ N: form }),
      F: flags.kind === 'number' ? flags : numberOf(printFlag),
    });
  };
  if (!isWidget(file, field))
    increment.put(increment.refTo(object), withEntries(field.dict, { V: signature }));
  // Widgets of their own say it too: poppler looks for the signature in the widget alone.
  for (const shown of widgets) increment.put(increment.refTo(shown.number), drawn(shown));
  const isCertifier = restrictions.certify !== undefined;
  addToForm(file, increment, { certified: isCertifier ? certifiedBy(file, signature) : {} });
  return kept();
}

/** Upright where the widget stands. */
function faceOn(view: WidgetView, wish: FillWish): PdfValue {
  const { quarter, size } = view;
  const face = isSeen(view) ? wish.appearance(size) : invisible;
  return formOf(face, wish, quarter === 0 ? undefined : uprights[quarter]);
}

function isSeen({ size }: WidgetView): boolean {
  return size.width > 0 && size.height > 0;
}

/** The lock that the field's maker wants is written by whoever signs it (§12.7.5.5). */
function restrictionsOf(file: PdfFile, field: PdfField, wish: FillWish): Restrictions {
  const { restrictions = {} } = wish;
  const lock = file.dict(field.dict.entries.get('Lock'));
  if (lock === undefined) return restrictions;
  if (restrictions.lock !== undefined) unsupported(field, 'Lock');
  return { ...restrictions, lock: lockOf(file, lock) };
}

const printFlag = 4;

function emptyField(file: PdfFile, name: string): { field: PdfField; object: number } {
  const field = readFields(file).find((one) => one.name === name);
  if (field === undefined) throw new Fault('pdf.field_missing', { field: name });
  if (!isEmpty(file, field)) throw new Fault('pdf.field_taken', { field: name });
  const { object } = field;
  // What is written directly into a list has no number under which it could be written anew.
  if (object === undefined) unsupported(field, 'direct');
  return { field, object };
}

interface Widget {
  readonly number: number;
  readonly widget: PdfDict;
  readonly view: WidgetView;
}

/** §12.7.4.1: a field and its one widget may be one object, or two, or a field has several. */
function widgetsOf(file: PdfFile, field: PdfField, object: number): readonly Widget[] {
  const below = file.list(field.dict.entries.get('Kids')).map((kid): [number, PdfDict] => {
    const widget = file.dict(kid);
    if (kid.kind !== 'ref' || widget === undefined) unsupported(field, 'widget');
    return [kid.number, widget];
  });
  const own: [number, PdfDict][] = isWidget(file, field) ? [[object, field.dict]] : [];
  return [...own, ...below].map(([number, widget]) => ({
    number,
    widget,
    view: viewOfWidget(file, number, widget),
  }));
}

function isWidget(file: PdfFile, { dict }: PdfField): boolean {
  return isName(file.resolve(dict.entries.get('Subtype')), 'Widget');
}

function unsupported(field: PdfField, why: string): never {
  throw new Fault('pdf.field_unsupported', { field: field.name, why });
}

function isEmpty(file: PdfFile, { type, value }: PdfField): boolean {
  return type === 'Sig' && file.resolve(value).kind === 'null';
}

/**
 * Prepares a signature in a field that the document holds empty, as its maker placed it
 * (ISO 32000-1 §12.7.4.5).
 */
import { Fault } from '#base/fault';
import { requireAllowed } from '../file/encrypted-writing.ts';
import type { PdfFile } from '../file/file.ts';
import { Increment } from '../file/increment.ts';
import { boxOf } from '../file/pages.ts';
import {
  dictOf,
  isName,
  numberOf,
  type PdfDict,
  type PdfValue,
  withEntries,
} from '../file/value.ts';
import { type PdfField, readFields } from './fields.ts';
import { quarterOfWidget, sizeIn, uprights } from './page-view.ts';
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

/** What is to stand in a field that is there already. */
export interface FillWish extends SignedWith {
  readonly field: string;
  /** Drawn for a field of this size, in points; nothing is drawn in a field without one. */
  readonly appearance: FaceOf;
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
 * lock) or has no object of its own.
 */
export function fillSignature(file: PdfFile, wish: FillWish): PreparedRevision {
  checkRoom(file, wish.contentsBytes);
  requireAllowed(file.cipher, 'filled field');
  checkRestrictions(file, wish.restrictions);
  const { field, object } = emptyField(file, wish.field);
  const restrictions = restrictionsOf(file, field, wish);
  const unmet = unmetSeed(file, file.dict(field.dict.entries.get('SV')), { ...wish, restrictions });
  if (unmet !== undefined) unsupported(field, `SV ${unmet}`);
  const increment = new Increment(file);
  const signature = increment.allocate();
  const fixed = restricted(file, signatureOf(wish), restrictions);
  const { contentsBytes } = wish;
  const kept = keepPlace(increment, signature, { fixed, contentsBytes });
  const drawn = (widget: PdfDict): PdfDict => {
    const form = increment.allocate();
    increment.put(form, faceOn(file, widget, wish));
    const flags = file.resolve(widget.entries.get('F'));
    return withEntries(widget, {
      V: signature,
      AP: dictOf({ N: form }),
      F: flags.kind === 'number' ? flags : numberOf(printFlag),
    });
  };
  const isWidget = isName(file.resolve(field.dict.entries.get('Subtype')), 'Widget');
  const own = isWidget ? drawn(field.dict) : withEntries(field.dict, { V: signature });
  increment.put(increment.refTo(object), own);
  // Widgets of their own say it too: poppler looks for the signature in the widget alone.
  for (const [number, widget] of widgetsBelow(file, field)) {
    increment.put(increment.refTo(number), drawn(widget));
  }
  const isCertifier = restrictions.certify !== undefined;
  addToForm(file, increment, { certified: isCertifier ? certifiedBy(file, signature) : {} });
  return kept();
}

/** Upright where the widget stands; nothing is drawn where it has no size. */
function faceOn(file: PdfFile, widget: PdfDict, wish: FillWish): PdfValue {
  const box = boxOf(file, widget.entries.get('Rect')) ?? [0, 0, 0, 0];
  const quarter = quarterOfWidget(file, widget);
  const face = wish.appearance(sizeIn(box, { quarter, unit: 1 }));
  return formOf(face, wish, quarter === 0 ? undefined : uprights[quarter]);
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

/** §12.7.4.1: a field and its one widget may be one object, or two, or a field has several. */
function widgetsBelow(file: PdfFile, field: PdfField): [number, PdfDict][] {
  return file.list(field.dict.entries.get('Kids')).map((kid) => {
    const widget = file.dict(kid);
    if (kid.kind !== 'ref' || widget === undefined) unsupported(field, 'widget');
    return [kid.number, widget];
  });
}

function unsupported(field: PdfField, why: string): never {
  throw new Fault('pdf.field_unsupported', { field: field.name, why });
}

function isEmpty(file: PdfFile, { type, value }: PdfField): boolean {
  return type === 'Sig' && file.resolve(value).kind === 'null';
}

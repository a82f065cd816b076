/**
 * Appends signature fields that nobody has signed yet, one for each party, so that all places are
 * known before the first signature and each party may sign when it will (ISO 32000-2 §12.7.5.5).
 */
import { requireAllowed } from '../file/encrypted-writing.ts';
import type { PdfFile } from '../file/file.ts';
import { Increment } from '../file/increment.ts';
import { arrayOf, dictOf, nameOf, numberOf, textOf, withEntries } from '../file/value.ts';
import { fieldNames } from './fields.ts';
import type { FieldLock } from './permissions.ts';
import {
  addToForm,
  addToPages,
  annotationFlags,
  checkName,
  checkTail,
  formOf,
  lockedBy,
  pageOf,
  type Rect,
} from './prepare.ts';
import { checkRestrictions } from './restrictions.ts';
import { tagWidgets } from './tagging.ts';

/** A place for one signature. */
export interface EmptyField {
  readonly field: string;
  /** Counted from 1. */
  readonly page: number;
  readonly rect: Rect;
  /** What a screen reader says for it; its name unless given. */
  readonly label?: string;
  /** What is locked by whoever signs it. */
  readonly lock?: FieldLock;
}

/**
 * The file with one more revision. Refuses with pdf.field_taken, pdf.field_malformed,
 * pdf.page_missing, and pdf.field_missing where a lock names no field.
 */
export function appendFields(file: PdfFile, wishes: readonly EmptyField[]): Uint8Array {
  requireAllowed(file.cipher, 'new field');
  checkTail(file);
  const taken = fieldNames(file);
  const names = wishes.map(({ field }) => field);
  const increment = new Increment(file);
  const widgets = wishes.map((wish) => {
    checkName(wish.field, taken);
    taken.add(wish.field);
    const { lock } = wish;
    checkRestrictions(file, lock === undefined ? {} : { lock }, names);
    const { field, label = field } = wish;
    return { wish, label, page: pageOf(file, wish), widget: increment.allocate() };
  });
  const tagged = tagWidgets({ file, increment, label: '', widgets });
  widgets.forEach((one, at) => {
    const { field, rect, lock } = one.wish;
    const face = increment.allocate();
    const [left, bottom, right, top] = rect;
    increment.put(face, formOf({ width: right - left, height: top - bottom, content: '' }, {}));
    const widget = dictOf({
      Type: nameOf('Annot'),
      Subtype: nameOf('Widget'),
      FT: nameOf('Sig'),
      T: textOf(field),
      TU: textOf(one.label),
      P: increment.refTo(one.page.number),
      Rect: arrayOf(rect.map(numberOf)),
      F: numberOf(annotationFlags),
      AP: dictOf({ N: face }),
    });
    const locked = lock === undefined ? {} : lockedBy(increment, lock);
    increment.put(one.widget, withEntries(widget, { ...tagged[at], ...locked }));
  });
  addToPages(file, increment, widgets);
  addToForm(file, increment, { fields: widgets.map(({ widget }) => widget) });
  return increment.build().bytes;
}

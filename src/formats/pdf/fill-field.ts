/**
 * Prepares a signature in a field that the document holds empty, as its maker placed it
 * (ISO 32000-1 §12.7.4.5).
 */
import { Fault } from '#base/fault';
import type { Appearance } from './appearance.ts';
import { type PdfField, readFields } from './fields.ts';
import type { PdfFile } from './file.ts';
import { Increment } from './increment.ts';
import {
  addToForm,
  checkRoom,
  formOf,
  keepPlace,
  type PreparedRevision,
  type SignedWith,
  signatureOf,
} from './prepare.ts';
import { dictOf, isName, numberOf, refTo, withEntries } from './value.ts';

/** What is to stand in a field that is there already. */
export interface FillWish extends SignedWith {
  readonly field: string;
  /** Drawn for a field of this size, in points; nothing is drawn in a field without one. */
  readonly appearance: (size: { width: number; height: number }) => Appearance;
  readonly contentsBytes: number;
}

/** The names of signature fields that nobody has signed yet. */
export function emptySignatureFields(file: PdfFile): readonly string[] {
  return readFields(file)
    .filter((field) => isEmpty(file, field))
    .map(({ name }) => name);
}

/**
 * Refuses with pdf.field_missing, pdf.field_taken where it is signed, and pdf.field_unsupported
 * where the field asks for more than a signature: a lock, seed values, several widgets.
 */
export function fillSignature(file: PdfFile, wish: FillWish): PreparedRevision {
  checkRoom(file, wish.contentsBytes);
  const { field, object } = emptyField(file, wish.field);
  const [left = 0, bottom = 0, right = 0, top = 0] = file
    .list(field.dict.entries.get('Rect'))
    .map((item) => {
      const found = file.resolve(item);
      return found.kind === 'number' ? found.value : 0;
    });
  const size = { width: Math.abs(right - left), height: Math.abs(top - bottom) };
  const increment = new Increment(file);
  const signature = increment.allocate();
  const form = increment.allocate();
  const kept = keepPlace(increment, signature, {
    fixed: signatureOf(wish),
    contentsBytes: wish.contentsBytes,
  });
  increment.put(form, formOf(wish.appearance(size)));
  const flags = file.resolve(field.dict.entries.get('F'));
  increment.put(
    refTo(object),
    withEntries(field.dict, {
      V: signature,
      AP: dictOf({ N: form }),
      F: flags.kind === 'number' ? flags : numberOf(printFlag),
    }),
  );
  addToForm(file, increment);
  return kept();
}

const printFlag = 4;

function emptyField(file: PdfFile, name: string): { field: PdfField; object: number } {
  const field = readFields(file).find((one) => one.name === name);
  if (field === undefined) throw new Fault('pdf.field_missing', { field: name });
  if (!isEmpty(file, field)) throw new Fault('pdf.field_taken', { field: name });
  const { dict, object } = field;
  const isOne = isName(file.resolve(dict.entries.get('Subtype')), 'Widget');
  const asksMore = ['Lock', 'SV'].find((key) => dict.entries.has(key));
  if (!isOne || object === undefined || asksMore !== undefined) {
    throw new Fault('pdf.field_unsupported', { field: name, why: asksMore ?? 'widget' });
  }
  return { field, object };
}

function isEmpty(file: PdfFile, { type, value }: PdfField): boolean {
  return type === 'Sig' && file.resolve(value).kind === 'null';
}

/**
 * Prepares a signature in a field that the document holds empty, as its maker placed it
 * (ISO 32000-1 §12.7.4.5).
 */
import { Fault } from '#base/fault';
import type { Appearance } from './appearance.ts';
import { requireAllowed } from './encrypted-writing.ts';
import { type PdfField, readFields } from './fields.ts';
import type { PdfFile } from './file.ts';
import { Increment } from './increment.ts';
import { lockOf } from './permissions.ts';
import {
  addToForm,
  checkRoom,
  formOf,
  keepPlace,
  type PreparedRevision,
  type SignedWith,
  signatureOf,
} from './prepare.ts';
import { certifiedBy, checkRestrictions, type Restrictions, restricted } from './restrictions.ts';
import { dictOf, integer, isName, numberOf, type PdfDict, refTo, withEntries } from './value.ts';

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
 * where the field asks for more than a signature: required seed values, several widgets,
 * another lock.
 */
export function fillSignature(file: PdfFile, wish: FillWish): PreparedRevision {
  checkRoom(file, wish.contentsBytes);
  requireAllowed(file.cipher, 'filled field');
  checkRestrictions(file, wish.restrictions);
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
  const restrictions = restrictionsOf(file, field, wish);
  const fixed = restricted(file, signatureOf(wish), restrictions);
  const { contentsBytes } = wish;
  const kept = keepPlace(increment, signature, { fixed, contentsBytes });
  increment.put(form, formOf(wish.appearance(size), wish));
  const flags = file.resolve(field.dict.entries.get('F'));
  increment.put(
    refTo(object),
    withEntries(field.dict, {
      V: signature,
      AP: dictOf({ N: form }),
      F: flags.kind === 'number' ? flags : numberOf(printFlag),
    }),
  );
  const isCertifier = restrictions.certify !== undefined;
  addToForm(file, increment, { certified: isCertifier ? certifiedBy(file, signature) : {} });
  return kept();
}

/** The lock that the field's maker wants is written by whoever signs it (§12.7.5.5). */
function restrictionsOf(file: PdfFile, field: PdfField, wish: FillWish): Restrictions {
  const { restrictions = {} } = wish;
  const lock = file.dict(field.dict.entries.get('Lock'));
  if (lock === undefined) return restrictions;
  if (restrictions.lock !== undefined) {
    throw new Fault('pdf.field_unsupported', { field: field.name, why: 'Lock' });
  }
  return { ...restrictions, lock: lockOf(file, lock) };
}

const printFlag = 4;

function emptyField(file: PdfFile, name: string): { field: PdfField; object: number } {
  const field = readFields(file).find((one) => one.name === name);
  if (field === undefined) throw new Fault('pdf.field_missing', { field: name });
  if (!isEmpty(file, field)) throw new Fault('pdf.field_taken', { field: name });
  const { dict, object } = field;
  const isOne = isName(file.resolve(dict.entries.get('Subtype')), 'Widget');
  const asksMore = asksSeeds(file, file.dict(dict.entries.get('SV')));
  if (!isOne || object === undefined || asksMore) {
    const why = asksMore ? 'SV' : 'widget';
    throw new Fault('pdf.field_unsupported', { field: name, why });
  }
  return { field, object };
}

/** Seed values (§12.7.5.5 table 237): wishes may be passed over, what is required may not. */
function asksSeeds(file: PdfFile, seeds: PdfDict | undefined): boolean {
  if (seeds === undefined) return false;
  const required = integer(file.resolve(seeds.entries.get('Ff'))) ?? 0;
  return required !== 0 || seeds.entries.has('MDP') || seeds.entries.has('LockDocument');
}

function isEmpty(file: PdfFile, { type, value }: PdfField): boolean {
  return type === 'Sig' && file.resolve(value).kind === 'null';
}

/**
 * Writes what a signer forbids of the time after the signature (ISO 32000-2 §12.8.2.2, §12.8.2.4,
 * §12.7.5.5): the certification of the document, the lock of fields. `permissions.ts` reads it.
 */
import { Fault } from '#base/fault';
import type { PdfFile } from '../file/file.ts';
import {
  arrayOf,
  dictOf,
  nameOf,
  numberOf,
  type PdfDict,
  type PdfRef,
  type PdfValue,
  textOf,
  withEntries,
} from '../file/value.ts';
import { fieldNames } from './fields.ts';
import type { FieldLock, ModificationLevel } from './permissions.ts';

/** What one signer forbids of later changes. */
export interface Restrictions {
  /** The first signature of a document may certify it; 1 allows the fewest changes after it. */
  readonly certify?: ModificationLevel;
  /** Fields that nobody may fill in or sign any more. */
  readonly lock?: FieldLock;
}

const paramsVersion = nameOf('1.2'); // of both transforms' parameters (tables 257 and 259)

/** The signature dictionary with its transforms. */
export function restricted(file: PdfFile, signature: PdfDict, wish: Restrictions): PdfDict {
  const { certify, lock } = wish;
  const references: PdfDict[] = [];
  if (certify !== undefined) references.push(transform('DocMDP', { P: numberOf(certify) }));
  if (lock !== undefined) {
    const locking = transform('FieldMDP', lockMembers(lock));
    references.push(withEntries(locking, { Data: file.rootRef() }));
  }
  return references.length === 0
    ? signature
    : withEntries(signature, { Reference: arrayOf(references) });
}

/** The lock as the field itself states it (table 236). */
export function lockDict(lock: FieldLock): PdfDict {
  return dictOf({ Type: nameOf('SigFieldLock'), ...lockMembers(lock) });
}

/** The catalogue's word on who certified the document (§12.8.6); what it says of others stays. */
export function certifiedBy(file: PdfFile, signature: PdfRef): Record<string, PdfValue> {
  const held = file.dict(file.catalog().entries.get('Perms')) ?? dictOf({});
  return { Perms: withEntries(held, { DocMDP: signature }) };
}

function transform(method: string, params: Readonly<Record<string, PdfValue>>): PdfDict {
  return dictOf({
    Type: nameOf('SigRef'),
    TransformMethod: nameOf(method),
    TransformParams: dictOf({ Type: nameOf('TransformParams'), ...params, V: paramsVersion }),
  });
}

function lockMembers({ action, fields }: FieldLock): Record<string, PdfValue> {
  const named = action === 'All' ? {} : { Fields: arrayOf(fields.map(textOf)) };
  return { Action: nameOf(action), ...named };
}

/**
 * Refuses with pdf.field_missing or pdf.field_malformed a lock whose names are misspelt: it would
 * lock nothing, or everything else.
 */
export function checkRestrictions(
  file: PdfFile,
  { lock }: Restrictions = {},
  coming: readonly string[] = [],
): void {
  if (lock === undefined || lock.action === 'All') return;
  const { fields } = lock;
  const names = [...fieldNames(file), ...coming];
  const missing = fields.find(
    (field) => !names.some((name) => name === field || name.startsWith(`${field}.`)),
  );
  if (missing !== undefined) throw new Fault('pdf.field_missing', { field: missing });
  if (fields.length === 0) throw new Fault('pdf.field_malformed', { why: 'lock without fields' });
}

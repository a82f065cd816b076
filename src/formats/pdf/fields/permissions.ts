/**
 * What a signature forbids of the time after it (ISO 32000-2 §12.8.2.2, §12.8.2.4, §12.7.5.5):
 * document permissions, locked fields.
 */

import type { PdfFile } from '../file/file.ts';
import { integer, isName, type PdfDict, type PdfValue, textFrom } from '../file/value.ts';
import type { PdfField } from './fields.ts';

/** DocMDP: 1 nothing but proofs, 2 also forms and signatures, 3 also annotations. */
export type ModificationLevel = 1 | 2 | 3;

/** Fields that may no longer change; names stand for all fields below them. */
export interface FieldLock {
  readonly action: 'All' | 'Include' | 'Exclude';
  readonly fields: readonly string[];
}

export interface SignaturePermissions {
  /** Set where the signature certifies the document, or its field's lock says so. */
  readonly certification: ModificationLevel | undefined;
  readonly locks: readonly FieldLock[];
}

const referencesMax = 64;

export function readPermissions(
  file: PdfFile,
  field: PdfField,
  signature: { readonly dict: PdfDict | undefined; readonly object: number | undefined },
): SignaturePermissions {
  const levels: ModificationLevel[] = [];
  const locks: FieldLock[] = [];
  for (const reference of referencesOf(file, signature.dict)) {
    const entries = file.dict(reference)?.entries;
    const method = file.resolve(entries?.get('TransformMethod'));
    const params = file.dict(entries?.get('TransformParams'));
    if (isName(method, 'DocMDP')) levels.push(levelOf(file, params?.entries.get('P'), 2));
    if (isName(method, 'FieldMDP')) locks.push(lockOf(file, params));
  }
  const certifier = file.dict(file.catalog().entries.get('Perms'))?.entries.get('DocMDP');
  const isCertifier = certifier?.kind === 'ref' && certifier.number === signature.object;
  if (isCertifier && levels.length === 0) levels.push(2);
  const lock = file.dict(field.dict.entries.get('Lock'));
  if (lock !== undefined) {
    locks.push(lockOf(file, lock));
    if (lock.entries.has('P')) levels.push(levelOf(file, lock.entries.get('P'), 1));
  }
  const [level] = levels.toSorted((a, b) => a - b);
  return { certification: level, locks };
}

/** Some write the only one without the list around it; the signer wanted it no less. */
function referencesOf(file: PdfFile, dict: PdfDict | undefined): readonly PdfValue[] {
  const held = file.resolve(dict?.entries.get('Reference'));
  return held.kind === 'dict' ? [held] : file.list(held).slice(0, referencesMax);
}

/** What is no level is read as the strictest one: the signer wanted one. */
function levelOf(
  file: PdfFile,
  value: PdfValue | undefined,
  otherwise: ModificationLevel,
): ModificationLevel {
  if (value === undefined) return otherwise;
  const level = integer(file.resolve(value));
  return level === 2 || level === 3 ? level : 1;
}

/**
 * A lock as a field or a signature states it. What says it wrongly locks all: an action nobody
 * knows, no list of fields where one is due (§12.8.2.4 table 259), a name that is no string.
 */
export function lockOf(file: PdfFile, dict: PdfDict | undefined): FieldLock {
  const action = file.resolve(dict?.entries.get('Action'));
  const named = file.resolve(dict?.entries.get('Fields'));
  const items = file.list(named);
  const fields = items.flatMap((item) => {
    const name = file.resolve(item);
    return name.kind === 'string' ? [textFrom(name)] : [];
  });
  const isList = named.kind === 'array' && fields.length === items.length;
  if (isName(action, 'Include') && isList) return { action: 'Include', fields };
  if (isName(action, 'Exclude')) return { action: 'Exclude', fields };
  return { action: 'All', fields: [] };
}

export function isLocked(lock: FieldLock, field: string): boolean {
  if (lock.action === 'All') return true;
  const named = lock.fields.some((name) => field === name || field.startsWith(`${name}.`));
  return named === (lock.action === 'Include');
}

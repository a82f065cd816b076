/**
 * What the maker of a signature field wants of whoever signs there (ISO 32000-2 §12.7.5.5, tables
 * 235 to 237): wishes may be passed over, what is required is met or refused.
 */
import { type HashName, hashNames } from '#formats/crypto';
import type { PdfFile } from '../file/file.ts';
import { integer, isName, type PdfDict, type PdfValue, textFrom } from '../file/value.ts';
import type { Restrictions } from './restrictions.ts';

/** What is known of a message before it is made. */
export interface MessageToBe {
  readonly hash: HashName;
  readonly isStamped: boolean;
}

interface Signing {
  readonly restrictions?: Restrictions;
  readonly message?: MessageToBe;
}

/** Of /Ff: what is not a wish but required (table 235). */
const required = {
  Filter: 1 << 0,
  SubFilter: 1 << 1,
  V: 1 << 2,
  Reasons: 1 << 3,
  LegalAttestation: 1 << 4,
  AddRevInfo: 1 << 5,
  DigestMethod: 1 << 6,
  LockDocument: 1 << 7,
  AppearanceFilter: 1 << 8,
} as const;
const versionMax = 2; // of what a signature handler must know: seed values of ISO 32000-1

/** The first requirement that a signature of ours would not meet. */
export function unmetSeed(
  file: PdfFile,
  seeds: PdfDict | undefined,
  signing: Signing,
): string | undefined {
  if (seeds === undefined) return undefined;
  const flags = integer(file.resolve(seeds.entries.get('Ff'))) ?? 0;
  const known = Object.keys(required) as (keyof typeof required)[];
  const unmet = known.find(
    (key) => (flags & required[key]) !== 0 && !isMet(file, seeds, { key, signing }),
  );
  if (unmet !== undefined) return unmet;
  if (flags >= 1 << 9 || flags < 0) return 'Ff';
  // These say for themselves whether they are required.
  if (!isCertified(file, seeds, signing)) return 'MDP';
  if (isBinding(file, seeds, 'Cert')) return 'Cert';
  const isStamped = signing.message?.isStamped === true;
  if (isBinding(file, seeds, 'TimeStamp') && !isStamped) return 'TimeStamp';
  // Required or not, who wants the whole document locked does not want it signed without that.
  const lock = file.resolve(seeds.entries.get('LockDocument'));
  return isTrue(lock) || isName(lock, 'true') ? 'LockDocument' : undefined;
}

function isMet(
  file: PdfFile,
  seeds: PdfDict,
  { key, signing }: { readonly key: keyof typeof required; readonly signing: Signing },
): boolean {
  const value = file.resolve(seeds.entries.get(key));
  switch (key) {
    case 'Filter':
      return isName(value, 'Adobe.PPKLite');
    case 'SubFilter':
      return file.list(value).some((one) => isName(file.resolve(one), 'ETSI.CAdES.detached'));
    case 'V':
      return value.kind === 'number' && value.value <= versionMax;
    case 'Reasons':
      // A lone full stop asks for no reason, and none is what ours gives.
      return textsOf(file, value).every((reason) => reason === '.');
    case 'AddRevInfo':
      return !isTrue(value);
    case 'DigestMethod':
      return textsOf(file, value).some((name) => hashNamed(name) === signing.message?.hash);
    case 'LockDocument':
      return !isTrue(value) && !isName(value, 'true');
    case 'LegalAttestation':
    case 'AppearanceFilter':
      return false;
  }
}

/** /P 0 is a signature like any other; from 1 on the signer must certify just so. */
function isCertified(file: PdfFile, seeds: PdfDict, { restrictions }: Signing): boolean {
  const wanted = file.dict(seeds.entries.get('MDP'));
  if (wanted === undefined) return true;
  const level = integer(file.resolve(wanted.entries.get('P'))) ?? 0;
  return level === (restrictions?.certify ?? 0);
}

function isBinding(file: PdfFile, seeds: PdfDict, key: string): boolean {
  const part = file.dict(seeds.entries.get(key));
  return (integer(file.resolve(part?.entries.get('Ff'))) ?? 0) !== 0;
}

function textsOf(file: PdfFile, value: PdfValue): string[] {
  return file.list(value).flatMap((one) => {
    const text = file.resolve(one);
    return text.kind === 'string' ? [textFrom(text)] : [];
  });
}

function hashNamed(name: string): HashName | undefined {
  const plain = name.replaceAll('-', '').toLowerCase();
  return hashNames.find((one) => one.replaceAll('-', '') === plain);
}

function isTrue(value: PdfValue): boolean {
  return value.kind === 'boolean' && value.value;
}

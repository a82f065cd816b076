/**
 * Which files an evidence package may hold and what each one is (docs/specs/package.md).
 *
 * A name outside this list has no place: an unexpected file could say something that nothing else
 * in the package is bound to.
 */
export type Place =
  | 'manifest'
  | 'report'
  | 'document'
  | 'entry'
  | 'disclosures'
  | 'proof'
  | 'checkpoint'
  | 'policy'
  | 'policy entry'
  | 'policy proof'
  | 'required evidence'
  | 'certificate'
  | 'revocation'
  | 'stamp'
  | 'slots'
  | 'schema'
  | 'file'
  | 'environment'
  | 'verifier';

const single: readonly (readonly [string, Place])[] = [
  ['manifest.json', 'manifest'],
  ['report.pdf', 'report'],
  ['checkpoint.txt', 'checkpoint'],
  ['policy.json', 'policy'],
  ['policy-entry.json', 'policy entry'],
  ['policy.tlog-proof', 'policy proof'],
  ['required-evidence.json', 'required evidence'],
  ['slots.json', 'slots'],
  ['verifier.html', 'verifier'],
];

const many: readonly (readonly [RegExp, Place])[] = [
  [/^documents\/\d{2}-[a-z0-9]+(?:-[a-z0-9]+)*\.pdf$/, 'document'],
  [/^entries\/\d{4}\.json$/, 'entry'],
  [/^disclosures\/\d{4}\.json$/, 'disclosures'],
  [/^proofs\/\d{4}\.tlog-proof$/, 'proof'],
  [/^certs\/[0-9a-f]{16}\.der$/, 'certificate'],
  [/^revocation\/[0-9a-f]{16}\.crl$/, 'revocation'],
  [/^stamps\/[0-9a-f]{16}\.tsr$/, 'stamp'],
  [/^schemas\/[0-9a-f]{16}\.json$/, 'schema'],
  [/^environments\/[0-9a-f]{16}\.json$/, 'environment'],
  [/^files\/\d{4}\.bin$/, 'file'],
];

/** Files without which a package is not one. */
export const requiredNames = [
  'manifest.json',
  'report.pdf',
  'checkpoint.txt',
  'policy.json',
  'policy-entry.json',
  'policy.tlog-proof',
  'required-evidence.json',
] as const;

/** What the file of this name is, or undefined when no such file belongs into a package. */
export function placeOf(name: string): Place | undefined {
  return (
    single.find(([exact]) => exact === name)?.[1] ??
    many.find(([pattern]) => pattern.test(name))?.[1]
  );
}

/** `entries/0007.json`: the number in a name is the entry's `seq` in its case. */
export function numbered(place: 'entry' | 'disclosures' | 'proof' | 'file', seq: number): string {
  const number = String(seq).padStart(4, '0');
  if (place === 'entry') return `entries/${number}.json`;
  if (place === 'file') return `files/${number}.bin`;
  return place === 'disclosures' ? `disclosures/${number}.json` : `proofs/${number}.tlog-proof`;
}

/** `documents/01-contract.pdf`; the number only gives an order. */
export function documentName(number: number, name: string): string {
  return `documents/${String(number).padStart(2, '0')}-${name}.pdf`;
}

const digestFolders = {
  certificate: ['certs', 'der'],
  revocation: ['revocation', 'crl'],
  stamp: ['stamps', 'tsr'],
  schema: ['schemas', 'json'],
  environment: ['environments', 'json'],
} as const;

/** Files named by the first 16 hex digits of the SHA-256 of their bytes, so that none is free. */
export function digestName(place: keyof typeof digestFolders, sha256Hex: string): string {
  const [folder, ending] = digestFolders[place];
  return `${folder}/${sha256Hex.slice(0, 16)}.${ending}`;
}

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
  | 'twin'
  | 'twin proof'
  | 'head'
  | 'head record'
  | 'head consistency'
  | 'anchor'
  | 'anchor consistency'
  | 'register'
  | 'register entry'
  | 'register proof'
  | 'register consistency'
  | 'border'
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
  ['twin/checkpoint.txt', 'twin'],
  ['twin/link.json', 'twin'],
  ['twin/link.tlog-proof', 'twin'],
  ['twin/link-sm3.tlog-proof', 'twin'],
  ['twin/head.txt', 'twin'],
  ['twin/head-sm3.txt', 'twin'],
  ['twin/head.consistency', 'twin'],
  ['twin/head-sm3.consistency', 'twin'],
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
  [/^twin\/\d{4}\.tlog-proof$/, 'twin proof'],
  [/^heads\/[0-9a-f]{16}\.note$/, 'head'],
  [/^heads\/[0-9a-f]{16}\.ers$/, 'head record'],
  [/^heads\/[0-9a-f]{16}\.consistency$/, 'head consistency'],
  [/^anchors\/[0-9a-f]{16}\.anchor$/, 'anchor'],
  [/^anchors\/[0-9a-f]{16}\.consistency$/, 'anchor consistency'],
  [/^registers\/\d{4}\.note$/, 'register'],
  [/^registers\/\d{4}\.json$/, 'register entry'],
  [/^registers\/\d{4}\.tlog-proof$/, 'register proof'],
  [/^registers\/\d{4}\.consistency$/, 'register consistency'],
  [/^shards\/\d{4}\.(?:close|open)(?:\.tlog-proof|-sm3\.tlog-proof)?$/, 'border'],
];

/** The form of a package in which all proofs stand under one checkpoint. */
const oneTree = 1;
/** The form of a package whose log crossed a border: a checkpoint for each shard. */
const manyTrees = 2;
/** The newest form that this program reads. */
export const packageFormMax = manyTrees;

/** Which form these files are of: the manifest says it, and older readers stop there. */
export function formOf(names: readonly string[]): number {
  return names.some((name) => placeOf(name) === 'border') ? manyTrees : oneTree;
}

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

const numberedFolders = {
  entry: ['entries', 'json'],
  disclosures: ['disclosures', 'json'],
  proof: ['proofs', 'tlog-proof'],
  file: ['files', 'bin'],
  'twin proof': ['twin', 'tlog-proof'],
  register: ['registers', 'note'],
  'register entry': ['registers', 'json'],
  'register proof': ['registers', 'tlog-proof'],
  'register consistency': ['registers', 'consistency'],
} as const;

/** `entries/0007.json`: the number in a name is the entry's `seq` in its case. */
export function numbered(place: keyof typeof numberedFolders, seq: number): string {
  const [folder, ending] = numberedFolders[place];
  return `${folder}/${String(seq).padStart(4, '0')}.${ending}`;
}

const borderEndings = {
  closing: 'close',
  'closing proof': 'close.tlog-proof',
  'closing twin proof': 'close-sm3.tlog-proof',
  opening: 'open',
  'opening proof': 'open.tlog-proof',
  'opening twin proof': 'open-sm3.tlog-proof',
} as const;

/** `shards/0001.close`: the border between shard 1 of the log and shard 2. */
export function borderName(what: keyof typeof borderEndings, shard: number): string {
  return `shards/${String(shard).padStart(4, '0')}.${borderEndings[what]}`;
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
  head: ['heads', 'note'],
  'head record': ['heads', 'ers'],
  'head consistency': ['heads', 'consistency'],
  anchor: ['anchors', 'anchor'],
  'anchor consistency': ['anchors', 'consistency'],
} as const;

/** Files named by the first 16 hex digits of the SHA-256 of their bytes, so that none is free. */
export function digestName(place: keyof typeof digestFolders, sha256Hex: string): string {
  const [folder, ending] = digestFolders[place];
  return `${folder}/${sha256Hex.slice(0, 16)}.${ending}`;
}

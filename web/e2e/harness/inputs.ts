/** What both verifiers are asked about: the corpus where it is, and damaged twins of a whole loan. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TrustFiles } from '../../../src/trust/verify/index.ts';
import { mutants } from './mutants.ts';
import type { Judgeable } from './two-engines.ts';

const corpus = join(import.meta.dirname, '../../../../shared/corpus');
const nobody: TrustFiles = new Map();
const judged = /\.(pdf|ofd|zip|tsr|tst|p7s|p7m|der|cer|crt|crl|pem|json|note)$/i;

export const noCorpus = `${relative(process.cwd(), corpus)} is not here`;

/** Evenly spaced over the corpus; undefined where there is none. */
export function fromCorpus(count: number, bytesMax: number): readonly Judgeable[] | undefined {
  if (!existsSync(corpus)) return undefined;
  const paths = readdirSync(corpus, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && judged.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size <= bytesMax)
    .toSorted();
  const step = Math.max(1, paths.length / count);
  return Array.from({ length: Math.min(count, paths.length) }, (_, at) => {
    const path = paths[Math.floor(at * step)] ?? '';
    const bytes = new Uint8Array(readFileSync(path));
    return { name: relative(corpus, path), bytes, trust: nobody };
  });
}

export interface LoanFiles {
  readonly zip: Uint8Array;
  readonly contract: Uint8Array;
  readonly trust: TrustFiles;
}

/** A quarter of the package, the rest of the contract, which is judged faster; and both as they are. */
export function fromLoan({ zip, contract, trust }: LoanFiles, count: number, seed: number) {
  const packages = Math.floor(count / 4);
  const twins = (name: string, bytes: Uint8Array, many: number): Judgeable[] => [
    { name, bytes, trust },
    ...mutants(bytes, many - 1, seed).map((one) => ({ name, bytes: one.bytes, trust })),
  ];
  return [
    ...twins('package.zip', zip, packages),
    ...twins('contract.pdf', contract, count - packages),
  ];
}

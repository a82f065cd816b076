/** Asks both verifiers about every input and answers where they differ. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trustFiles } from '../../../src/main/estate/trust-folder.ts';
import type { LoanFiles } from './inputs.ts';
import type { Stage } from './stage.ts';
import { type Judgeable, TwoEngines } from './two-engines.ts';
import { visitor } from './visitor.ts';

export async function loanOf(stage: Stage): Promise<LoanFiles> {
  const read = (name: string) => new Uint8Array(readFileSync(join(stage.loan, name)));
  const trust = await trustFiles(join(stage.loan, 'trust'));
  return { zip: read('package.zip'), contract: read('contract.pdf'), trust };
}

export async function differing(
  stage: Stage,
  inputs: readonly Judgeable[],
): Promise<readonly string[]> {
  const visit = await visitor(stage);
  try {
    const engines = await TwoEngines.open(visit);
    const found: string[] = [];
    for (const [at, input] of inputs.entries()) {
      // Each on a processor of its own.
      const [page, node] = await Promise.all([engines.inPage(input), engines.inNode(input)]);
      if (node !== page) found.push(`${at} ${input.name}\n  node ${node}\n  page ${page}`);
    }
    return found;
  } finally {
    await visit.close();
  }
}

/**
 * The order of test files: the longest first, whichever project they are of, so that no core is
 * idle at the end and a walk that waits stands beside one that computes.
 *
 * A fresh clone has no memory of earlier runs, and a small file can be a long drill: what takes
 * more than half a minute is named here.
 */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const longest: readonly string[] = [
  'test/drill/witnesses.slow.test.ts',
  'web/e2e/signer.e2e.test.ts',
  'test/hostile/canary.slow.test.ts',
  'web/e2e/judge.e2e.test.ts',
  'test/journeys/desks.slow.test.ts',
  'web/e2e/operator.e2e.test.ts',
  'test/drill/kill.slow.test.ts',
  'test/hostile/flips.house.test.ts',
  'test/hostile/fuzz.slow.test.ts',
  'test/hostile/restore.slow.test.ts',
  'src/main/copies/tenant-exit.slow.test.ts',
  'test/house.slow.test.ts',
  'test/journeys/main-job.slow.test.ts',
  'test/journeys/proofs.slow.test.ts',
  'test/hostile/cross-tenant.slow.test.ts',
  'test/tenant.slow.test.ts',
  'web/e2e/signer-ways.e2e.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the runner calls its own method so.
    const usual = await super.sort(files);
    return usual.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = longest.indexOf(relative(process.cwd(), moduleId));
  return place === -1 ? longest.length : place;
}

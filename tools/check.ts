/**
 * Runs every check, prints what was left out and why, and ends with `N passed, N failed`.
 *
 * Each step counts as one, each test as one. A step is never left out silently: what cannot run on
 * this computer is a skip with a reason and the requirement ids that stay unproved because of it.
 * `--fast` runs what needs no process of its own, `--long` adds the drills.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { run, type Skip, type Step, testStep } from './check-steps.ts';

type Extent = 'fast' | 'usual' | 'long';

async function main(): Promise<number> {
  const extent = extentOf(process.argv.slice(2));
  const folder = mkdtempSync(join(tmpdir(), 'fubie-check-'));
  let passed = 0;
  let failed = 0;
  const skips: Skip[] = leftOut(extent);
  const broken: string[] = [];
  try {
    for (const step of stepsOf(extent, folder)) {
      const outcome = await run(step);
      passed += outcome.passed;
      failed += outcome.failed;
      skips.push(...outcome.skips);
      broken.push(...outcome.broken);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  printSkips(skips);
  for (const name of broken) console.log(`FAILED   ${name}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

function extentOf(words: readonly string[]): Extent {
  if (words.length === 0) return 'usual';
  if (words.length === 1 && words[0] === '--fast') return 'fast';
  if (words.length === 1 && words[0] === '--long') return 'long';
  console.error('usage: ./check [--fast | --long]');
  process.exit(2);
}

function stepsOf(extent: Extent, folder: string): Step[] {
  const out = join(folder, 'demo');
  const fast: Step[] = [
    { name: 'types', command: ['tsc', '-p', '.'] },
    { name: 'types of the pages', command: ['tsc', '-p', 'web'] },
    { name: 'lint', command: ['oxlint', '--type-aware'] },
    { name: 'format', command: ['biome', 'ci', '--colors=off', '.'] },
    testStep({ name: 'tests (fast)', projects: ['fast'], folder }),
  ];
  if (extent === 'fast') return fast;
  const usual: Step[] = [
    // First, so that the tests that ask them need not be skipped.
    { name: 'foreign judges', command: ['node', 'conformance/run.ts', '--install'] },
    ...fast,
    { name: 'unused', command: ['knip'] },
    testStep({ name: 'tests (slow)', projects: ['slow', 'house'], folder }),
    testStep({ name: 'tests (browser)', projects: ['e2e'], folder }),
    testStep({ name: 'tests (alone)', projects: ['alone'], folder }),
    { name: 'generated files are fresh', command: ['node', 'tools/docs.ts', '--check'] },
    { name: 'every proof fails when its rule is off', command: ['node', 'tools/unprove.ts'] },
    { name: 'demo', command: ['bin/fubie', 'demo', '--out', out, '--json'], needs: 'bin/fubie' },
    {
      name: 'the package stands without server, database or network',
      command: ['node', 'tools/offline.ts', join(out, 'package.zip'), join(out, 'trust')],
      needs: 'bin/fubie',
      skipsFrom: true,
    },
    {
      name: 'conformance',
      command: ['node', 'conformance/run.ts', out],
      needs: 'bin/fubie',
      skipsFrom: true,
    },
  ];
  if (extent === 'usual') return usual;
  return [
    ...usual,
    testStep({ name: 'tests (long)', projects: ['long'], folder }),
    testStep({ name: 'tests (browser, long)', projects: ['e2e-long'], folder }),
  ];
}

function leftOut(extent: Extent): Skip[] {
  const drills = { what: 'the long drills', reason: 'only in ./check --long', ids: [] };
  const processes = { what: 'all that needs processes', reason: 'only in ./check', ids: [] };
  if (extent === 'long') return [];
  return extent === 'fast' ? [processes, drills] : [drills];
}

function printSkips(skips: readonly Skip[]): void {
  for (const { what, reason, ids } of skips) {
    const unproved = ids.length > 0 ? ` Unproved by this run: ${ids.join(' ')}.` : '';
    console.log(`SKIPPED  ${what}: ${reason}.${unproved}`);
  }
}

process.exitCode = await main();

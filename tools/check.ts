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

import { changedPrograms } from './changed.ts';
import { run, type Skip, type Step, type StepOutcome, testStep } from './check-steps.ts';

type Extent = 'fast' | 'usual' | 'long';

async function main(): Promise<number> {
  const extent = extentOf(process.argv.slice(2));
  const folder = mkdtempSync(join(tmpdir(), 'fubie-check-'));
  let passed = 0;
  let failed = 0;
  const skips: Skip[] = leftOut(extent);
  const broken: string[] = [];
  try {
    for (const lanes of stretchesOf(extent, folder)) {
      for (const outcome of await runSideBySide(lanes)) {
        passed += outcome.passed;
        failed += outcome.failed;
        skips.push(...outcome.skips);
        broken.push(...outcome.broken);
      }
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

/** Steps one after the other. */
type Lane = readonly Step[];

/** One stretch after the other, each a few lanes side by side: one seldom fills two cores. */
function stretchesOf(extent: Extent, folder: string): (readonly Lane[])[] {
  // Several checkers look each anew at the types they share; here the linter has the other core.
  const types: Lane = [
    { name: 'types', command: ['tsc', '--checkers', '1', '-p', '.'] },
    { name: 'types of the pages', command: ['tsc', '--checkers', '1', '-p', 'web'] },
  ];
  const format: Step = { name: 'format', command: ['biome', 'ci', '--colors=off', '.'] };
  const pure: Lane = [testStep({ name: 'tests (fast)', projects: ['fast'], folder })];
  if (extent === 'fast') return [[types, [...lintInTheLoop(), format]], [pure]];
  const unused: Step = { name: 'unused', command: ['knip'] };
  const kept: Lane = [
    // Before the tests that ask them, so that these need not be skipped.
    { name: 'foreign judges', command: ['node', 'conformance/run.ts', '--install'] },
    { name: 'lint', command: ['oxlint', '--type-aware'] },
    format,
    { name: 'generated files are fresh', command: ['node', 'tools/docs.ts', '--check'] },
  ];
  const processes = ['slow', 'house', 'e2e'];
  const unprove: Step = {
    name: 'every proof fails when its rule is off',
    command: ['node', 'tools/unprove.ts'],
  };
  const usual: (readonly Lane[])[] = [
    [[...types, unused], kept],
    [pure],
    [
      [testStep({ name: 'tests (processes, browser)', projects: processes, folder })],
      behind(demonstration(join(folder, 'demo'))),
      behind([unprove]),
    ],
    [[testStep({ name: 'tests (alone)', projects: ['alone'], folder })]],
  ];
  if (extent === 'usual') return usual;
  return [
    ...usual,
    [[testStep({ name: 'tests (long)', projects: ['long'], folder })]],
    [[testStep({ name: 'tests (browser, long)', projects: ['e2e-long'], folder })]],
  ];
}

/**
 * Rules that need types cost a fifth of the loop over the whole tree; there they are asked of what
 * changed, and of everything in ./check.
 */
function lintInTheLoop(): Lane {
  const whole: Step = { name: 'lint', command: ['oxlint'] };
  const changed = changedPrograms();
  if (changed === undefined) return [{ name: 'lint', command: ['oxlint', '--type-aware'] }];
  if (changed.length === 0) return [whole];
  const command = ['oxlint', '--type-aware', ...changed];
  return [whole, { name: 'lint of what changed', command }];
}

/** A demo, and what strangers say of its package. */
function demonstration(out: string): Lane {
  const needs = 'bin/fubie';
  return [
    { name: 'demo', command: ['bin/fubie', 'demo', '--out', out, '--json'], needs },
    {
      name: 'the package stands without server, database or network',
      command: ['node', 'tools/offline.ts', join(out, 'package.zip'), join(out, 'trust')],
      needs,
      skipsFrom: true,
    },
    {
      name: 'conformance',
      command: ['node', 'conformance/run.ts', out],
      needs,
      skipsFrom: true,
    },
  ];
}

/** For steps that compute, beside walks that wait as often as they work. */
function behind(lane: Lane): Lane {
  return lane.map((step) => ({ ...step, isBehind: true }));
}

/** Of several lanes only tests speak as they go; other words come in one piece at a step's end. */
async function runSideBySide(lanes: readonly Lane[]): Promise<StepOutcome[]> {
  const runLane = async (lane: Lane): Promise<StepOutcome[]> => {
    const outcomes: StepOutcome[] = [];
    for (const step of lane) {
      const live = lanes.length === 1 || step.outcomes !== undefined;
      outcomes.push(await run(step, { live }));
    }
    return outcomes;
  };
  return (await Promise.all(lanes.map(runLane))).flat();
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

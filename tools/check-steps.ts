/**
 * One step of ./check: a command whose exit code counts, or a run of tests that counts each test.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';

import { outcomesVariable, type TestOutcome } from './reporter.ts';

export interface Skip {
  readonly what: string;
  readonly reason: string;
  /** Requirement ids that stay unproved on this run because of it. */
  readonly ids: readonly string[];
}

export interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Where the tests' outcomes are written; without it only the exit code counts. */
  readonly outcomes?: string;
  /** A file without which the step cannot be tried; its absence is a failure, not a skip. */
  readonly needs?: string;
  /** The command prints `SKIP what: reason` lines of its own. */
  readonly skipsFrom?: boolean;
  /** Takes what processor time the steps beside it leave. */
  readonly isBehind?: boolean;
}

export interface StepOutcome {
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly Skip[];
  readonly broken: readonly string[];
}

const stepMinutesMax = 85;
/** The same as bin/fubie has: what one step compiled is there for the next. */
const compileCache = join(import.meta.dirname, '../node_modules/.cache/fubie');
/**
 * What checks types is written in Go, whose collector took a third of the processor time: it runs
 * when the heap has grown to five times what lived, not to twice (docs/decisions/0098).
 */
const goCollector = '400';
/** A quarter of a core beside a step that could use it whole: slow, and never starved. */
const behindNiceness = 5;
const idPattern = /^(?:[SX]\d?-\d+[ ,]+)*[SX]\d?-\d+(?=[ :,：])/;

/** The requirement ids a test's title begins with: `S1-18 S2-77 …`. */
export function idsOf(title: string): string[] {
  return idPattern.exec(title)?.[0].split(/[ ,]+/) ?? [];
}

export function testStep(parts: { name: string; projects: string[]; folder: string }): Step {
  const projects = parts.projects.flatMap((project) => ['--project', project]);
  return {
    name: parts.name,
    command: [
      'vitest',
      'run',
      '--passWithNoTests',
      ...projects,
      '--reporter=default',
      '--reporter=./tools/reporter.ts',
    ],
    outcomes: join(parts.folder, `${parts.projects.join('-')}.json`),
  };
}

/** `live`: its words appear as they come, else in one piece at its end. */
export async function run(step: Step, { live }: { live: boolean }): Promise<StepOutcome> {
  if (live) console.log(`\n=== ${step.name}`);
  if (step.needs !== undefined && !existsSync(step.needs)) {
    console.log(`${step.needs} is not there`);
    return { passed: 0, failed: 1, skips: [], broken: [`${step.name} (${step.needs} missing)`] };
  }
  const started = Date.now();
  const { code, printed } = await execute(step, live);
  if (!live) console.log(`\n=== ${step.name}\n${printed.trimEnd()}`);
  console.log(`--- ${step.name}: exit ${code}, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  const ok = code === 0;
  const own: StepOutcome = {
    passed: ok ? 1 : 0,
    failed: ok ? 0 : 1,
    skips: step.skipsFrom === true ? skipsPrinted(printed) : [],
    broken: ok ? [] : [step.name],
  };
  return step.outcomes === undefined ? own : merged(own, testsOf(step.outcomes, ok));
}

function execute(step: Step, live: boolean): Promise<{ code: number; printed: string }> {
  const [program = '', ...words] = step.command;
  const outcomes = { [outcomesVariable]: step.outcomes };
  const settings = { NODE_COMPILE_CACHE: compileCache, GOGC: goCollector };
  const env = { ...settings, ...process.env, ...outcomes };
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      env,
      stdio: ['ignore', 'pipe', live ? 'inherit' : 'pipe'],
      timeout: stepMinutesMax * 60_000,
    });
    if (step.isBehind === true && child.pid !== undefined) setPriority(child.pid, behindNiceness);
    let printed = '';
    const hear = (chunk: Buffer): void => {
      if (live) process.stdout.write(chunk);
      printed += chunk.toString();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('error', (error) => resolve({ code: 127, printed: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, printed }));
  });
}

function testsOf(path: string, ok: boolean): StepOutcome {
  // A project without a test file writes nothing and exits 0; a broken runner exits otherwise.
  if (!existsSync(path)) return { passed: 0, failed: 0, skips: [], broken: [] };
  const tests = JSON.parse(readFileSync(path, 'utf8')) as TestOutcome[];
  const failed = tests.filter((test) => test.state === 'failed');
  const silent = tests.filter((test) => test.state === 'skipped' && test.reason === '');
  if (ok && failed.length > 0) console.log('the test runner exited 0 in spite of failed tests');
  return {
    passed: tests.filter((test) => test.state === 'passed').length,
    failed: failed.length + silent.length,
    skips: tests
      .filter((test) => test.state === 'skipped' && test.reason !== '')
      .map((test) => ({ what: named(test), reason: test.reason, ids: idsOf(test.title) })),
    broken: [
      ...failed.map(named),
      ...silent.map((test) => `${named(test)} (skipped without a reason)`),
    ],
  };
}

function named(test: TestOutcome): string {
  return `${test.file}: ${test.title}`;
}

function skipsPrinted(printed: string): Skip[] {
  return [...printed.matchAll(/^SKIP ([^:\n]+): (.*?)\.?$/gm)].map((match) => ({
    what: match[1] ?? '',
    reason: match[2] ?? '',
    ids: [],
  }));
}

function merged(a: StepOutcome, b: StepOutcome): StepOutcome {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skips: [...a.skips, ...b.skips],
    broken: [...a.broken, ...b.broken],
  };
}

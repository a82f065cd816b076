/**
 * Turns one rule off at a time in a copy of the tree and expects its test to fail.
 *
 * `node tools/unprove.ts [id …]`. The copy lies in a temporary folder with node_modules linked, so
 * that a run that is killed leaves nothing broken behind. A mutation that finds no place, a test
 * that does not exist and a test that stays green are failures alike: none of them proves anything.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { outcomesVariable, type TestOutcome } from './reporter.ts';
import { type Mutation, mutations } from './unprove-table.ts';

const copied = ['src', 'catalog', 'test', 'tools', 'bin', 'docs', 'conformance', 'web/src'];
const copiedFiles = ['package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts'];
const testMinutesMax = 5;
/** Each in a copy of its own: most of a run is waiting for one core. */
const worldsAtOnce = 2;

async function main(wanted: readonly string[]): Promise<number> {
  const chosen = mutations.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  const unknown = wanted.filter((id) => !mutations.some((mutation) => mutation.id === id));
  for (const id of unknown) console.log(`${id}: no mutation in tools/unprove-table.ts`);
  const worlds = Array.from({ length: worldsAtOnce }, copyTree);
  let failures = unknown.length;
  try {
    // A test that fails in the copy anyway would seem to prove everything. The others of its file
    // are left out here as they are below: a test that leans on one of them proves nothing.
    const healthy = await runTests(worlds[0] ?? '', {
      files: [...new Set(chosen.map(({ test }) => test.file))],
      titles: [...new Set(chosen.map(({ test }) => test.title))],
    });
    const waiting = [...chosen];
    const workIn = async (world: string): Promise<void> => {
      for (let mutation = waiting.shift(); mutation !== undefined; mutation = waiting.shift()) {
        const objection = illness(healthy, mutation) ?? (await tryOne(world, mutation));
        if (objection !== undefined) failures += 1;
        const verdict = objection ?? 'proved: its test fails when the rule is off';
        console.log(`${mutation.id} ${mutation.file}: ${verdict}`);
      }
    };
    await Promise.all(worlds.map(workIn));
  } finally {
    for (const world of worlds) rmSync(world, { recursive: true, force: true });
  }
  console.log(`${chosen.length} mutations tried, ${failures} prove nothing`);
  return failures === 0 ? 0 : 1;
}

function copyTree(): string {
  const world = mkdtempSync(join(tmpdir(), 'fubie-unprove-'));
  for (const name of [...copied, ...copiedFiles].filter((one) => existsSync(one))) {
    cpSync(name, join(world, name), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), join(world, 'node_modules'));
  return world;
}

/** Why the test says nothing even with all rules on, or undefined. */
function illness(healthy: readonly TestOutcome[], { test }: Mutation): string | undefined {
  const bearing = bearingOf(healthy, test);
  if (bearing.length === 0) return `no test in ${test.file} has "${test.title}" in its title`;
  const ill = bearing.find(({ state }) => state !== 'passed');
  return ill === undefined ? undefined : `the test is ${ill.state} with the rule on: ${ill.reason}`;
}

function bearingOf(outcomes: readonly TestOutcome[], test: Mutation['test']): TestOutcome[] {
  return outcomes.filter(({ file, title }) => file === test.file && title.includes(test.title));
}

/** Why this mutation proves nothing, or undefined if its test failed as it should. */
async function tryOne(world: string, mutation: Mutation): Promise<string | undefined> {
  const { file, find, replace, test } = mutation;
  const path = join(world, file);
  if (!existsSync(path)) return 'the file is not there';
  const text = readFileSync(path, 'utf8');
  const places = text.split(find).length - 1;
  if (places !== 1) return `the text to find occurs ${places} times, not once`;
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
  try {
    const { file: testFile, title } = test;
    const outcomes = await runTests(world, { files: [testFile], titles: [title] });
    const bearing = bearingOf(outcomes, test);
    if (bearing.some(({ state }) => state === 'failed')) return undefined;
    return bearing.length === 0
      ? 'the test could not be loaded without the rule'
      : 'the test stays green without the rule';
  } finally {
    writeFileSync(path, text);
  }
}

async function runTests(
  world: string,
  wanted: { files: readonly string[]; titles: readonly string[] },
): Promise<TestOutcome[]> {
  if (wanted.files.length === 0) return [];
  const answer = join(world, 'outcomes.json');
  rmSync(answer, { force: true });
  const titles = wanted.titles.map((title) => title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const words = [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...wanted.files,
    '--testNamePattern',
    titles.join('|'),
    '--reporter=./tools/reporter.ts',
  ];
  const child = spawn(resolve('node_modules/.bin/node'), words, {
    cwd: world,
    env: { ...process.env, [outcomesVariable]: answer },
    stdio: 'ignore',
    timeout: testMinutesMax * 60_000,
  });
  await once(child, 'close');
  if (!existsSync(answer)) return [];
  // A file that no longer loads has only a line `(the file itself)`, which bears no id.
  return JSON.parse(readFileSync(answer, 'utf8')) as TestOutcome[];
}

process.exitCode = await main(process.argv.slice(2));

/**
 * Turns one rule off at a time in a copy of the tree and expects its test to fail.
 *
 * `node tools/unprove.ts [id …]`. The copy lies in a temporary folder with node_modules linked, so
 * that a run that is killed leaves nothing broken behind. A mutation that finds no place, a test
 * that does not exist and a test that stays green are failures alike: none of them proves anything.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { TestOutcome } from './reporter.ts';
import { type Mutation, mutations } from './unprove-table.ts';
import { type Question, World } from './unprove-world.ts';

/** Each in a copy of its own: most of a run is waiting for one core. */
const worldsAtOnce = 2;

async function main(wanted: readonly string[]): Promise<number> {
  const chosen = mutations.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  const unknown = wanted.filter((id) => !mutations.some((mutation) => mutation.id === id));
  for (const id of unknown) console.log(`${id}: no mutation in tools/unprove-table.ts`);
  const worlds = Array.from({ length: worldsAtOnce }, () => new World());
  const waiting = [...Map.groupBy(chosen, ({ test }) => test.file).values()];
  let failures = unknown.length;
  const workIn = async (world: World): Promise<void> => {
    for (const { mutation, objection } of await tryAll(world, waiting)) {
      if (objection !== undefined) failures += 1;
      const verdict = objection ?? 'proved: its test fails when the rule is off';
      console.log(`${mutation.id} ${mutation.file}: ${verdict}`);
    }
  };
  try {
    await Promise.all(worlds.map(workIn));
  } finally {
    for (const world of worlds) world.close();
  }
  console.log(`${chosen.length} mutations tried, ${failures} prove nothing`);
  return failures === 0 ? 0 : 1;
}

/** What came of one mutation: why it proves nothing, or no objection. */
interface Tried {
  readonly mutation: Mutation;
  readonly objection: string | undefined;
}

/**
 * Takes the mutations of one test file after the other while some wait, and runs the same tests
 * once more when every rule is on again: in one round, for loading them took longer than they do.
 */
async function tryAll(world: World, waiting: (readonly Mutation[])[]): Promise<Tried[]> {
  const tried: Tried[] = [];
  const controls: Question[] = [];
  for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
    for (const mutation of group) {
      tried.push({ mutation, objection: await tryOne(world, mutation) });
    }
    const titles = [...new Set(group.map(({ test }) => test.title))];
    controls.push(...group.slice(0, 1).map(({ test }) => ({ file: test.file, titles })));
  }
  // A test that fails anyway would seem to prove everything. The others of its file are left out
  // here as they are above: a test that leans on one of them proves nothing.
  const healthy = await world.run(controls);
  return tried.map(({ mutation, objection }) => ({
    mutation,
    objection: illness(healthy, mutation) ?? objection,
  }));
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
async function tryOne(world: World, mutation: Mutation): Promise<string | undefined> {
  const { file, find, replace, test } = mutation;
  const path = join(world.folder, file);
  if (!existsSync(path)) return 'the file is not there';
  const text = readFileSync(path, 'utf8');
  const places = text.split(find).length - 1;
  if (places !== 1) return `the text to find occurs ${places} times, not once`;
  world.write(
    file,
    text.replace(find, () => replace),
  );
  try {
    const outcomes = await world.run([{ file: test.file, titles: [test.title] }]);
    const bearing = bearingOf(outcomes, test);
    if (bearing.some(({ state }) => state === 'failed')) return undefined;
    return bearing.length === 0
      ? 'the test could not be loaded without the rule'
      : 'the test stays green without the rule';
  } finally {
    world.write(file, text);
  }
}

process.exitCode = await main(process.argv.slice(2));

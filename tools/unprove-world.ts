/**
 * A copy of the tree and one vitest that stays alive in it: starting a test runner for each
 * mutation cost more than the tests themselves.
 *
 * Run as a program it is that vitest (its current folder is the copy); it answers each round of
 * questions it is sent. Every round runs in a thread of its own, so nothing of the last one is
 * remembered; the files of one round share what they load, as they do in the fast tests.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createVitest, type TestSpecification, type Vitest } from 'vitest/node';

import { outcomesOf, type TestOutcome } from './reporter.ts';

/** Which tests of one file are to be run. */
export interface Question {
  readonly file: string;
  readonly titles: readonly string[];
}

/** One round, and which files are not what they were when the last one was answered. */
interface Order {
  readonly questions: readonly Question[];
  readonly changed: readonly string[];
}

const copied = ['src', 'catalog', 'test', 'tools', 'bin', 'docs', 'conformance', 'web/src'];
const copiedFiles = ['package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts'];
const testMinutesMax = 15;

export class World {
  readonly folder: string;
  readonly #changed = new Set<string>();
  #child: ChildProcess | undefined;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'fubie-unprove-'));
    for (const name of [...copied, ...copiedFiles].filter((one) => existsSync(one))) {
      // A link would be copied as one, and a rule be turned off in what it points to.
      cpSync(name, join(this.folder, name), { recursive: true, dereference: true });
    }
    symlinkSync(resolve('node_modules'), join(this.folder, 'node_modules'));
  }

  /** Writes a file of the copy; the next tests see it. */
  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
    this.#changed.add(file);
  }

  /** No outcome at all where the runner was broken by what it ran, or never came back. */
  run(questions: readonly Question[]): Promise<readonly TestOutcome[]> {
    if (questions.length === 0) return Promise.resolve([]);
    const runner = join(this.folder, 'tools/unprove-world.ts');
    const child = this.#child ?? fork(runner, { cwd: this.folder, stdio: 'ignore' });
    this.#child = child;
    return new Promise((answered) => {
      const giveUp = (): void => {
        clearTimeout(late);
        this.#end();
        answered([]);
      };
      const late = setTimeout(giveUp, testMinutesMax * 60_000);
      child.once('exit', giveUp);
      child.once('message', (outcomes) => {
        clearTimeout(late);
        child.off('exit', giveUp);
        answered(outcomes as TestOutcome[]);
      });
      const order: Order = { questions, changed: [...this.#changed] };
      this.#changed.clear();
      child.send(order);
    });
  }

  close(): void {
    this.#end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #end(): void {
    this.#child?.removeAllListeners();
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

async function answer(vitest: Vitest, { questions, changed }: Order): Promise<TestOutcome[]> {
  for (const file of changed) vitest.invalidateFile(resolve(file));
  const found = await Promise.all(questions.map((question) => testsOf(vitest, question)));
  const { testModules } = await vitest.runTestSpecifications(found.flat());
  return testModules.flatMap(outcomesOf);
}

async function testsOf(vitest: Vitest, { file, titles }: Question): Promise<TestSpecification[]> {
  const words = titles.map((title) => title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const testNamePattern = new RegExp(words.join('|'));
  const wanted = await vitest.globTestSpecifications([file]);
  return wanted
    .filter(({ moduleId }) => moduleId === resolve(file))
    .map(({ project, moduleId }) => project.createSpecification(moduleId, { testNamePattern }));
}

if (import.meta.main) {
  const patience = { testTimeout: testMinutesMax * 60_000, hookTimeout: testMinutesMax * 60_000 };
  const alone = { watch: false, isolate: false, maxWorkers: 1, reporters: [], ...patience };
  const vitest = await createVitest('test', alone);
  process.once('disconnect', () => process.exit());
  process.on('message', (order) => {
    void answer(vitest, order as Order).then((outcomes) => process.send?.(outcomes));
  });
}

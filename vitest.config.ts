import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

import { LongestFirst } from './tools/longest-first.ts';

// For the processes and threads that tests start: they would strip and compile TypeScript anew.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('node_modules/.cache/fubie', import.meta.url),
);

// Kinds of tests, told apart by the file's name:
//   x.test.ts       pure or in one process; all of them run in `npm run check:fast`
//   x.slow.test.ts  need processes, a database or the whole demo; run in ./check
//   x.house.test.ts the same as guests of one house with one finished loan (test/standing.ts)
//   x.alone.test.ts  measure time; run in ./check when nothing else does
//   x.long.test.ts  drills and fuzzing of many minutes; run in ./check --long
//   x.e2e.test.ts   a browser before one house that all of them share (web/e2e/harness/stage.ts);
//                   x.long.e2e.test.ts the same, in ./check --long
const folders = ['src', 'test', 'tools', 'conformance', 'web/src', 'web/e2e'];
const named = (ending: string): string[] => folders.map((folder) => `${folder}/**/*${ending}`);
/**
 * What needs processes waits as much as it works: walks, houses and databases are mixed, three
 * files at a time on two cores. A group of its own, for other projects have other numbers.
 */
const withProcesses = { maxWorkers: 3, isolate: false, sequence: { groupOrder: 1 } };
const longInBrowser = ['web/e2e/**/*.long.e2e.test.ts'];

/**
 * Browser tests share a house and a browser. What measures or takes pictures comes one after the
 * other.
 */
function browserTests(
  name: string,
  files: { include: string[]; exclude?: string[] },
  pace: typeof withProcesses | { fileParallelism: false } = { fileParallelism: false },
) {
  return {
    extends: true as const,
    test: {
      name,
      ...files,
      globalSetup: ['test/prepared.ts', 'web/e2e/harness/stage.ts'],
      testTimeout: 300_000,
      hookTimeout: 300_000,
      ...pace,
    },
  };
}

export default defineConfig({
  test: {
    pool: 'threads',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: named('.test.ts'),
          exclude: ['slow', 'house', 'alone', 'long', 'e2e'].flatMap((kind) =>
            named(`.${kind}.test.ts`),
          ),
          // What is pure needs no module graph of its own: importing was a third of the time.
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          ...withProcesses,
          include: named('.slow.test.ts'),
          globalSetup: ['test/prepared.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'house',
          ...withProcesses,
          include: named('.house.test.ts'),
          globalSetup: ['test/prepared.ts', 'test/standing.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: named('.alone.test.ts'),
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
      browserTests(
        'e2e',
        { include: ['web/e2e/**/*.e2e.test.ts'], exclude: longInBrowser },
        withProcesses,
      ),
      browserTests('e2e-long', { include: longInBrowser }),
      // `npm run looks`: screenshots of every screen into var/looks.
      browserTests('looks', { include: ['web/e2e/**/*.looks.ts'] }),
      {
        extends: true,
        test: {
          name: 'long',
          include: named('.long.test.ts'),
          testTimeout: 80 * 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

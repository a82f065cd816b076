import { defineConfig } from 'vitest/config';

// Three kinds of tests, told apart by the file's name:
//   x.test.ts       pure or in one process; all of them run in `npm run check:fast`
//   x.slow.test.ts  need processes, a database or the whole demo; run in ./check
//   x.alone.test.ts  measure time; run in ./check when nothing else does
//   x.long.test.ts  drills and fuzzing of many minutes; run in ./check --long
const folders = ['src', 'test', 'tools', 'conformance'];
const named = (ending: string): string[] => folders.map((folder) => `${folder}/**/*${ending}`);

export default defineConfig({
  test: {
    pool: 'threads',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: named('.test.ts'),
          exclude: ['slow', 'alone', 'long'].flatMap((kind) => named(`.${kind}.test.ts`)),
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: named('.slow.test.ts'),
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

import { expect, test } from 'vitest';
import { fuzzVerdicts, kinds } from './run.fixture.ts';
import { openSamples } from './samples.fixture.ts';

const seed = 20_261_122;
const cpuMsMax = 30_000;

test(`files damaged by those who know them, ${cpuMsMax / 1000} s of CPU, seed ${seed}`, async () => {
  const samples = await openSamples();
  const begin = process.threadCpuUsage();
  const isOver = (): boolean => process.threadCpuUsage(begin).user / 1000 > cpuMsMax;
  const { findings, tried } = await fuzzVerdicts(samples, { seed, isOver });
  expect(findings).toEqual([]);
  // Each kind had its turn.
  for (const kind of kinds) expect([kind, (tried[kind] ?? 0) > 5]).toEqual([kind, true]);
}, 600_000);

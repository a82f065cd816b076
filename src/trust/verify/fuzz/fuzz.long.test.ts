import { expect, test } from 'vitest';
import { fuzzVerdicts } from './run.fixture.ts';
import { openSamples } from './samples.fixture.ts';

const msMax = 600_000;
const seed = 20_261_123;

test('ten minutes of files damaged by those who know them: none crashes, hangs or is better', async () => {
  process.stdout.write(`fuzz of verdicts: seed ${seed}\n`);
  const samples = await openSamples();
  const end = performance.now() + msMax;
  const isOver = (): boolean => performance.now() > end;
  const { findings, tried, verdicts } = await fuzzVerdicts(samples, { seed, isOver });
  process.stdout.write(`fuzz of verdicts: ${JSON.stringify({ tried, verdicts })}\n`);
  expect(findings).toEqual([]);
}, 1_200_000);

/** Node and Chromium print the same verdict, byte for byte, whatever they are handed. */
import { expect, test } from 'vitest';
import { differing, loanOf } from './harness/agreement.ts';
import { fromCorpus, fromLoan, noCorpus } from './harness/inputs.ts';
import { stageOf } from './harness/visitor.ts';

const seed = 20_261_122;
// Samples; five hundred are judged in ./check --long.
const ofLoan = 15;
const ofCorpus = 15;
const corpusBytesMax = 400_000;

test(`one loan and its damaged twins: the same JSON in Node and in the page, seed ${seed}`, async (context) => {
  const stage = stageOf(context);
  const inputs = fromLoan(await loanOf(stage), ofLoan, seed);
  expect(await differing(stage, inputs)).toEqual([]);
});

test('files of many makers and attackers: the same JSON in Node and in the page', async (context) => {
  const stage = stageOf(context);
  const inputs = fromCorpus(ofCorpus, corpusBytesMax);
  if (inputs === undefined) return context.skip(noCorpus);
  expect(await differing(stage, inputs)).toEqual([]);
});

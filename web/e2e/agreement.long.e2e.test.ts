/** Issue 6: five hundred inputs through Node and headless Chromium give byte-equal JSON. */
import { expect, test } from 'vitest';
import { differing, loanOf } from './harness/agreement.ts';
import { fromCorpus, fromLoan, noCorpus } from './harness/inputs.ts';
import { stageOf } from './harness/visitor.ts';

const seed = 20_261_123;
const inputsMin = 500;
const ofCorpus = 250;
const corpusBytesMax = 8_000_000;

test(`${inputsMin} inputs: the same JSON in Node and in the page, seed ${seed}`, {
  timeout: 30 * 60_000,
}, async (context) => {
  const stage = stageOf(context);
  const corpus = fromCorpus(ofCorpus, corpusBytesMax);
  if (corpus === undefined) return context.skip(noCorpus);
  const loan = fromLoan(await loanOf(stage), inputsMin - corpus.length, seed);
  const inputs = [...corpus, ...loan];
  expect(inputs.length).toBeGreaterThanOrEqual(inputsMin);
  expect(await differing(stage, inputs)).toEqual([]);
});

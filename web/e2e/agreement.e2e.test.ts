/** Node and Chromium print the same verdict, byte for byte, whatever they are handed. */
import { expect, test } from 'vitest';
import { differing } from './harness/agreement.ts';
import { fromCorpus, noCorpus } from './harness/inputs.ts';
import { stageOf } from './harness/visitor.ts';

// A sample; five hundred are judged in ./check --long. Twins of a loan are judge.e2e's: there the
// page is compared with the program itself.
const ofCorpus = 15;
const corpusBytesMax = 400_000;

test('files of many makers and attackers: the same JSON in Node and in the page', async (context) => {
  const stage = stageOf(context);
  const inputs = fromCorpus(ofCorpus, corpusBytesMax);
  if (inputs === undefined) return context.skip(noCorpus);
  expect(await differing(stage, inputs)).toEqual([]);
});

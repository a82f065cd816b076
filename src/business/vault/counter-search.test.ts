import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CounterSearch, counterGapMax } from './counter-search.ts';

/** Rows as they come about: upwards, with gaps smaller than the largest. */
function rowOf(gaps: readonly number[]): { taken: Set<number>; end: number } {
  const taken = new Set<number>();
  let next = 0;
  for (const gap of gaps) {
    taken.add(next + gap);
    next += gap + 1;
  }
  return { taken, end: next };
}

function searched(taken: { has(counter: number): boolean }, hint?: number) {
  const search = new CounterSearch(hint);
  let questions = 0;
  let looked = 0;
  while (search.end === undefined) {
    const asks = search.asks();
    questions += 1;
    looked += asks.reduce((sum, { count }) => sum + count, 0);
    expect(questions).toBeLessThan(20);
    search.learn(
      asks.map(({ from, count }) => Array.from({ length: count }, (_, at) => taken.has(from + at))),
    );
  }
  return { end: search.end, questions, looked };
}

const gaps = fc.array(fc.integer({ min: 0, max: counterGapMax - 1 }), { maxLength: 600 });

test('the end of a row is found from any hint, right or wrong', () => {
  fc.assert(
    fc.property(gaps, fc.integer({ min: 0, max: 900 }), (list, hint) => {
      const { taken, end } = rowOf(list);
      expect(searched(taken).end).toBe(end);
      expect(searched(taken, hint).end).toBe(end);
    }),
    { numRuns: 300, seed: 5 },
  );
});

test('a million cases with one surname need a handful of questions, with a hint one', () => {
  const million = { has: (counter: number) => counter < 1_000_000 };
  const { end, questions, looked } = searched(million);
  expect(end).toBe(1_000_000);
  expect(questions).toBeLessThanOrEqual(10);
  expect(looked).toBeLessThan(700);
  expect(searched(million, 999_999)).toMatchObject({ end: 1_000_000, questions: 1 });
});

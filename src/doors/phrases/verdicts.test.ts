import { expect, test } from 'vitest';
import { flawRules, noticeCodes } from '#trust/verify';
import { noticePhrases } from './verdict-notices.ts';
import { flawPhrases } from './verdicts.ts';

test('every flaw and notice has one Chinese and one English sentence, and no other has', () => {
  expect(Object.keys(flawPhrases).toSorted()).toEqual(Object.keys(flawRules).toSorted());
  expect(Object.keys(noticePhrases).toSorted()).toEqual(noticeCodes.toSorted());
  for (const { zh, en } of [...Object.values(flawPhrases), ...Object.values(noticePhrases)]) {
    expect(zh).toMatch(/^[^A-Za-z]*(PDF)?[^A-Za-z]*。$/u);
    expect(en).toMatch(/^[A-Z][ -~’]+\.$/);
  }
});

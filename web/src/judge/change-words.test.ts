/** The list of changes speaks the reader's language: no word of the verifier is left over. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nameOfChange } from './change-words.ts';
import { reasonWords, roleWords } from './words/changes.ts';

const folder = new URL('../../../src/formats/pdf/', import.meta.url);
const source = readdirSync(folder, { encoding: 'utf8', recursive: true })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n');

/** The last word of each call that explains why a change is permitted. */
const roles = [...source.matchAll(/\.(?:explain\w*|judged)\([^;]*?'([a-z][^']*)'\s*,?\s*\);/g)].map(
  ([, role = '']) => role,
);
const reasons = (/export type ChangeFlaw =([^;]*);/.exec(source)?.[1] ?? '').match(/\w+/g) ?? [];

describe('what was changed', () => {
  test('every permitted change of the verifier has its words', () => {
    expect(roles.length).toBeGreaterThan(20);
    expect(roles.filter((role) => roleWords[role] === undefined)).toEqual([]);
  });

  test('every reason of a forbidden one has its words', () => {
    expect(reasons.length).toBeGreaterThan(10);
    expect(reasons.filter((reason) => reasonWords[reason] === undefined)).toEqual([]);
  });

  test('a permitted change is a place and a thing; a forbidden one keeps the exact words too', () => {
    const page = { object: 'object 14', what: 'page', permitted: true };
    expect(nameOfChange(page, 'zh')).toEqual({ said: '对象 14：页面' });
    expect(nameOfChange(page, 'en')).toEqual({ said: 'object 14: page' });
    const id = {
      object: 'trailer',
      what: '/ID changed',
      permitted: false,
      because: 'trailer_changed',
    };
    expect(nameOfChange(id, 'zh')).toEqual({ said: '文件尾：文件尾被改动', exact: '/ID changed' });
  });
});

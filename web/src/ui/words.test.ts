/** Both languages are complete: whatever a page can say, it says in Chinese and in English. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Words } from './language.tsx';

const pages = join(import.meta.dirname, '..');
const han = /\p{Script=Han}/u;
/** The name of a language is written in that language. */
const ownName = '中文';

const files = readdirSync(pages, { recursive: true, encoding: 'utf8' }).filter(
  (path) => /(?:^|\/)(?:words|phrases)(?:\/[\w-]+)?\.ts$/.test(path) && !path.endsWith('.test.ts'),
);

describe('both languages', () => {
  test('there are tables of words in each page', () => {
    for (const page of ['signer', 'judge', 'operator', 'start']) {
      expect(
        files.filter((path) => path.startsWith(page)),
        page,
      ).not.toEqual([]);
    }
  });

  test.each(files)('%s', async (path) => {
    const tables: unknown = await import(join(pages, path));
    const all = pairsIn(tables, path);
    expect(all.length).toBeGreaterThan(0);
    for (const { at, words } of all) {
      expect(words.zh.trim(), `${at} zh`).not.toBe('');
      expect(words.en.trim(), `${at} en`).not.toBe('');
      if (words.en !== ownName) expect(words.en, `${at} en`).not.toMatch(han);
      // What is filled in on one side is filled in on the other.
      expect(valuesIn(words.en), at).toEqual(valuesIn(words.zh));
    }
  });
});

interface Pair {
  readonly at: string;
  readonly words: Words;
}

/** Every `{ zh, en }` of a module, however deep it stands. */
function pairsIn(found: unknown, at: string): readonly Pair[] {
  if (typeof found !== 'object' || found === null) return [];
  if ('zh' in found || 'en' in found) {
    const { zh, en } = found as Partial<Words>;
    return [{ at, words: { zh: zh ?? '', en: en ?? '' } }];
  }
  return Object.entries(found).flatMap(([name, inside]) => pairsIn(inside, `${at} ${name}`));
}

function valuesIn(sentence: string): readonly string[] {
  return [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted();
}

/**
 * Writes the documents that are drawn from the code, or with --check compares them with the disk.
 *
 * `npm run docs` writes; ./check compares. Both work on a dirty tree: what counts is the text on
 * the disk, not what git has seen.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { errorsPage } from './docs/errors.ts';
import { glossaryIndex } from './docs/glossary-index.ts';
import { lawTable } from './docs/law-table.ts';
import { openApiPage } from './docs/openapi.ts';
import { pagePhrases } from './docs/page-phrases.ts';
import { requirementsPage } from './docs/requirements.ts';
import { readTree } from './tree.ts';

function main(words: readonly string[]): number {
  const isCheck = words.includes('--check');
  const tree = readTree('.');
  const pages: Readonly<Record<string, string>> = {
    'docs/requirements.md': requirementsPage(tree),
    'docs/errors.md': errorsPage(tree),
    'docs/api/openapi.json': openApiPage(),
    'web/src/phrases/house.ts': pagePhrases(),
    'ARCHITECTURE.md': between('ARCHITECTURE.md', 'law', lawTable(tree)),
    'GLOSSARY.md': between('GLOSSARY.md', 'faces', glossaryIndex(tree)),
  };
  const stale = Object.entries(pages).filter(([path, text]) => current(path) !== text);
  for (const [path, text] of stale) {
    console.log(`${path}: ${isCheck ? 'is not fresh; run npm run docs' : 'written'}`);
    if (isCheck) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  if (stale.length === 0) console.log('all generated documents are fresh');
  return isCheck && stale.length > 0 ? 1 : 0;
}

/** The file's text with the part between `<!-- name -->` and `<!-- /name -->` written anew. */
function between(path: string, name: string, part: string): string {
  const text = current(path);
  const start = `<!-- ${name} -->`;
  const end = `<!-- /${name} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has no place ${start} … ${end}`);
  return `${text.slice(0, from + start.length)}\n\n${part}\n${text.slice(to)}`;
}

function current(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

process.exitCode = main(process.argv.slice(2));

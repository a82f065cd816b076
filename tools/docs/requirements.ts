/**
 * docs/requirements.md: sentence → test, and whether the test was shown to prove it.
 *
 * An id is proved only if a test bears its name and a mutation of tools/unprove-table.ts makes that
 * test fail; ./check runs every mutation. A test without a mutation is a claim.
 */
import { readFileSync } from 'node:fs';

import ts from 'typescript';

import { idsOf } from '../check-steps.ts';
import { readTree, type SourceFile, type Tree, visit } from '../tree.ts';
import { mutations } from '../unprove-table.ts';

interface Requirement {
  readonly id: string;
  readonly group: string;
  readonly sentence: string;
}

interface Bearer {
  readonly file: string;
  readonly title: string;
}

type Standing = 'proved' | 'claimed' | 'open';

const groups: Readonly<Record<string, string>> = {
  ARC: 'archive',
  AV: 'recording',
  CAT: 'catalog',
  EVI: 'evidence',
  INS: 'insurance',
  INT: 'integration',
  JUD: 'judicial',
  KYC: 'identity',
  LND: 'lending',
  MSG: 'notification',
  NFR: 'running it',
  NTC: 'notices and consent',
  ORG: 'organisations',
  PKI: 'keys and signatures',
  REG: 'regulation',
  SGN: 'signing',
  WLT: 'wealth',
};

export function requirementsPage(tree: Tree): string {
  const requirements = readRequirements();
  const bearers = bearersIn(tree);
  const rows = requirements.map((one) => ({ ...one, ...standingOf(one.id, bearers) }));
  const count = (standing: Standing) => rows.filter((row) => row.standing === standing).length;
  return [
    '# Requirements',
    '',
    'Written by `npm run docs` from `docs/requirements.json`, the titles of the tests and',
    '`tools/unprove-table.ts`; do not edit. **proved**: a test bears the id and fails when the rule',
    'is turned off (`./check` tries it every time). **claimed**: a test bears the id, nobody has',
    'turned the rule off yet. Everything else is open.',
    '',
    `${requirements.length} requirements: ${count('proved')} proved, ${count('claimed')} claimed, ${count('open')} open.`,
    '',
    ...section('Proved', rows, 'proved'),
    ...section('Claimed', rows, 'claimed'),
    ...section('Open', rows, 'open'),
  ].join('\n');
}

/** Ids that a test's title or a mutation names although no requirement has them. */
export function unknownIds(tree: Tree): string[] {
  const known = new Set(readRequirements().map(({ id }) => id));
  const named = [...bearersIn(tree).keys(), ...mutations.map(({ id }) => id)];
  return [...new Set(named)].filter((id) => !known.has(id) && !id.startsWith('X-'));
}

function section(
  heading: string,
  rows: readonly (Requirement & { standing: Standing; tests: readonly Bearer[] })[],
  standing: Standing,
): string[] {
  const chosen = rows.filter((row) => row.standing === standing);
  if (chosen.length === 0) return [];
  const isOpen = standing === 'open';
  const head = isOpen ? ['| id | group | sentence |', '| --- | --- | --- |'] : testHead;
  const lines = chosen.map(({ id, group, sentence, tests }) => {
    const start = `| ${id} | ${groups[group] ?? group} | ${cell(sentence)} |`;
    if (isOpen) return start;
    const named = tests.map(({ file, title }) => `\`${file}\` ${cell(title)}`);
    return `${start} ${named.join('<br>')} |`;
  });
  return [`## ${heading}`, '', ...head, ...lines, ''];
}

const testHead = ['| id | group | sentence | test |', '| --- | --- | --- | --- |'];

function standingOf(
  id: string,
  bearers: ReadonlyMap<string, readonly Bearer[]>,
): { standing: Standing; tests: readonly Bearer[] } {
  const tests = bearers.get(id) ?? [];
  if (tests.length === 0) return { standing: 'open', tests };
  const isTried = mutations.some((mutation) => mutation.id === id && bears(mutation.test, tests));
  return { standing: isTried ? 'proved' : 'claimed', tests };
}

function bears(test: { file: string; title: string }, tests: readonly Bearer[]): boolean {
  return tests.some(({ file, title }) => file === test.file && title.includes(test.title));
}

function bearersIn(tree: Tree): Map<string, Bearer[]> {
  const found = new Map<string, Bearer[]>();
  const { sources: ofPages } = readTree(tree.root, ['web/src', 'web/e2e']);
  const sources = [...tree.sources, ...ofPages];
  for (const file of sources.filter(({ path }) => path.endsWith('.test.ts'))) {
    for (const title of titlesOf(file)) {
      for (const id of idsOf(title)) {
        found.set(id, [...(found.get(id) ?? []), { file: file.path, title }]);
      }
    }
  }
  return found;
}

function titlesOf(file: SourceFile): string[] {
  const titles: string[] = [];
  visit(file.ast, (node) => {
    if (!ts.isCallExpression(node)) return;
    const title = node.arguments[0];
    const isTest = /^(?:test|it)\b/.test(node.expression.getText());
    if (isTest && title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text);
  });
  return titles;
}

function readRequirements(): Requirement[] {
  return JSON.parse(readFileSync('docs/requirements.json', 'utf8')) as Requirement[];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

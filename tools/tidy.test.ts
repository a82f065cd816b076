import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';

import { describe, expect, test } from 'vitest';
import { unknownIds } from './docs/requirements.ts';
import { type Exception, exceptions } from './exceptions.ts';
import { circles, faces, law, orphans, permissions, pure, storeys } from './tidy/arrows.ts';
import { faults } from './tidy/faults.ts';
import { glossary } from './tidy/glossary.ts';
import { leaksIn } from './tidy/leaks.ts';
import type { Finding, Rule } from './tidy/rule.ts';
import { skips } from './tidy/skips.ts';
import { rootFindings, shortFaces, walls } from './tidy/walls.ts';
import { ambient, comments, names, quiet, units } from './tidy/words.ts';
import { readTree, walk } from './tree.ts';

const root = '.';
const textBytesMax = 300_000;
const tree = readTree(root);
const findingsByRule = new Map<string, readonly Finding[]>();
const rules: readonly Rule[] = [
  law,
  storeys,
  faces,
  circles,
  permissions,
  orphans,
  pure,
  walls,
  shortFaces,
  ambient,
  names,
  units,
  comments,
  quiet,
  faults,
  skips,
  glossary,
];

describe('the tree is tidy', () => {
  test.each(rules)('$name', (rule) => {
    expect(printed(withoutExceptions(rule.name, found(rule)))).toEqual([]);
  });

  test('root', () => {
    const ignored = new Set(readFileSync('.gitignore', 'utf8').split(/\/?\n/));
    const entries = readdirSync(root).filter((name) => name !== '.git' && !ignored.has(name));
    expect(printed(rootFindings(entries))).toEqual([]);
  });

  test('the ids in titles and mutations are those of docs/requirements.json', () => {
    expect(unknownIds(tree)).toEqual([]);
  });

  test('leak', () => {
    const leaks = walk(root, '')
      .filter((path) => /\.(ts|md|json|typ|sql|sh|html|yml|txt|pem)$|^[^.]+$/.test(path))
      .filter((path) => path !== 'package-lock.json' && statSync(path).size <= textBytesMax)
      .flatMap((path) => leaksIn(path, readFileSync(path, 'utf8')));
    expect(printed(withoutExceptions('leak', leaks))).toEqual([]);
  });
});

describe('the list of exceptions', () => {
  test('names rules and files that exist, and no file that no longer needs one', () => {
    const idle = exceptions
      .filter(({ rule }) => rule !== 'leak')
      .filter(({ rule: name, file }) => {
        const rule = rules.find((one) => one.name === name);
        return rule === undefined || !found(rule).some((one) => one.file === file);
      });
    expect(idle).toEqual([]);
  });

  test('only shrinks: a line that main does not have names its decision record', () => {
    const before = exceptionsOnMain();
    if (before === undefined) return;
    const fresh = exceptions.filter(({ rule, file }) => !before.has(`${rule} ${file}`));
    expect(fresh.filter((one) => !isDecided(one))).toEqual([]);
  });
});

function found(rule: Rule): readonly Finding[] {
  const findings = findingsByRule.get(rule.name) ?? rule.find(tree);
  findingsByRule.set(rule.name, findings);
  return findings;
}

function withoutExceptions(rule: string, findings: readonly Finding[]): Finding[] {
  const allowed = new Set(exceptions.filter((one) => one.rule === rule).map(({ file }) => file));
  return findings.filter(({ file }) => !allowed.has(file));
}

function printed(findings: readonly Finding[]): string[] {
  return findings.map(({ file, line, message }) => `${file}:${line} ${message}`);
}

function isDecided({ decision }: Exception): boolean {
  if (decision === undefined) return false;
  return readdirSync('docs/decisions').some((name) => name.startsWith(`${decision}-`));
}

/** `rule file` of each line on main, or undefined where there is no main to compare with. */
function exceptionsOnMain(): ReadonlySet<string> | undefined {
  try {
    const text = execFileSync('git', ['show', 'main:tools/exceptions.ts'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const lines = [...text.matchAll(/rule: '([^']+)',\s*file: '([^']+)'/g)];
    return new Set(lines.map((match) => `${match[1]} ${match[2]}`));
  } catch {
    return undefined;
  }
}

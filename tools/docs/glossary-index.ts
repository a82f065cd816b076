/**
 * The second half of GLOSSARY.md: every type on a room's face, with the first sentence of its
 * comment. A type without a comment gets no line here and needs one by hand above.
 */
import ts from 'typescript';

import { faceTypes } from '../tidy/glossary.ts';
import type { SourceFile, Tree } from '../tree.ts';

export function glossaryIndex(tree: Tree): string {
  const sentences = sentencesByName(tree);
  const lines = faceTypes(tree)
    .toSorted((a, b) => compare(a.name, b.name) || compare(a.room, b.room))
    .flatMap(({ name, room }) => {
      const sentence = sentences.get(`${room} ${name}`);
      return sentence === undefined ? [] : [`| \`${name}\` | ${room} | ${sentence} |`];
    });
  return ['| name | room | meaning |', '| --- | --- | --- |', ...new Set(lines), ''].join('\n');
}

function sentencesByName(tree: Tree): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of tree.sources.filter(({ isTest }) => !isTest)) {
    for (const statement of file.ast.statements) {
      const declares =
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement) ||
        ts.isClassDeclaration(statement);
      if (!declares || statement.name === undefined) continue;
      const name = statement.name.text;
      const sentence = sentenceOf(file, { statement, name });
      if (sentence !== '') found.set(`${file.room} ${name}`, sentence);
    }
  }
  return found;
}

/** The declaration's own comment, or the file's head where the file is about the type. */
function sentenceOf(file: SourceFile, declared: { statement: ts.Statement; name: string }): string {
  const { statement, name } = declared;
  const comments = ts.getLeadingCommentRanges(file.text, statement.getFullStart()) ?? [];
  const own = comments.at(-1);
  const isNamedAfter =
    ts.isClassDeclaration(statement) || slug(name) === slug(file.path.split('/').at(-1) ?? '');
  const head = isNamedAfter ? ts.getLeadingCommentRanges(file.text, 0)?.[0] : undefined;
  const range = own ?? head;
  return range === undefined ? '' : firstSentence(file.text.slice(range.pos, range.end));
}

function slug(text: string): string {
  return text.replace(/\.ts$/, '').replaceAll('-', '').toLowerCase();
}

function firstSentence(comment: string): string {
  const words = comment
    .replaceAll(/^\/\*\*?|\*\/$/g, '')
    .replaceAll(/^\s*(?:\*|\/\/)\s?/gm, '')
    .split(/\n\s*\n/)[0];
  const text = (words ?? '').replaceAll(/\s+/g, ' ').trim();
  const sentence = /^.*?[.](?= [A-Z]|$)/.exec(text)?.[0] ?? text;
  return sentence.replaceAll('|', '\\|');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

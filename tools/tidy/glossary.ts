/**
 * Every type that a room shows on its face stands in GLOSSARY.md: one word, one meaning. A family
 * of names, `…Parts` or `Postgres…`, stands there once.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import { lineOf, type SourceFile, type Tree } from '../tree.ts';
import type { Finding, Rule } from './rule.ts';

export interface FaceName {
  readonly name: string;
  readonly room: string;
  readonly file: string;
  readonly line: number;
}

export const glossary: Rule = {
  name: 'glossary',
  find(tree) {
    const text = readGlossary(tree.root);
    const words = new Set(text.match(/[A-Za-z][A-Za-z0-9]*/g));
    const endings = [...text.matchAll(/`…([A-Z][A-Za-z]+)`/g)].map((match) => match[1] ?? '');
    const starts = [...text.matchAll(/`([A-Z][A-Za-z]+)…`/g)].map((match) => match[1] ?? '');
    return faceTypes(tree)
      .filter(({ name }) => !words.has(name))
      .filter(({ name }) => !endings.some((ending) => name.endsWith(ending)))
      .filter(({ name }) => !starts.some((start) => name.startsWith(start)))
      .map(({ name, file, line }): Finding => {
        return { file, line, message: `${name} is not in GLOSSARY.md (npm run docs lists it)` };
      });
  },
};

/** The types and classes on the faces of all rooms. */
export function faceTypes(tree: Tree): FaceName[] {
  return tree.sources.filter((file) => file.isFace).flatMap(typesOf);
}

function typesOf(file: SourceFile): FaceName[] {
  return file.ast.statements.flatMap((statement) => {
    const here = (name: string) => ({
      name,
      room: file.room ?? '',
      file: file.path,
      line: lineOf(file, statement.getStart()),
    });
    const declares =
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isClassDeclaration(statement);
    if (declares) return isExported(statement) ? [here(statement.name?.text ?? '')] : [];
    if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) return [];
    if (!ts.isNamedExports(statement.exportClause)) return [];
    // A capital letter tells types and classes from functions and constants, as everywhere here.
    return statement.exportClause.elements
      .filter((one) => statement.isTypeOnly || one.isTypeOnly || /^[A-Z]/.test(one.name.text))
      .map((one) => here(one.name.text));
  });
}

function isExported(statement: ts.HasModifiers): boolean {
  return statement.modifiers?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function readGlossary(root: string): string {
  return readFileSync(join(root, 'GLOSSARY.md'), 'utf8');
}

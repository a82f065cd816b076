/**
 * Every code that is thrown stands in a list, and every listed code is used: the lists are what the
 * doors translate and what docs/errors.md prints.
 */
import ts from 'typescript';

import { lineOf, type SourceFile, type Tree, visit } from '../tree.ts';
import type { Rule } from './rule.ts';

export interface FaultCode {
  readonly code: string;
  readonly room: string;
  readonly file: string;
  readonly line: number;
}

const codePattern = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/;

export const faults: Rule = {
  name: 'fault',
  find(tree) {
    const listed = listedCodes(tree);
    const thrown = thrownCodes(tree);
    // base has no lists: what its own rooms throw is known to all.
    const ofBase = thrown.filter(({ room }) => room.startsWith('base/'));
    const known = new Set([...listed, ...ofBase].map(({ code }) => code));
    const used = usedTexts(tree);
    const unlisted = thrown.filter(({ code }) => !known.has(code));
    const idle = listed.filter(({ code }) => !used.has(code));
    return [
      ...unlisted.map(({ file, line, code }) => {
        return { file, line, message: `${code} is thrown but stands in no list of faults` };
      }),
      ...idle.map(({ file, line, code }) => {
        return { file, line, message: `${code} is listed but nobody says it` };
      }),
    ];
  },
};

/** The codes in the arrays named `<room>Faults`. */
export function listedCodes(tree: Tree): FaultCode[] {
  return ours(tree).flatMap((file) => {
    const found: FaultCode[] = [];
    visit(file.ast, (node) => {
      if (!isFaultList(node)) return;
      visit(node, (inner) => {
        if (!ts.isStringLiteral(inner) || !codePattern.test(inner.text)) return;
        found.push(codeAt(file, inner));
      });
    });
    return found;
  });
}

/** The codes in `new Fault('…')`. */
export function thrownCodes(tree: Tree): FaultCode[] {
  return ours(tree).flatMap((file) => {
    const found: FaultCode[] = [];
    visit(file.ast, (node) => {
      if (!ts.isNewExpression(node) || !isNamed(node.expression, 'Fault')) return;
      const code = node.arguments?.[0];
      if (code === undefined) return;
      visit(code, (inner) => {
        if (ts.isStringLiteral(inner) && codePattern.test(inner.text))
          found.push(codeAt(file, inner));
      });
    });
    return found;
  });
}

/** All texts in the code but those of the lists: a code may also be said through a function. */
function usedTexts(tree: Tree): Set<string> {
  const used = new Set<string>();
  for (const file of ours(tree)) {
    visit(file.ast, (node) => {
      if (ts.isStringLiteralLike(node) && codePattern.test(node.text) && !isInList(node)) {
        used.add(node.text);
      }
    });
  }
  return used;
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

function isFaultList(node: ts.Node): boolean {
  if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return false;
  return node.name.text.endsWith('Faults');
}

function isInList(node: ts.Node): boolean {
  for (let at: ts.Node = node; at.parent !== undefined; at = at.parent) {
    if (ts.isVariableDeclaration(at)) return isFaultList(at);
  }
  return false;
}

function ours(tree: Tree): SourceFile[] {
  return tree.sources.filter(({ path, isTest }) => path.startsWith('src/') && !isTest);
}

function codeAt(file: SourceFile, node: ts.StringLiteral): FaultCode {
  const line = lineOf(file, node.getStart());
  return { code: node.text, room: file.room ?? 'main', file: file.path, line };
}

/**
 * Rules about size: what no longer fits a screen is no longer read.
 */
import ts from 'typescript';

import { lineOf, type SourceFile, visit } from '../tree.ts';
import type { Finding, Rule } from './rule.ts';

export const fileLinesMax = 400;
export const faceLinesMax = 60;
export const functionLinesMax = 60;
export const columnsMax = 100;
export const parametersMax = 3;
export const rootEntriesMax = 28;

const longText = /'[^']{50,}'|"[^"]{50,}"|`[^`]{50,}`|https?:\/\//;

export const walls: Rule = {
  name: 'wall',
  find: (tree) => tree.sources.flatMap((file) => [...fileWalls(file), ...functionWalls(file)]),
};

/** A face names what a room offers: one screen, every name written out. */
export const shortFaces: Rule = {
  name: 'short face',
  find: (tree) => tree.sources.filter((file) => file.isFace).flatMap(faceWalls),
};

export function rootFindings(entries: readonly string[]): Finding[] {
  if (entries.length <= rootEntriesMax) return [];
  const message = `${entries.length} entries at the root, at most ${rootEntriesMax}`;
  return [{ file: '.', line: 1, message }];
}

function fileWalls(file: SourceFile): Finding[] {
  const lines = file.text.split('\n');
  const count = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  const tooLong = lines.flatMap((text, at): Finding[] => {
    const width = text.length;
    // A long sentence or vector in quotes is text, not code: breaking it would only hurt it.
    if (width <= columnsMax || longText.test(text)) return [];
    return [{ file: file.path, line: at + 1, message: `${width} columns, at most ${columnsMax}` }];
  });
  const message = `${count} lines, at most ${fileLinesMax}: one noun per file`;
  return count <= fileLinesMax ? tooLong : [{ file: file.path, line: 1, message }, ...tooLong];
}

function functionWalls(file: SourceFile): Finding[] {
  const found: Finding[] = [];
  visit(file.ast, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
    const line = lineOf(file, node.getStart());
    const length = lineOf(file, node.getEnd()) - line + 1;
    const name = node.name?.getText() ?? 'a function';
    // A `describe` block is a chapter of a test, not a function that someone must hold in mind.
    if (length > functionLinesMax && !isChapter(node)) {
      const message = `${name} has ${length} lines, at most ${functionLinesMax}`;
      found.push({ file: file.path, line, message });
    }
    if (node.parameters.length > parametersMax) {
      const message = `${name} takes ${node.parameters.length} parameters; hand over an object`;
      found.push({ file: file.path, line, message });
    }
  });
  return found;
}

function isChapter(node: ts.Node): boolean {
  const call = node.parent;
  return ts.isCallExpression(call) && /^describe\b/.test(call.expression.getText());
}

/** Most faces re-export; a small room may be its own face and is then an ordinary file. */
function faceWalls(file: SourceFile): Finding[] {
  const found: Finding[] = [];
  const reExports = file.ast.statements.filter((statement) => ts.isExportDeclaration(statement));
  for (const statement of reExports) {
    if (statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause)) continue;
    const line = lineOf(file, statement.getStart());
    found.push({ file: file.path, line, message: 'export *: a face names what it offers' });
  }
  const lines = file.text.split('\n').length - 1;
  if (reExports.length > 0 && lines > faceLinesMax) {
    const message = `a face of ${lines} lines, at most ${faceLinesMax}`;
    found.push({ file: file.path, line: 1, message });
  }
  return found;
}

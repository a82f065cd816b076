/**
 * The source tree as tidy and docs see it: files, rooms, and who imports whom.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import ts from 'typescript';

export interface Import {
  readonly specifier: string;
  /** The file it means, relative to the root, if it is a file of ours. */
  readonly target: string | undefined;
  /** A program started from its address, not a module: it needs the file but shares nothing. */
  readonly isStarted: boolean;
  readonly line: number;
}

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** `floor/name` for files of a room, `main` for the composition root, undefined outside src. */
  readonly room: string | undefined;
  readonly isTest: boolean;
  readonly isFace: boolean;
  readonly ast: ts.SourceFile;
  readonly imports: readonly Import[];
}

export interface Tree {
  readonly root: string;
  readonly sources: readonly SourceFile[];
  readonly byPath: ReadonlyMap<string, SourceFile>;
  /** Rooms that have a face. */
  readonly rooms: ReadonlySet<string>;
}

export const sourceFolders = ['src', 'test', 'tools', 'conformance', 'bench'];
const nodesByRoot = new WeakMap<ts.Node, ts.Node[]>();
const ignoredFolders = new Set(['node_modules', '.git', 'var', 'out', 'dist', 'coverage']);
const composition = /^src\/(main\.ts|core\.ts|main\/|config\.ts)/;

export function readTree(root: string, folders: readonly string[] = sourceFolders): Tree {
  const paths = folders.flatMap((folder) => walk(root, folder)).filter((at) => at.endsWith('.ts'));
  return treeOf(root, new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])));
}

/** A tree from texts alone, so that a test can show what each rule refuses. */
export function treeOf(root: string, texts: ReadonlyMap<string, string>): Tree {
  const faces = [...texts.keys()].filter((path) => /^src\/.*\/index\.ts$/.test(path));
  const rooms = new Set(
    faces.map((path) => dirname(path).slice('src/'.length)).filter((at) => !composition.test(at)),
  );
  const sources = [...texts].map(([path, text]) => sourceOf({ path, text }, rooms, texts));
  return { root, sources, byPath: new Map(sources.map((file) => [file.path, file])), rooms };
}

/** Every file below `folder`, relative to the root. */
export function walk(root: string, folder: string): string[] {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => !ignoredFolders.has(entry.name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? walk(root, path) : [path];
    });
}

export function lineOf(file: { ast: ts.SourceFile }, at: number): number {
  return file.ast.getLineAndCharacterOfPosition(at).line + 1;
}

/** Walks every node below `node`, parents first. A file's nodes are listed once for all rules. */
export function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  const nodes = nodesByRoot.get(node) ?? nodesBelow(node);
  if (ts.isSourceFile(node)) nodesByRoot.set(node, nodes);
  nodes.forEach(look);
}

function nodesBelow(root: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [];
  const enter = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, enter);
  };
  enter(root);
  return nodes;
}

function sourceOf(
  { path, text }: { path: string; text: string },
  rooms: ReadonlySet<string>,
  texts: ReadonlyMap<string, string>,
): SourceFile {
  const ast = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const file = { path, text, ast, room: roomOf(path, rooms) };
  return {
    ...file,
    isTest: /\.(?:test|fixture)\.ts$/.test(path) || !path.startsWith('src/'),
    isFace: file.room !== undefined && path === `src/${file.room}/index.ts`,
    imports: importsOf(file, texts),
  };
}

function roomOf(path: string, rooms: ReadonlySet<string>): string | undefined {
  if (!path.startsWith('src/')) return undefined;
  if (composition.test(path)) return 'main';
  const steps = dirname(path).split('/').slice(1);
  // The outermost folder with a face is the room; folders inside it are its own business.
  for (let length = 2; length <= steps.length; length += 1) {
    const room = steps.slice(0, length).join('/');
    if (rooms.has(room)) return room;
  }
  return steps.slice(0, 2).join('/');
}

function importsOf(
  file: { path: string; ast: ts.SourceFile },
  texts: ReadonlyMap<string, string>,
): Import[] {
  const found: Import[] = [];
  visit(file.ast, (node) => {
    const named = moduleNameIn(node);
    if (named === undefined) return;
    const target = targetOf(file.path, named.text);
    const known = target !== undefined && texts.has(target) ? target : undefined;
    const isStarted = ts.isNewExpression(node);
    const line = lineOf(file, named.getStart());
    found.push({ specifier: named.text, target: known, isStarted, line });
  });
  return found;
}

function moduleNameIn(node: ts.Node): ts.StringLiteral | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    const name = node.moduleSpecifier;
    return name !== undefined && ts.isStringLiteral(name) ? name : undefined;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return ts.isStringLiteral(node.argument.literal) ? node.argument.literal : undefined;
  }
  const first =
    ts.isCallExpression(node) || ts.isNewExpression(node) ? node.arguments?.[0] : undefined;
  if (first === undefined || !ts.isStringLiteral(first)) return undefined;
  const isImport =
    ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const isUrl = ts.isNewExpression(node) && node.expression.getText() === 'URL';
  return isImport || (isUrl && first.text.endsWith('.ts')) ? first : undefined;
}

function targetOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}/index.ts`;
  if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier));
  return undefined;
}

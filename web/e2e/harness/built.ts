/** The built pages as a reader of their files sees them: what a page loads, how large, how old its syntax. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseAst } from 'vite';

export const dist = join(import.meta.dirname, '../../dist');
export const coreFile = join(import.meta.dirname, '../../../dist/core.mjs');

const staticImport = /(?:\bfrom|\bimport)\s*["'`]\.\/([\w.-]+)["'`]/g;

/** Scripts and styles that a page's HTML names, and what these import before they run. */
export function firstFiles(page: string): readonly string[] {
  const html = readFileSync(join(dist, page), 'utf8');
  const found = new Set(
    [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => path ?? ''),
  );
  for (const path of found) {
    if (!path.endsWith('.js')) continue;
    for (const [, name] of textOf(path).matchAll(staticImport)) found.add(`assets/${name}`);
  }
  return [page, ...found];
}

/** Everything a page can come to load: its first files and whatever these name. */
export function allFiles(page: string): readonly string[] {
  const names = readdirSync(join(dist, 'assets'));
  const found = new Set(firstFiles(page));
  for (const path of found) {
    const text = textOf(path);
    for (const name of names) if (text.includes(name)) found.add(`assets/${name}`);
  }
  return [...found];
}

export function gzipBytes(paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0);
}

export function scripts(): readonly string[] {
  return readdirSync(join(dist, 'assets'))
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(dist, 'assets', name));
}

/** What a module imports before it runs. */
export function importsOf(text: string): readonly string[] {
  return parseAst(text).body.flatMap((one) =>
    'source' in one && one.source !== null ? [one.source.value] : [],
  );
}

/** What Chromium 87 cannot read, named, with its place; methods are another question. */
export function newerSyntax(text: string): readonly string[] {
  const found: string[] = [];
  walk(parseAst(text), found, false);
  return found;
}

function walk(node: unknown, found: string[], isInside: boolean): void {
  if (Array.isArray(node)) {
    for (const one of node) walk(one, found, isInside);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const told = node as Readonly<Record<string, unknown>>;
  const name = newer(told, isInside);
  if (name !== undefined) found.push(`${name} at ${String(told['start'])}`);
  const inside = isInside || /Function|Method|PropertyDefinition/.test(String(told['type']));
  for (const [key, value] of Object.entries(told)) if (key !== 'parent') walk(value, found, inside);
}

/** Chromium: static blocks 94, `#x in` 91, top-level await 89, the flags d 90 and v 112. */
function newer(node: Readonly<Record<string, unknown>>, isInside: boolean): string | undefined {
  switch (node['type']) {
    case 'StaticBlock':
      return 'a static block';
    case 'BinaryExpression':
      return typeOf(node['left']) === 'PrivateIdentifier' ? 'a private name in' : undefined;
    case 'AwaitExpression':
      return isInside ? undefined : 'await at the top';
    case 'Literal': {
      const flags = (node['regex'] as { flags?: string } | undefined)?.flags ?? '';
      return /[dv]/.test(flags) ? `a regular expression with ${flags}` : undefined;
    }
    case 'VariableDeclaration':
      return String(node['kind']).includes('using') ? 'using' : undefined;
    case 'ImportAttribute':
      return 'an import attribute';
    default:
      return undefined;
  }
}

function typeOf(node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'type' in node ? node.type : undefined;
}

function textOf(path: string): string {
  return readFileSync(join(dist, path), 'utf8');
}

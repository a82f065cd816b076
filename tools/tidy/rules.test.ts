import { expect, test } from 'vitest';

import { treeOf } from '../tree.ts';
import { circles, faces, law, orphans, permissions, pure, storeys } from './arrows.ts';
import { faults } from './faults.ts';
import { leaksIn } from './leaks.ts';
import type { Rule } from './rule.ts';
import { skips } from './skips.ts';
import { rootEntriesMax, rootFindings, shortFaces, walls } from './walls.ts';
import { ambient, comments, names, quiet, units } from './words.ts';

const head = '/** What it is. */\n';

function finds(rule: Rule, texts: Readonly<Record<string, string>>): string[] {
  return rule.find(treeOf('.', new Map(Object.entries(texts)))).map(({ message }) => message);
}

const face = { 'src/base/fault/index.ts': `${head}export class Fault {}\n` };

test('the law refuses a room that looks up, and the verifier that looks aside', () => {
  const arrow = (from: string, to: string) =>
    finds(law, {
      [`src/${from}/index.ts`]: `import { x } from '#${to}';\n`,
      [`src/${to}/index.ts`]: 'export const x = 1;\n',
    });
  expect(arrow('formats/der', 'base/fault')).toEqual([]);
  expect(arrow('main', 'adapters/wire')).toEqual([]);
  expect(arrow('formats/der', 'trust/ca')).toHaveLength(1);
  expect(arrow('business/vault', 'adapters/postgres')).toHaveLength(1);
  expect(arrow('doors/http', 'adapters/postgres')).toHaveLength(1);
  expect(arrow('trust/verify', 'formats/der')).toEqual([]);
  expect(arrow('trust/verify', 'trust/evidence')).toHaveLength(1);
  expect(arrow('business/vault', 'business/somewhere')).toHaveLength(1);
});

test('inside the composition root arrows go down from storey to storey', () => {
  const arrow = (from: string, to: string) =>
    finds(storeys, {
      [`src/main/${from}`]: `import { x } from './${'../'.repeat(from.split('/').length - 1)}${to}';\n`,
      [`src/main/${to}`]: 'export const x = 1;\n',
    });
  expect(arrow('verbs/serve.ts', 'rooms/ground.ts')).toEqual([]);
  expect(arrow('rooms/ground.ts', 'faults.ts')).toEqual([]);
  expect(arrow('rooms/ground.ts', 'verbs/serve.ts')).toHaveLength(1);
  expect(arrow('faults.ts', 'estate/plan.ts')).toHaveLength(1);
  expect(arrow('attic/box.ts', 'faults.ts')).toHaveLength(1);
});

test('a face is the only way in or out of a room', () => {
  const inside = { 'src/formats/der/reader.ts': head };
  const from = (specifier: string) =>
    finds(faces, {
      ...face,
      ...inside,
      'src/formats/der/index.ts': head,
      'src/formats/cms/index.ts': `import { x } from '${specifier}';\n`,
    });
  expect(from('#formats/der')).toEqual([]);
  expect(from('#formats/der/reader')).toHaveLength(1);
  expect(from('../der/reader.ts')).toHaveLength(1);
  expect(from('./absent.ts')).toHaveLength(1);
  expect(finds(faces, { ...face, ...inside })).toEqual(['the room has no face: index.ts']);
  expect(finds(faces, { 'src/attic/box/index.ts': head })).toHaveLength(1);
});

test('a circle is found whatever its length', () => {
  const ring = {
    'src/base/a/index.ts': "import { b } from '#base/b';\n",
    'src/base/b/index.ts': "import { c } from '#base/c';\n",
  };
  expect(finds(circles, { ...ring, 'src/base/c/index.ts': head })).toEqual([]);
  const closed = { ...ring, 'src/base/c/index.ts': "import { a } from '#base/a';\n" };
  expect(finds(circles, closed)).toHaveLength(1);
});

test('an unused permission and an unwanted file are named', () => {
  expect(finds(permissions, face)).toContain(
    'base/bytes does not use base/fault: strike the permission out',
  );
  expect(finds(orphans, face)).toEqual(['nobody imports this file']);
  expect(finds(orphans, { 'src/main.ts': head })).toEqual([]);
});

test('rooms that run in a page keep away from the platform', () => {
  const room = (text: string) => finds(pure, { 'src/formats/der/index.ts': text });
  expect(room("import { Fault } from '#base/fault';\n")).toEqual([]);
  expect(room("import { readFileSync } from 'node:fs';\n")).toHaveLength(1);
  expect(room("import pg from 'pg';\n")).toHaveLength(1);
  expect(room('export const x = Buffer.from([]);\n')).toHaveLength(1);
});

test('walls: lines, functions, columns, parameters', () => {
  const file = (text: string) => finds(walls, { 'src/base/fault/index.ts': text });
  expect(file('\n'.repeat(400))).toEqual([]);
  expect(file('\n'.repeat(401))).toHaveLength(1);
  expect(file(`function f() {${'\n'.repeat(59)}}\n`)).toEqual([]);
  expect(file(`function f() {${'\n'.repeat(60)}}\n`)).toHaveLength(1);
  expect(file(`const a = ${'1 + '.repeat(25)}1;\n`)).toHaveLength(1);
  expect(file('const f = (a, b, c, d) => a;\n')).toHaveLength(1);
  expect(rootFindings(Array.from({ length: rootEntriesMax }, String))).toEqual([]);
  expect(rootFindings(Array.from({ length: rootEntriesMax + 1 }, String))).toHaveLength(1);
});

test('a face is one screen and writes its names out', () => {
  const room = (text: string) => finds(shortFaces, { 'src/formats/der/index.ts': text });
  expect(room("export { read } from './reader.ts';\n")).toEqual([]);
  expect(room("export * from './reader.ts';\n")).toHaveLength(1);
  expect(room(`export { read } from './reader.ts';\n${'\n'.repeat(60)}`)).toHaveLength(1);
});

test('time, chance and configuration come in through the front door', () => {
  const file = (text: string) => finds(ambient, { 'src/trust/ca/index.ts': text });
  for (const banned of [
    'Date.now()',
    'new Date()',
    'Math.random()',
    'process.env.HOME',
    'crypto.randomUUID()',
  ]) {
    expect(file(`export const x = ${banned};\n`), banned).toHaveLength(1);
  }
  expect(file("import { randomBytes } from 'node:crypto';\n")).toHaveLength(1);
  expect(file('export const x = new Date(0);\n')).toEqual([]);
});

test('names: no junk drawers, no pinyin, no history', () => {
  expect(finds(names, { 'src/base/utils/index.ts': head })).toHaveLength(1);
  expect(finds(names, { 'src/trust/ca/helpers.ts': head })).toHaveLength(1);
  expect(finds(names, { 'src/trust/ca/a.ts': 'const hetongId = 1;\n' })).toHaveLength(1);
  expect(finds(names, { 'src/trust/ca/a.ts': 'export interface IStore {}\n' })).toHaveLength(1);
  expect(finds(names, { 'src/trust/ca/a.ts': 'export function sealV2() {}\n' })).toHaveLength(1);
  expect(finds(names, { 'src/trust/ca/a.ts': 'export interface Identity {}\n' })).toEqual([]);
});

test('a limit says its unit, an open end its issue, a file what it is', () => {
  const limit = (text: string) => finds(units, { 'src/trust/ca/a.ts': text });
  expect(limit('const leaseSeconds = 60;\n')).toEqual([]);
  expect(limit('const lease = 60;\n')).toHaveLength(1);
  expect(limit('const bodySizeMax = 1024 * 1024;\n')).toHaveLength(1);
  const open = 'TO-DO'.replace('-', '');
  expect(finds(comments, { 'src/trust/ca/a.ts': `${head}// ${open}(#12) later\n` })).toEqual([]);
  expect(finds(comments, { 'src/trust/ca/a.ts': `${head}// ${open} later\n` })).toHaveLength(1);
  expect(finds(comments, { 'src/trust/ca/a.ts': 'export const x = 1;\n' })).toHaveLength(1);
  expect(finds(quiet, { 'src/trust/ca/a.ts': 'console.log(1);\n' })).toHaveLength(1);
});

test('every thrown code is listed and every listed code is said', () => {
  const room = (text: string, list: string) =>
    finds(faults, { 'src/trust/ca/index.ts': text, 'src/trust/ca/faults.ts': list });
  const list = "export const caFaults = ['ca.spent'] as const;\n";
  expect(room("throw new Fault('ca.spent');\n", list)).toEqual([]);
  expect(room("throw new Fault('ca.spent');\n", head)).toHaveLength(1);
  expect(room(head, list)).toHaveLength(1);
});

test('a test is not left out without a reason', () => {
  const file = (text: string) => finds(skips, { 'src/trust/ca/a.test.ts': text });
  expect(file("test('a', (context) => context.skip('no network'));\n")).toEqual([]);
  expect(file("test.skipIf(true)('a', () => {});\n")).toHaveLength(1);
  expect(file("describe.only('a', () => {});\n")).toHaveLength(1);
});

test('numbers that could belong to a person, and paths of one computer, are leaks', () => {
  const found = (text: string) => leaksIn('a.md', text).length;
  // The sample of GB 11643 itself, put together so that this file holds no such number.
  expect(found(['110105', '19491231', '002X'].join(''))).toBe(1);
  expect(found('990101199003070111 9900010000000000018 00000000001')).toBe(0);
  expect(found(['138', '00000000'].join(''))).toBe(1);
  expect(found(['/wo', 'rk/shared/x'].join(''))).toBe(1);
});

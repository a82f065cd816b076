import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from './dispatch.ts';
import { verbs } from './table.ts';
import { usages } from './usage.ts';

describe('what an operator reads of a verb', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fubie-usage-'));
  let said = '';
  beforeEach(() => {
    said = '';
    const keep = (text: string | Uint8Array): boolean => {
      said += String(text);
      return true;
    };
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every verb of the table has its calls and its sentences, and there are no others', () => {
    expect(Object.keys(usages).toSorted()).toEqual(Object.keys(verbs).toSorted());
    for (const { calls, zh, en } of Object.values(usages)) {
      expect(calls.length).toBeGreaterThan(0);
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('what a verb reads, its usage says', () => {
    const unsaid = Object.entries(usages).flatMap(([verb, { calls }]) => {
      const source = readFileSync(new URL(`${verb}.ts`, import.meta.url), 'utf8');
      const read = source.match(/(?<=')--[a-z0-9-]+(?=')/g) ?? [];
      const named = new Set(calls.join(' ').match(/--[a-z0-9-]+/g));
      return verb === 'sign' ? [] : read.filter((name) => !named.has(name));
    });
    expect(unsaid).toEqual([]);
  });

  test('--help says it, does nothing and ends well', async () => {
    expect(await main(['--help'])).toBe(0);
    for (const verb of Object.keys(verbs)) expect(said).toContain(`  ${verb} `);
    for (const verb of Object.keys(verbs).filter((name) => name !== 'sign')) {
      said = '';
      expect(await main([verb, '--help'])).toBe(0);
      expect(said).toContain(`fubie ${verb} ${usages[verb]?.calls[0] ?? '?'}`);
    }
  });

  test('a wrong call is answered with the right one', async () => {
    expect(await main(['restore'])).toBe(2);
    expect(said).toContain('fubie restore --from FILE|DIR');
    expect(await main(['nonsense'])).toBe(2);
    expect(said).toContain('fubie VERB --help');
  });

  test.each([
    ['verify a.pdf --trsut anchors', 'unknown":"--trsut'],
    ['verify a.pdf --trust', 'needs":"--trust …'],
    ['verify a.pdf --at --json', 'needs":"--at …'],
    ['fsck house', 'unknown":"house'],
    ['doctor --folder house', 'unknown":"--folder'],
    ['seal make --pkcs11', 'needs":"--pkcs11 …'],
  ])('%s: a word that nobody would read is a wrong call', async (call, told) => {
    expect(await main(call.split(' '))).toBe(2);
    expect(said).toContain(told);
  });

  test.each([
    'fsck',
    'backup --to x',
    'epoch --tenant x',
    `package ${'A'.repeat(22)} --out x`,
    'staff add --tenant x --login x --role x',
  ])('%s of a house that is not there names the folder, and makes none', async (call) => {
    const root = join(folder, 'mistyped');
    expect(await main([...call.split(' '), '--var', root])).toBe(4);
    expect(said).toContain(`main.file_unreadable {"path":"${join(root, 'trust')}"`);
    expect(() => readdirSync(root)).toThrow('ENOENT');
  });

  test('a path that cannot be read is told in words, not as a trace', async () => {
    const words = ['--log', folder, '--origin', 'x', '--state', folder];
    expect(await main(['monitor', ...words, '--trust', join(folder, 'none')])).toBe(4);
    expect(said).toContain('main.file_unreadable');
    expect(said).not.toContain('    at ');
  });

  test.each(['soon', '0', '-1', '1.5'])(
    'a look every %s seconds is a wrong call',
    async (every) => {
      expect(await main(['monitor', '--trust', folder, '--every', every])).toBe(2);
      expect(await main(['anchor', '--trust', folder, '--every', every])).toBe(2);
      expect(said.match(/main\.usage \{"needs":"--every N","min":1\}/g)).toHaveLength(2);
    },
  );
});

/** What is handed to people's browsers: how large, how old, and always the same. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { describe, expect, test } from 'vitest';
import {
  allFiles,
  coreFile,
  dist,
  firstFiles,
  gzipBytes,
  importsOf,
  newerSyntax,
  scripts,
} from './harness/built.ts';

const kB = 1000;
const coreBytesMax = 400 * kB;
const firstScreenBytesMax = 200 * kB;
const beforeSigningBytesMax = 1_500 * kB;
const verifierBytesMax = 6_000 * kB;

describe('what is built', () => {
  test(`dist/core.mjs is at most ${coreBytesMax / kB} kB compressed, knows no Node and imports nothing`, () => {
    const core = readFileSync(coreFile);
    expect(gzipSync(core).length).toBeLessThanOrEqual(coreBytesMax);
    const text = core.toString();
    expect(text.match(/["'`]node:|\bBuffer\.|\bprocess\.(?:env|versions)|\brequire\(/g)).toBeNull();
    expect(importsOf(text)).toEqual([]);
    expect(newerSyntax(text)).toEqual([]);
  });

  test('the same sources give the same core, byte for byte, as was built before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fubie-core-'));
    try {
      const configFile = join(import.meta.dirname, '../vite.core.config.ts');
      await build({ configFile, logLevel: 'silent', build: { outDir: folder } });
      expect(readFileSync(join(folder, 'core.mjs')).equals(readFileSync(coreFile))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('the first screen of each page for people is at most 200 kB, all before the signature 1.5 MB', () => {
    for (const page of ['index.html', 'sign.html', 'verify.html']) {
      expect(gzipBytes(firstFiles(page)), page).toBeLessThanOrEqual(firstScreenBytesMax);
    }
    expect(gzipBytes(allFiles('sign.html'))).toBeLessThanOrEqual(beforeSigningBytesMax);
  });

  test('no file has syntax that Chromium 87 cannot read', () => {
    const newer = scripts().flatMap((path) =>
      newerSyntax(readFileSync(path, 'utf8')).map((one) => `${path}: ${one}`),
    );
    expect(newer).toEqual([]);
    const sample =
      'class A { static { } } await 1; /x/v; class B { #x; has(y) { return #x in y; } }';
    expect(newerSyntax(sample)).toHaveLength(4);
  });

  test('the judge’s one file names nothing outside itself', () => {
    const html = readFileSync(join(dist, 'verifier.html'), 'utf8');
    expect(html.length).toBeLessThanOrEqual(verifierBytesMax);
    expect(html).toContain("connect-src 'none'");
    const markup = html.replace(/<script[\s\S]*?<\/script>/g, '');
    expect(markup.match(/\s(?:src|href)=|@import|url\(/g)).toBeNull();
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromUtf8, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import {
  digestName,
  documentName,
  manifestOf,
  numbered,
  openZip,
  placeOf,
  writeZip,
} from './index.ts';

const files = [
  { name: 'manifest.json', bytes: utf8('{}') },
  { name: 'documents/01-contract.pdf', bytes: utf8('%PDF-1.7 a contract of some length') },
  { name: 'checkpoint.txt', bytes: new Uint8Array() },
];
const packed = writeZip(files);

describe('the container', () => {
  test('the same files in any order give the same bytes, sorted by name', () => {
    expect(writeZip(files.toReversed())).toEqual(packed);
    expect(openZip(packed).files.map((file) => file.name)).toEqual([
      'checkpoint.txt',
      'documents/01-contract.pdf',
      'manifest.json',
    ]);
    expect(openZip(packed).differences).toEqual([]);
  });

  test('what is written is read again', () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,6}\/[a-z0-9.-]{1,9}$/).filter((one) => {
      return /^[^/]+\/[a-z0-9]/.test(one);
    });
    const list = fc.uniqueArray(fc.record({ name, bytes: fc.uint8Array({ maxLength: 40 }) }), {
      selector: (file) => file.name,
      maxLength: 8,
    });
    fc.assert(
      fc.property(list, (some) => {
        const opened = openZip(writeZip(some));
        expect(opened.differences).toEqual([]);
        expect(
          new Map(opened.files.map((file) => [file.name, Uint8Array.from(file.bytes)])),
        ).toEqual(new Map(some.map((file) => [file.name, file.bytes])));
      }),
      { numRuns: 60 },
    );
  });

  test('every flipped bit is seen', () => {
    for (let at = 0; at < packed.length; at += 1) {
      for (const bit of [1, 32, 128]) {
        expect(partsOf(flip(at, bit)).length, `byte ${at}`).toBeGreaterThan(0);
      }
    }
  });

  test('a byte of a content is told by the name of its file, a byte of a header as zip', () => {
    const contentAt = packed.findIndex((_, at) => packed[at] === 0x25 && packed[at + 1] === 0x50);
    expect(partsOf(flip(contentAt + 3, 1))).toEqual(['documents/01-contract.pdf']);
    expect(partsOf(flip(contentAt - 40, 1))).toEqual(['zip']);
  });

  test('bytes before, between or after the records are refused', () => {
    for (const at of [0, 30, packed.length]) {
      const longer = new Uint8Array(packed.length + 1);
      longer.set(packed.subarray(0, at));
      longer.set(packed.subarray(at), at + 1);
      expect(partsOf(longer).length).toBeGreaterThan(0);
    }
  });

  test('a name twice, a way out of the folder or a capital letter has no place', () => {
    for (const name of ['../a', '/a', 'a/b/c', 'A', 'a\\b', '', 'a//b', '.a', 'x/.a']) {
      expect(() => writeZip([{ name, bytes: new Uint8Array() }])).toThrowError(Fault);
    }
    const twice = { name: 'a', bytes: new Uint8Array() };
    expect(() => writeZip([twice, twice])).toThrowError('bundle.name_malformed');
  });

  test('random bytes throw nothing but a Fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(partsOf(bytes).length).toBeGreaterThan(0);
      }),
    );
  });

  test('unzip of Info-ZIP, which nobody here wrote, finds no fault', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'fubie-zip-'));
    try {
      writeFileSync(join(folder, 'package.zip'), packed);
      const answer = execFileSync('unzip', ['-t', join(folder, 'package.zip')], {
        encoding: 'utf8',
      });
      expect(answer).toContain('No errors');
    } catch (thrown) {
      if (!String(thrown).includes('ENOENT')) throw thrown;
      context.skip('unzip is not installed');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the names and the manifest', () => {
  test('every kind of name made here is known, and others are not', () => {
    expect(placeOf(documentName(1, 'cost-sheet'))).toBe('document');
    expect(placeOf(numbered('entry', 7))).toBe('entry');
    expect(placeOf(numbered('proof', 0))).toBe('proof');
    expect(placeOf(digestName('stamp', 'ab'.repeat(32)))).toBe('stamp');
    for (const name of ['documents/contract.pdf', 'entries/7.json', 'certs/ca.der', 'readme.txt']) {
      expect(placeOf(name)).toBeUndefined();
    }
  });

  test('the manifest follows from the files alone, whether it lies among them or not', async () => {
    const among = await manifestOf({ caseId: 'c', files }, nodeEngine);
    const without = await manifestOf({ caseId: 'c', files: files.slice(1) }, nodeEngine);
    expect(among).toEqual(without);
    expect(fromUtf8(among)).toContain('"name":"documents/01-contract.pdf","sha256":"');
  });
});

function partsOf(bytes: Uint8Array): string[] {
  try {
    return openZip(bytes).differences.map((difference) => difference.part);
  } catch (thrown) {
    if (thrown instanceof Fault) return ['zip'];
    throw thrown;
  }
}

function flip(at: number, bit: number): Uint8Array {
  const flipped = packed.slice();
  flipped[at] = (flipped[at] ?? 0) ^ bit;
  return flipped;
}

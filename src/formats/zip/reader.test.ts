import { execFileSync } from 'node:child_process';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, utf8 } from '#base/bytes';
import { openArchive, writeArchive } from './index.ts';

type Entries = readonly (readonly [string, Uint8Array])[];

function pack(files: Readonly<Record<string, Uint8Array>> | Entries): Uint8Array {
  const entries: Entries = Array.isArray(files) ? (files as Entries) : Object.entries(files);
  return writeArchive(entries.map(([name, bytes]) => ({ name, bytes })));
}

const two = { 'a/b.xml': utf8('<b/>'), 'c.txt': utf8('c') };

function little(width: number, value: number): Uint8Array {
  return Uint8Array.from({ length: width }, (_, at) => Math.floor(value / 2 ** (8 * at)) & 0xff);
}

/** Overwrites a field of the first central header. */
function withField(at: number, bytes: Uint8Array): Uint8Array {
  const archive = pack(two).slice();
  const header = archive.findIndex(
    (_, from) => archive[from] === 0x50 && archive[from + 1] === 0x4b && archive[from + 2] === 1,
  );
  archive.set(bytes, header + at);
  return archive;
}

describe('an archive', () => {
  test('gives its files, and folders are none', async () => {
    const { files, ambiguities } = await openArchive(
      pack({ 'a/': new Uint8Array(), ...two }),
      nodeEngine,
    );
    expect(files.map((file) => file.name)).toEqual(['a/b.xml', 'c.txt']);
    expect(ambiguities).toEqual([]);
  });

  test('in which two programs could see different files says so', async () => {
    const renamed = await openArchive(withField(46, utf8('x')), nodeEngine);
    expect(renamed.ambiguities).toEqual(['x/b.xml is a/b.xml in its own header']);
    const before = concat(utf8('%PDF-1.7 something else entirely'), pack(two));
    await expect(openArchive(before, nodeEngine)).rejects.toMatchObject({ code: 'zip.malformed' });
    const twice = [...Object.entries(two), ['c.txt', utf8('d')] as const];
    expect((await openArchive(pack(twice), nodeEngine)).ambiguities).toEqual([
      'two files named c.txt',
    ]);
  });

  test.each([
    ['a bomb by its stated size', withField(24, little(4, 200_000_000)), 'zip.limit'],
    ['a wrong checksum', withField(16, little(4, 1)), 'zip.malformed'],
    ['another method', withField(10, little(2, 12)), 'zip.unsupported'],
    ['encryption', withField(8, little(2, 1)), 'zip.unsupported'],
    ['a place beyond the end', withField(42, little(4, 99_999)), 'zip.malformed'],
    ['no archive', utf8('PK'), 'zip.malformed'],
  ])('with %s is refused', async (_, archive, code) => {
    await expect(openArchive(archive, nodeEngine)).rejects.toMatchObject({ code });
  });

  test('deflated beyond its stated size is refused before it is unpacked', async () => {
    const packed = deflateRawSync(new Uint8Array(5_000_000));
    await expect(nodeEngine.inflateRaw(packed, 4_999_999)).rejects.toMatchObject({
      code: 'crypto.inflate_limit',
    });
    expect((await nodeEngine.inflateRaw(packed, 5_000_000)).length).toBe(5_000_000);
    await expect(nodeEngine.inflateRaw(utf8('x'), 9)).rejects.toMatchObject({
      code: 'crypto.inflate_malformed',
    });
  });

  test('of another maker, deflated and streamed with data descriptors, is read', async () => {
    const script =
      'import sys,zipfile\n' +
      'class Pipe:\n' +
      '  def write(self,b): return sys.stdout.buffer.write(b)\n' +
      '  def flush(self): pass\n' +
      'z=zipfile.ZipFile(Pipe(),"w",zipfile.ZIP_DEFLATED)\n' +
      'z.writestr("Doc_0/契约.xml","<a/>"*99)\n' +
      'z.close()\n';
    const bytes = new Uint8Array(execFileSync('python3', ['-c', script]));
    const { files, ambiguities } = await openArchive(bytes, nodeEngine);
    expect(files.map((file) => [file.name, file.bytes.length])).toEqual([['Doc_0/契约.xml', 396]]);
    expect(ambiguities).toEqual([]);
  });
});

import { execFileSync } from 'node:child_process';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, utf8 } from '#base/bytes';
import { crc32 } from '#formats/bundle';
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

const [local, central, end] = [3, 1, 5];

/** Where the first record of a kind stands. */
function placeOf(archive: Uint8Array, kind = central): number {
  const [first, second] = utf8('PK');
  return archive.findIndex(
    (byte, at) => byte === first && archive[at + 1] === second && archive[at + 2] === kind,
  );
}

/** Overwrites a field of the first header in the directory, or of another first record. */
function withField(at: number, bytes: Uint8Array, kind = central): Uint8Array {
  const archive = pack(two).slice();
  archive.set(bytes, placeOf(archive, kind) + at);
  return archive;
}

/** One file whose name is another in an extra field (APPNOTE 4.6.9), which some take. */
function renamedByField(): Uint8Array {
  const archive = pack({ 'c.txt': utf8('c') });
  const extra = concat(little(2, 0x7075), little(2, 10), little(5, 1), utf8('d.txt'));
  const at = placeOf(archive, end);
  const last = archive.slice(at);
  last.set(little(4, at - placeOf(archive) + extra.length), 12);
  const bent = concat(archive.subarray(0, at), extra, last);
  bent.set(little(2, extra.length), placeOf(bent) + 30);
  return bent;
}

/** A file that Unix takes for a link to the path that is its content. */
function linked(): Uint8Array {
  const archive = withField(38, little(4, 0o120777 * 65_536));
  const unix = 3;
  archive.set([unix], placeOf(archive) + 5);
  return archive;
}

/** One packed file with octets behind its end. */
function packedLonger(): Uint8Array {
  const content = utf8('c'.repeat(99));
  return packedAs(pack({ 'c.txt': concat(deflateRawSync(content), utf8('PK')) }), content);
}

/** What the one file holds, called deflated. */
function packedAs(stored: Uint8Array, content: Uint8Array): Uint8Array {
  const archive = stored.slice();
  for (const [at, name] of [
    [8, local],
    [10, central],
  ] as const) {
    const from = placeOf(archive, name) + at;
    archive.set(little(2, 8), from);
    archive.set(little(4, crc32(content)), from + 6);
    archive.set(little(4, content.length), from + 14);
  }
  return archive;
}

/** A second directory behind the first: Python's zipfile reads it, for it goes by the size. */
function twoDirectories(): Uint8Array {
  const archive = pack(two);
  const [at, ends] = [placeOf(archive), placeOf(archive, end)];
  return concat(archive.subarray(0, ends), archive.subarray(at, ends), archive.subarray(ends));
}

/** A comment in which a second end record stands. */
function commented(): Uint8Array {
  const archive = pack(two).slice();
  const record = archive.slice(placeOf(archive, end));
  archive.set(little(2, record.length + 1), archive.length - 2);
  return concat(archive, record, utf8('!'));
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
    ['another method before a file', withField(8, little(2, 8), local), 'a/b.xml differs in its'],
    ['another size before a file', withField(22, little(4, 3), local), 'a/b.xml differs in its'],
    ['another name in a field', renamedByField(), 'c.txt is d.txt in an extra field'],
    ['a link', linked(), 'a/b.xml is a link'],
    ['another disk', withField(34, little(2, 1)), 'a/b.xml is on another disk'],
    ['octets behind a packed file', packedLonger(), 'c.txt ends earlier'],
    ['a second directory', twoDirectories(), 'bytes of no record at'],
    ['a directory of another size', withField(12, little(4, 9), end), 'another size of the dir'],
    ['several disks', withField(8, little(2, 1), end), 'several disks'],
    ['an end record in the comment', commented(), 'another end record at'],
    ['a folder with content', pack({ 'a/': utf8('x') }), 'a/ has content'],
    ['names of one place', pack({ 'A.xml': utf8(''), 'a.XML. ': utf8('') }), 'are one place'],
    ['a way up', pack({ 'a/../b': utf8('') }), 'an odd name a/../b'],
    ['a file in a file', pack({ a: utf8(''), 'A/b/c': utf8('') }), 'A/b/c lies in the file a'],
  ])('with %s is open to doubt', async (_, archive, doubt) => {
    const { ambiguities } = await openArchive(archive, nodeEngine);
    expect(ambiguities).toEqual([expect.stringContaining(doubt)]);
  });

  test.each([
    ['a bomb by its stated size', withField(24, little(4, 200_000_000)), 'zip.limit'],
    ['a wrong checksum', withField(16, little(4, 1)), 'zip.malformed'],
    ['another method', withField(10, little(2, 12)), 'zip.unsupported'],
    ['folders without end', pack({ ['a/'.repeat(65)]: utf8('') }), 'zip.limit'],
    ['a name without end', pack({ ['a'.repeat(1_025)]: utf8('') }), 'zip.limit'],
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
    // And one whose sizes are written long although they are short.
    const long = script.replace(
      'z.writestr(',
      'z.open("a","w",force_zip64=True).close()\nz.writestr(',
    );
    const both = [script, long].map((one) => new Uint8Array(execFileSync('python3', ['-c', one])));
    const [bytes = new Uint8Array(), wide = new Uint8Array()] = both;
    expect((await openArchive(wide, nodeEngine)).ambiguities).toEqual([]);
    // Java deflates folders: nothing becomes two octets.
    const folder = { 'a/': deflateRawSync(new Uint8Array()) };
    const java = packedAs(pack(folder), new Uint8Array());
    expect((await openArchive(java, nodeEngine)).ambiguities).toEqual([]);
    const { files, ambiguities } = await openArchive(bytes, nodeEngine);
    expect(files.map((file) => [file.name, file.bytes.length])).toEqual([['Doc_0/契约.xml', 396]]);
    expect(ambiguities).toEqual([]);
  });
});

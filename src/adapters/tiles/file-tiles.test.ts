import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { utf8 } from '#base/bytes';
import { bundlePath, tilePath } from '#formats/tiles';
import { FileTiles } from './file-tiles.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-t-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('files lie where tlog-tiles clients look; a tile is never replaced, the checkpoint is', async () => {
  const tiles = new FileTiles(folder);
  const path = tilePath({ level: 0, index: 1234, width: 17 });
  await tiles.write(path, utf8('hashes'));
  await tiles.write(path, utf8('hashes'));
  await tiles.write(bundlePath({ index: 0, width: 256 }), utf8('entries'));
  await expect(tiles.write(path, utf8('others'))).rejects.toThrow('evidence.tile_differs');
  expect(await readFile(join(folder, 'tile', '0', 'x001', '234.p', '17'), 'utf8')).toBe('hashes');
  expect(await readFile(join(folder, 'tile', 'entries', '000'), 'utf8')).toBe('entries');
  await tiles.publish('one');
  await tiles.publish('two');
  expect(await tiles.read('checkpoint')).toEqual(utf8('two'));
  expect(await tiles.read('tile/0/000')).toBeUndefined();
  expect((await readdir(folder)).filter((name) => name.includes('next'))).toEqual([]);
});

test('a disk that cannot be written is a refusal that passes, and names what it said', async () => {
  const path = tilePath({ level: 0, index: 7, width: 256 });
  await writeFile(join(folder, 'tile'), 'a file where a folder must be');
  const tiles = new FileTiles(folder);
  const unwritable = { code: 'tiles.unwritable', retryable: true, details: { why: 'ENOTDIR' } };
  await expect(tiles.write(path, utf8('hashes'))).rejects.toMatchObject(unwritable);
  const gone = new FileTiles(join(folder, 'tile'));
  await expect(gone.publish('one')).rejects.toMatchObject(unwritable);
  await rm(join(folder, 'tile'));
  await new FileTiles(folder).write(path, utf8('hashes'));
});

import { expect, test } from 'vitest';
import { treeHash } from '#adapters/tiles';
import { utf8 } from '#base/bytes';
import { emptyTree, grow, leafRow } from './growth.ts';
import { Fuse, MemoryTiles } from './test-memory.ts';
import { checkTiles, writeTiles } from './tile-writing.ts';

const entries = Array.from({ length: 600 }, (_, at) => utf8(`entry ${at}`));
const { root } = grow(emptyTree(treeHash), leafRow(entries, treeHash), treeHash).tree;
const growth = { from: 0, to: entries.length, root };

async function written() {
  const tiles = new MemoryTiles(new Fuse());
  const files = { tiles, hash: treeHash, bundles: true };
  await writeTiles(growth, { entries: async (start, end) => entries.slice(start, end) }, files);
  return { tiles, files };
}

test('what is read back before a signature is read once, every file of it', async () => {
  const { tiles, files } = await written();
  const read: string[] = [];
  const counted = {
    read: (path: string) => {
      read.push(path);
      return tiles.read(path);
    },
    write: () => Promise.reject(new Error('nothing is written')),
    publish: () => Promise.reject(new Error('nothing is published')),
  };
  await checkTiles(growth, { ...files, tiles: counted });
  expect(read.toSorted()).toEqual([...tiles.files.keys()].toSorted());
});

test('a tile above that does not say what the tile below says is named', async () => {
  const { tiles, files } = await written();
  for (const path of ['tile/0/001', 'tile/1/000.p/2', 'tile/entries/000']) {
    const whole = tiles.files.get(path) ?? new Uint8Array(0);
    tiles.files.set(
      path,
      whole.map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
    );
    await expect(checkTiles(growth, files), path).rejects.toThrow('evidence.tile_differs');
    tiles.files.set(path, whole);
  }
  await checkTiles(growth, files);
});

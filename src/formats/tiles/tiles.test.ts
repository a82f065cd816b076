import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, equal, utf8 } from '#base/bytes';
import { append, edgeRoot, emptyEdge, hashLeaf, rootHash } from '#formats/tlog';
import {
  bundlePath,
  foldHashes,
  newTiles,
  nodesFromTiles,
  parseBundle,
  printBundle,
  tilePath,
} from './tiles.ts';

test('paths are those of the C2SP text', () => {
  expect(tilePath({ level: 1, index: 1_234_067, width: 256 })).toBe('tile/1/x001/x234/067');
  expect(tilePath({ level: 0, index: 0, width: 12 })).toBe('tile/0/000.p/12');
  expect(bundlePath({ index: 1000, width: 256 })).toBe('tile/entries/x001/000');
});

test('70,000 leaves are the tiles that the C2SP text counts', () => {
  const tiles = newTiles(0, 70_000);
  const count = (level: number, full: boolean) =>
    tiles.filter((tile) => tile.level === level && (tile.width === 256) === full);
  expect(count(0, true)).toHaveLength(273);
  expect(count(0, false).map(({ width }) => width)).toEqual([112]);
  expect(count(1, true)).toHaveLength(1);
  expect(count(1, false).map(({ width }) => width)).toEqual([17]);
  expect(count(2, false).map(({ width }) => width)).toEqual([1]);
  expect(newTiles(0, 256)).toEqual([
    { level: 0, index: 0, width: 256 },
    { level: 1, index: 0, width: 1 },
  ]);
});

test('a tree read back from its tiles has the root of the tree that was grown', async () => {
  const files = new Map<string, Uint8Array>();
  const rows: Uint8Array[][] = [[], [], []];
  let edge = emptyEdge;
  for (let index = 0; index < 700; index += 1) {
    const leaf = await hashLeaf(utf8(`${index}`), nodeEngine);
    rows[0]?.push(leaf);
    edge = await append(edge, leaf, { engine: nodeEngine });
  }
  for (let level = 0; level < 2; level += 1) {
    const row = rows[level] ?? [];
    for (let at = 0; at + 256 <= row.length; at += 256) {
      rows[level + 1]?.push(await foldHashes(row.slice(at, at + 256), nodeEngine));
    }
  }
  for (const tile of newTiles(0, 700)) {
    const from = tile.index * 256;
    const hashes = (rows[tile.level] ?? []).slice(from, from + tile.width);
    files.set(tilePath(tile), concat(...hashes));
  }
  const nodes = nodesFromTiles(700, async (path) => files.get(path), nodeEngine);
  expect(equal(await rootHash(700, nodes, nodeEngine), await edgeRoot(edge, nodeEngine))).toBe(
    true,
  );
  // A smaller tree finds its partial tile gone and reads the full one instead.
  const smaller = nodesFromTiles(300, async (path) => files.get(path), nodeEngine);
  files.delete('tile/1/000.p/1');
  files.set('tile/1/000', concat(...(rows[1] ?? []), new Uint8Array(32 * 254)));
  await expect(rootHash(300, smaller, nodeEngine)).resolves.toHaveLength(32);
});

test('bundles print and parse back; a cut one is refused', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 8 }), (entries) => {
      const bytes = printBundle(entries);
      expect(parseBundle(bytes)).toEqual(entries);
      if (bytes.length > 0 && (entries.at(-1)?.length ?? 0) > 0) {
        expect(() => parseBundle(bytes.slice(0, -1))).toThrow('tiles.malformed');
      }
    }),
  );
});

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskRooms, isLow } from './disk-room.ts';

const gibibyte = 1_073_741_824;
const disk = { bsize: 4_096, files: 1_000_000, ffree: 900_000 };
const blocksOf = (gibibytes: number): number => (gibibytes * gibibyte) / disk.bsize;

test('a disk is low below a gibibyte, a large one below a fiftieth, none above twenty', () => {
  const low = (whole: number, free: number): boolean =>
    isLow({ ...disk, blocks: blocksOf(whole), bavail: blocksOf(free) });
  expect([low(10, 0), low(10, 0.9), low(10, 1.1)]).toEqual([true, true, false]);
  expect([low(500, 9), low(500, 11)]).toEqual([true, false]);
  expect([low(100_000, 19), low(100_000, 21)]).toEqual([true, false]);
});

test('a disk without room for names is low; one that counts none is not', () => {
  const room = { ...disk, blocks: blocksOf(100), bavail: blocksOf(90) };
  expect(isLow({ ...room, ffree: 12 })).toBe(true);
  expect(isLow({ ...room, files: 0, ffree: 0 })).toBe(false);
});

test('only folders that are there are asked for', async () => {
  const root = await mkdtemp(join(tmpdir(), 'fubie-disk-'));
  await mkdir(join(root, 'log'));
  expect((await diskRooms(root)).map(({ folder }) => folder)).toEqual(['log']);
  await rm(root, { recursive: true });
});

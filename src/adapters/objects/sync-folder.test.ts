import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { syncFolder } from './sync-folder.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-s-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('who comes while a folder is written is served by the next writing', async () => {
  const ended: string[] = [];
  const sync = (name: string) => syncFolder(folder).then(() => ended.push(name));
  const first = sync('first');
  const late = [syncFolder(folder), syncFolder(folder)];
  expect(late[0]).toBe(late[1]);
  await Promise.all([first, late[0]?.then(() => ended.push('late'))]);
  expect(ended).toEqual(['first', 'late']);
  await sync('afterwards');
});

test('a folder that cannot be written fails those who waited, and nobody later', async () => {
  const gone = join(folder, 'gone');
  const all = await Promise.allSettled([syncFolder(gone), syncFolder(gone), syncFolder(gone)]);
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await expect(syncFolder(folder)).resolves.toBeUndefined();
});

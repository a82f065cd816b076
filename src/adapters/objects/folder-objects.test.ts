import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { utf8 } from '#base/bytes';
import { FolderObjects } from './index.ts';

describe('write-once objects', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fubie-objects-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('an object keeps its first bytes for ever', async () => {
    const objects = new FolderObjects(folder);
    await objects.putOnce('tile/0/x001/067', utf8('first'));
    await objects.putOnce('tile/0/x001/067', utf8('first'));
    await expect(objects.putOnce('tile/0/x001/067', utf8('other'))).rejects.toMatchObject({
      code: 'objects.exists_differently',
    });
    expect(await new FolderObjects(folder).get('tile/0/x001/067')).toEqual(utf8('first'));
    expect((await stat(join(folder, 'tile/0/x001/067'))).mode & 0o777).toBe(0o440);
    expect((await stat(join(folder, 'tile/0/x001/067'))).nlink).toBe(1);
  });

  test('a folder that was taken away is made again, the root is not', async () => {
    const root = join(folder, 'root');
    const objects = new FolderObjects(root);
    await objects.putOnce('ab/1', utf8('1'));
    await rm(join(root, 'ab'), { recursive: true });
    await objects.putOnce('ab/2', utf8('2'));
    await rm(join(root, '.waiting'), { recursive: true });
    await objects.putOnce('ab/3', utf8('3'));
    expect(await objects.list()).toEqual(['ab/2', 'ab/3']);
    await rm(root, { recursive: true });
    await expect(objects.putOnce('ab/4', utf8('4'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await new FolderObjects(root).list()).toEqual([]);
  });

  test('of two writers at once exactly one makes the name', async () => {
    const writers = Array.from({ length: 20 }, () => new FolderObjects(folder));
    const outcomes = await Promise.allSettled(
      writers.map((writer, at) => writer.putOnce('race', utf8(`writer ${at}`))),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  test('what is absent is undefined, and a forgotten temporary file has no name', async () => {
    const objects = new FolderObjects(folder);
    expect(await objects.get('none/at/all')).toBeUndefined();
    expect(await objects.has('none')).toBe(false);
    expect(await objects.list()).toEqual([]);
    await objects.putOnce('b/2', utf8('2'));
    await objects.putOnce('a', utf8('1'));
    await objects.putOnce('b/1', utf8('1'));
    await writeFile(join(folder, '.waiting', 'left-over'), 'half');
    expect(await objects.list()).toEqual(['a', 'b/1', 'b/2']);
    expect(await objects.list('b')).toEqual(['b/1', 'b/2']);
    expect(await objects.has('b/2')).toBe(true);
  });

  test.each([
    '',
    '/etc/passwd',
    '../up',
    'a/../b',
    'a//b',
    '.waiting/x',
    'a/.hidden',
    'a\u0000b',
    '汉',
  ])('the name %j never leaves the folder', async (name) => {
    const objects = new FolderObjects(folder);
    for (const act of [() => objects.putOnce(name, utf8('x')), () => objects.get(name)]) {
      await expect(act()).rejects.toMatchObject({ code: 'objects.name_malformed' });
    }
  });

  test('a disk that takes nothing is out of reach for now, not a bug', async () => {
    // Nobody makes a file there: the kernel answers EPERM, EACCES or EROFS.
    const objects = new FolderObjects('/sys/kernel/fubie');
    await expect(objects.putOnce('a', utf8('x'))).rejects.toMatchObject({
      code: 'objects.unreachable',
      retryable: true,
    });
  });
});

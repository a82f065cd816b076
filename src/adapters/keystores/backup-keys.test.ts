/** The back-up key: in one folder, behind one door, for one back-up each. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { listen } from '#adapters/wire';
import { systemRandom } from '#base/random';
import { backupDoor } from '#doors/wire';
import { BackupKeysClient } from './backup-client.ts';
import { SoftBackupKeys } from './soft-backup-keys.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-bk-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const dataKey = systemRandom.bytes(32);

describe('备份钥匙', () => {
  test('包好的数据密钥只在同一份备份、同一把钥匙下打开', async () => {
    const keys = await SoftBackupKeys.open(folder, systemRandom);
    const held = await keys.wrap('one', dataKey);
    const again = await SoftBackupKeys.open(folder, systemRandom);
    expect(await again.unwrap('one', held)).toEqual(dataKey);
    await expect(again.unwrap('two', held)).rejects.toMatchObject({ code: 'backup.key_refused' });
    for (const spot of [0, 5, 20, held.wrapped.length - 1]) {
      const wrapped = held.wrapped.map((byte, at) => (at === spot ? byte ^ 1 : byte));
      await expect(again.unwrap('one', { ...held, wrapped })).rejects.toMatchObject({
        code: 'backup.key_refused',
      });
    }
    const short = { ...held, wrapped: held.wrapped.slice(0, 30) };
    await expect(again.unwrap('one', short)).rejects.toMatchObject({ code: 'backup.key_refused' });
    const other = await SoftBackupKeys.open(join(folder, 'other'), systemRandom);
    await expect(other.unwrap('one', held)).rejects.toMatchObject({ code: 'backup.key_unknown' });
  });

  test('文件只有本人可读；恢复时没有钥匙就说没有，绝不另造一把', async () => {
    const empty = join(folder, 'empty');
    await expect(SoftBackupKeys.openHeld(empty, systemRandom)).rejects.toMatchObject({
      code: 'backup.key_unknown',
    });
    const opened = await Promise.all(
      [1, 2, 3].map(() => SoftBackupKeys.open(folder, systemRandom)),
    );
    const [first] = opened;
    const held = await first?.wrap('x', dataKey);
    for (const one of opened) {
      expect(held === undefined ? undefined : await one.unwrap('x', held)).toEqual(dataKey);
    }
    expect((await stat(join(folder, 'backup.key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['backup.key']);
  });

  test('隔着套接字也一样；别的问题交给原来的门', async () => {
    const keys = await SoftBackupKeys.open(folder, systemRandom);
    const rest = async () => ({ status: 204, headers: {}, body: new Uint8Array(0) });
    const socket = join(folder, 's');
    const door = await listen(socket, backupDoor(keys, rest));
    try {
      const client = new BackupKeysClient(socket);
      const held = await client.wrap('one', dataKey);
      expect(await client.unwrap('one', held)).toEqual(dataKey);
      expect(await keys.unwrap('one', held)).toEqual(dataKey);
      await expect(client.unwrap('two', held)).rejects.toMatchObject({
        code: 'backup.key_refused',
      });
      await expect(client.wrap('', dataKey)).rejects.toMatchObject({
        code: 'keystore.request_malformed',
      });
      await expect(client.wrap('x'.repeat(5_000), dataKey)).rejects.toMatchObject({
        code: 'keystore.request_too_large',
      });
    } finally {
      await door.close();
    }
  });
});

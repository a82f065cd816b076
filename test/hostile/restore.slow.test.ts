/**
 * The drill: an old back-up, the newest copy of wrapped keys, the log's own files, and a house that
 * goes on from there. Who was erased in between does not come back.
 */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { TenantId } from '#base/unit';
import { backUpHouse, wrapsName } from '../../src/main/copies/back-up.ts';
import { openEstate } from '../../src/main/estate/estate.ts';
import { restore } from '../../src/main/verbs/restore.ts';
import { auditHouse, HouseHand, holdersCopies } from './restored-house.ts';

const startMsMax = 120_000;
const first = 'demo-credit-cooperative' as TenantId;
const second = 'demo-consumer-finance' as TenantId;
const settings = { mode: 'demo', databaseUrl: undefined } as const;

describe('备份与恢复的演练', () => {
  let folder = '';
  let house = '';
  let seen = 0;
  const at = (...names: string[]): string => join(folder, ...names);
  const order = (root: string, more: { wraps?: string; log?: string; house?: string } = {}) => ({
    estate: openEstate(root),
    settings,
    house: more.house ?? house,
    wraps: more.wraps ?? at('media', wrapsName),
    log: more.log ?? at('mirror'),
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fubie-restore-'));
    const old = await HouseHand.open();
    try {
      await old.person(first, 'living', { name: '赵长存', phone: '00000000061' });
      await old.person(first, 'erased', { name: '钱已删', phone: '00000000062' });
      await old.person(first, 'late', { name: '孙后删', phone: '00000000063' });
      await old.person(second, 'other', { name: '李别家', phone: '00000000061' });
      for (const tenant of [first, second]) await old.settled(tenant);
      const made = await backUpHouse(await old.backupParts(), at('media'));
      house = made[0]?.file ?? '';
      await cp(at('media', wrapsName), at('old-wraps'));
      // After the back-up: a person who will be lost, an erasure, a change of epoch, and an erasure
      // that only the log still knows.
      await old.person(first, 'lost', { name: '周未及', phone: '00000000064' });
      await old.entry(first, 'living', 'risk.decided');
      await old.erase(first, 'erased');
      await old.changeEpoch(first);
      await old.erase(first, 'late', false);
      for (const tenant of [first, second]) seen = Math.max(seen, await old.settled(tenant));
      await cp(join(old.root, 'log'), at('mirror'), { recursive: true });
      await old.stop();
      await holdersCopies(old.root, at('root'));
    } finally {
      await old.close();
    }
  }, startMsMax);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('没有备份钥匙、没有进程钥匙、没有纪元密钥，各自被拒绝', async () => {
    const bare = at('bare');
    await expect(restore(order(bare))).rejects.toMatchObject({ code: 'backup.key_unknown' });
    await cp(at('root', 'keystore', 'backup.key'), join(bare, 'keystore', 'backup.key'));
    await expect(restore(order(bare))).rejects.toMatchObject({
      code: 'main.restore_epoch_missing',
    });
    await cp(at('root', 'keystore', 'tenants'), join(bare, 'keystore', 'tenants'), {
      recursive: true,
    });
    await expect(restore(order(bare))).rejects.toMatchObject({
      code: 'main.restore_keys_missing',
    });
  });

  test('旧的密钥包救不回旧纪元：密钥已毁，恢复被拒绝', async () => {
    const root = at('stale');
    await cp(at('root'), root, { recursive: true });
    const stale = order(root, { wraps: at('old-wraps') });
    await expect(restore(stale)).rejects.toMatchObject({ code: 'main.restore_epoch_missing' });
  });

  test('不给新的日志文件，比见证方所知更短的日志不许开张', async () => {
    const root = at('short');
    await cp(at('root'), root, { recursive: true });
    const given = { ...order(root), log: undefined };
    await expect(restore(given)).rejects.toMatchObject({
      code: 'main.restore_log_shorter',
      details: { seen: expect.any(Number) },
    });
  });

  test('改过、截断、拼接的备份装不进去，根目录里什么也没有', async () => {
    const root = at('broken');
    await cp(at('root'), root, { recursive: true });
    const bytes = await readFile(house);
    const middle = Math.floor(bytes.length / 2);
    const flipped = Uint8Array.from(bytes, (byte, spot) => (spot === middle ? byte ^ 1 : byte));
    const cases: readonly [string, Uint8Array, string][] = [
      ['flipped', flipped, 'backup.altered'],
      ['cut', bytes.subarray(0, middle), 'backup.altered'],
      ['swapped', await readFile(at('media', wrapsName)), 'main.restore_kind_wrong'],
    ];
    for (const [name, content, code] of cases) {
      await writeFile(at(name), content);
      const refused = restore(order(root, { house: at(name) }));
      await expect(refused, name).rejects.toMatchObject({ code });
      const left = await readdir(root);
      expect(left.filter((one) => ['log', 'objects', 'trust'].includes(one))).toEqual([]);
    }
  });

  test(
    '旧备份加最新密钥包与日志：在者可读，已删者不回，日志接着走',
    async () => {
      const report = await restore(order(at('root')));
      const [ours] = report.logs.filter(({ tenant }) => tenant === first);
      expect(ours?.broughtBack).toBeGreaterThanOrEqual(5);
      expect(ours?.erased).toEqual(['erased', 'late']);
      expect(ours?.casesBehind.length).toBeGreaterThanOrEqual(3);
      expect(report).toMatchObject({ erasedByLog: 1, entriesLost: expect.any(Number) });
      const restored = await HouseHand.open(at('root'));
      try {
        expect(await restored.read(first, 'living')).toEqual({
          name: '赵长存',
          phone: '00000000061',
        });
        expect(await restored.read(second, 'other')).toEqual({
          name: '李别家',
          phone: '00000000061',
        });
        for (const gone of ['erased', 'late']) {
          expect(await restored.read(first, gone), gone).toBe('vault.erased');
        }
        expect(await restored.read(first, 'lost')).toEqual({});
        // The look-up rows were in no back-up: the first change of epoch makes them anew.
        expect(await restored.find(first, 'phone', '00000000061')).toEqual([]);
        for (const tenant of [first, second]) await restored.changeEpoch(tenant, 'tend');
        expect(await restored.find(first, 'phone', '00000000061')).toEqual(['living']);
        expect(await restored.find(first, 'phone', '00000000063')).toEqual([]);
        expect(await restored.find(second, 'phone', '00000000061')).toEqual(['other']);
        expect(await restored.settled(first)).toBeGreaterThan(seen);
        await expect(restored.settled(second)).resolves.toBeGreaterThan(0);
        // The auditor finds the log whole, up to what every witness knows.
        const flaws = (await auditHouse(restored.root)).flatMap((one) => one.flaws);
        expect(flaws).toEqual([]);
      } finally {
        await restored.stop();
      }
    },
    startMsMax,
  );

  test('有内容的根目录不许再恢复一次', async () => {
    await expect(restore(order(at('root')))).rejects.toMatchObject({
      code: 'main.restore_root_not_empty',
    });
  });
});

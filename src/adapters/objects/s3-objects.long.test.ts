/**
 * Write-once objects on a real S3: Ceph's gateway from Debian, one node on loopback.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { utf8 } from '#base/bytes';
import { addSeconds, systemClock } from '#base/clock';
import type { TenantId } from '#base/unit';
import { S3Objects } from './s3-objects.ts';
import { TenantObjects } from './tenant-objects.ts';

const script = resolve('../shared/design/snippets/rgw-up.sh');
const isThere = existsSync(script) && spawnSync('radosgw', ['--version']).status === 0;
const absent = 'no Ceph gateway here (Debian: radosgw ceph-mon ceph-osd)';
const port = 56_380;

describe('originals on S3 with Object Lock', () => {
  // A Unix socket's path is short.
  const folder = mkdtempSync('/tmp/rgw-');
  const parts = { endpoint: `http://127.0.0.1:${port}`, bucket: 'originals', clock: systemClock };
  const s3 = new S3Objects({
    ...parts,
    accessKey: 'labaccess',
    secretKey: 'labsecret0',
    lockDays: 1,
  });

  beforeAll(async () => {
    if (!isThere) return;
    execFileSync('bash', [script, join(folder, 'c'), String(port)], { stdio: 'ignore' });
    await s3.makeBucket();
  }, 240_000);

  beforeEach(({ skip }) => {
    if (!isThere) skip(absent);
  });

  afterAll(() => {
    for (const name of ['client.rgw', 'osd.0', 'mon.a']) {
      const file = join(folder, 'c/run', `${name}.pid`);
      if (existsSync(file)) process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test('what is written once is read, and other bytes under its name are refused', async () => {
    await s3.putOnce('aa/one', utf8('the original'));
    await s3.putOnce('aa/one', utf8('the original'));
    await expect(s3.putOnce('aa/one', utf8('another'))).rejects.toThrow(
      'objects.exists_differently',
    );
    expect(await s3.get('aa/one')).toEqual(utf8('the original'));
    expect(await s3.get('aa/none')).toBeUndefined();
  });

  test('nobody removes it before its lock is over, whoever owns the bucket', async () => {
    await s3.putOnce('bb/two', utf8('locked'));
    const [version = ''] = await s3.versions('bb/two');
    expect(await s3.tryRemove('bb/two', version)).toBe(403);
    expect(await s3.get('bb/two')).toEqual(utf8('locked'));
  });

  test("S2-35 a tenant's documents lie in its own bucket, and orphans are swept there", async () => {
    const keys = { accessKey: 'labaccess', secretKey: 'labsecret0', lockDays: 0 };
    const bucket = new S3Objects({ ...parts, bucket: 'own', ...keys });
    await bucket.makeBucket();
    const unit = { tenant: 'test-coop' as TenantId };
    const objects = new TenantObjects({ house: join(folder, 'house'), own: async () => bucket });
    const name = await objects.put(unit, utf8('sealed'));
    expect(name.place).toBe('own');
    expect(existsSync(join(folder, 'house'))).toBe(false);
    expect(await objects.get(unit, name)).toEqual(utf8('sealed'));
    const later = addSeconds(systemClock.now(), 60);
    expect(await objects.writtenBefore(unit, later, 9)).toEqual([name.sha256]);
    expect(await objects.writtenBefore(unit, addSeconds(later, -3_600), 9)).toEqual([]);
    await objects.remove(unit, name.sha256);
    await expect(objects.get(unit, name)).rejects.toThrow('objects.missing');
  });

  test('a wrong key is refused, and a store that is away is said to be', async () => {
    const thief = new S3Objects({
      ...parts,
      accessKey: 'labaccess',
      secretKey: 'wrong',
      lockDays: 1,
    });
    await expect(thief.putOnce('cc/three', utf8('x'))).rejects.toThrow('objects.refused');
    const away = new S3Objects({
      ...parts,
      endpoint: 'http://127.0.0.1:9',
      accessKey: 'a',
      secretKey: 'b',
      lockDays: 1,
    });
    await expect(away.get('any')).rejects.toThrow('objects.unreachable');
  });
});

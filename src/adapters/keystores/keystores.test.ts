import { createHmac } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Listening, listen } from '#adapters/wire';
import { utf8 } from '#base/bytes';
import { addSeconds, parseInstant } from '#base/clock';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import type { TokenAsk } from '#business/vault';
import { keystoreHandler } from '#doors/wire';
import { SealKeys } from '#trust/keys';
import {
  isOrderSecret,
  KeystoreClient,
  orderSecret,
  SoftSeals,
  SoftWrapKeys,
  tokenLimits,
} from './index.ts';
import { MinuteLimit } from './minute-limit.ts';
import { TokenKey } from './token-key.ts';

describe('the key store behind its socket', () => {
  const tenant = 'coop' as TenantId;
  const other = 'other' as TenantId;
  const suite = 'aes-256-gcm';
  let folder = '';
  let now = parseInstant('2026-11-23T10:00:00.000+08:00');
  let listening: Listening | undefined;
  /** As the API is: it may ask and not order. */
  let client: KeystoreClient;
  let worker: KeystoreClient;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fk-'));
    await serve();
  });
  afterEach(async () => {
    await listening?.close();
    await rm(folder, { recursive: true, force: true });
  });

  function keysIn(): SoftWrapKeys {
    const clock = { now: () => now, source: 'TEST' };
    return new SoftWrapKeys(join(folder, 'tenants'), systemRandom, { clock });
  }

  async function serve(): Promise<void> {
    await listening?.close();
    const secret = await orderSecret(folder, systemRandom);
    const socket = join(folder, 's');
    const handler = keystoreHandler({
      wrapKeys: keysIn(),
      isOrder: (given) => isOrderSecret(given, secret),
      sealKeys: Reflect.construct(SealKeys, [{}]),
      seals: new SoftSeals(folder),
    });
    listening = await listen(socket, handler);
    client = new KeystoreClient(socket);
    worker = new KeystoreClient(socket, secret);
  }

  const wrapOne = async (key: Uint8Array, of = tenant) => {
    const { epoch, wrapped } = await client.wrap(of, { suite, keys: [{ subject: 's1', key }] });
    return { subject: 's1', epoch, wrapped: wrapped[0] ?? new Uint8Array() };
  };
  const askOf = (change: Partial<TokenAsk> = {}): TokenAsk => ({
    field: 'phone',
    kind: 'exact',
    value: '00000000001',
    from: 0,
    count: 2,
    ...change,
  });
  const tokenOf = async (change: Partial<TokenAsk> = {}, of = tenant) => {
    const asked = { purpose: 'store', asks: [askOf(change)] } as const;
    const [answer] = await client.tokens(of, asked);
    return Buffer.from(answer?.tokens[0] ?? []).toString('hex');
  };

  test('wrapped keys open for their owner only, in either suite, also after a restart', async () => {
    const key = systemRandom.bytes(32);
    const keys = ['s1', 's2'].map((subject) => ({ subject, key }));
    for (const name of ['aes-256-gcm', 'sm4-ctr-hmac-sm3'] as const) {
      const { epoch, wrapped } = await client.wrap(tenant, { suite: name, keys });
      await serve();
      const [one, two] = wrapped.map((bytes) => ({ epoch, wrapped: bytes }));
      if (one === undefined || two === undefined) throw new Error('two were asked for');
      const owned = [
        { subject: 's1', ...one },
        { subject: 's2', ...two },
      ];
      expect(await client.unwrap(tenant, owned)).toEqual([key, key]);
      const refused = { code: 'vault.cipher_refused' };
      const moved = client.unwrap(tenant, [{ subject: 's1', ...two }]);
      await expect(moved).rejects.toMatchObject(refused);
      await client.wrap(other, { suite: name, keys });
      await expect(client.unwrap(other, owned)).rejects.toMatchObject(refused);
      const lost = { subject: 's1', ...one, epoch: 'e999999' };
      expect(await client.unwrap(tenant, [lost])).toEqual([undefined]);
    }
  });

  test('tokens differ by tenant, field, kind, value and counter, and by nothing else', async () => {
    const first = await tokenOf();
    await serve();
    expect(await tokenOf()).toBe(first);
    expect(await tokenOf({ count: 1 })).toBe(first.slice(0, 64));
    expect(await tokenOf({ from: 1, count: 1 })).toBe(first.slice(64));
    const others = [
      first.slice(64),
      await tokenOf({ field: 'card', count: 1 }),
      await tokenOf({ kind: 'tail', count: 1 }),
      await tokenOf({ value: '00000000002', count: 1 }),
      await tokenOf({ count: 1 }, other),
    ];
    expect(new Set([first.slice(0, 64), ...others]).size).toBe(6);
  });

  test('the quick HMAC is the HMAC', () => {
    for (const bytes of [1, 32, 64, 65, 200]) {
      const [key, message] = [systemRandom.bytes(bytes), systemRandom.bytes(bytes)];
      const expected = createHmac('sha256', key).update(message).digest('hex');
      expect(Buffer.from(new TokenKey(key).sign(message)).toString('hex')).toBe(expected);
    }
  });

  test('every file with a key is readable by its owner only', async () => {
    await wrapOne(systemRandom.bytes(32));
    const files = (await readdir(folder, { recursive: true })).filter((one) =>
      one.endsWith('.key'),
    );
    expect(files.toSorted()).toEqual(['order.key', 'tenants/coop/e000001.key']);
    for (const name of files) {
      expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
    }
  });

  test('a turned and retired epoch opens nothing, and its bytes are gone from the file', async () => {
    const key = systemRandom.bytes(32);
    const before = await wrapOne(key);
    const old = await readFile(join(folder, 'tenants/coop/e000001.key'), 'utf8');
    expect(await worker.turn(tenant, 'e000001')).toBe('e000002');
    // Asked again, or by a second worker, it is not turned twice.
    expect(await worker.turn(tenant, 'e000001')).toBe('e000002');
    expect(await worker.turn(tenant, 'e000002')).toBe('e000002');
    expect(await client.epochs(tenant)).toEqual(['e000001', 'e000002']);
    expect(await client.unwrap(tenant, [before])).toEqual([key]);
    const asked = { purpose: 'find', asks: [askOf()] } as const;
    expect(await client.tokens(tenant, asked)).toHaveLength(2);
    const today = { code: 'keystores.epoch_in_use' };
    await expect(worker.retire(tenant, 'e000002')).rejects.toMatchObject(today);
    await worker.retire(tenant, 'e000001');
    await worker.retire(tenant, 'e000001');
    await serve();
    expect(await client.epochs(tenant)).toEqual(['e000002']);
    expect(await client.unwrap(tenant, [before])).toEqual([undefined]);
    for (const name of await readdir(join(folder, 'tenants/coop'))) {
      expect(await readFile(join(folder, 'tenants/coop', name), 'utf8')).not.toBe(old);
    }
  });

  test('who has the API can ask, and cannot have a single secret destroyed', async () => {
    await wrapOne(systemRandom.bytes(32));
    const refused = { code: 'keystore.order_refused' };
    const guessing = new KeystoreClient(join(folder, 's'), '0'.repeat(64));
    for (const thief of [client, guessing]) {
      await expect(thief.turn(tenant, 'e000001')).rejects.toMatchObject(refused);
      await expect(thief.retire(tenant, 'e000001')).rejects.toMatchObject(refused);
      await expect(thief.forget(tenant)).rejects.toMatchObject(refused);
    }
    expect(await client.epochs(tenant)).toEqual(['e000001']);
  });

  test('a tenant that left is forgotten: nothing opens, and nothing begins again', async () => {
    const before = await wrapOne(systemRandom.bytes(32));
    const theirs = await wrapOne(systemRandom.bytes(32), other);
    await worker.turn(tenant, 'e000001');
    await worker.forget(tenant);
    await worker.forget(tenant);
    await serve();
    expect(await client.unwrap(tenant, [before])).toEqual([undefined]);
    expect(await readdir(join(folder, 'tenants/coop'))).toEqual(['forgotten']);
    const gone = { code: 'keystores.tenant_forgotten' };
    await expect(wrapOne(systemRandom.bytes(32))).rejects.toMatchObject(gone);
    await expect(tokenOf()).rejects.toMatchObject(gone);
    expect(await client.unwrap(other, [theirs])).not.toEqual([undefined]);
  });

  test('look-ups are limited by the minute, by tenant, whatever is claimed', async () => {
    const asks = Array.from({ length: tokenLimits.find }, (_, at) => askOf({ value: `${at}` }));
    await client.tokens(tenant, { purpose: 'store', asks: [askOf()] });
    await client.tokens(tenant, { purpose: 'find', asks });
    const more = { asks: [askOf()] };
    const refused = { code: 'vault.lookups_too_many', retryable: true };
    // No change of epoch is under way, so that who pretends one is counted with the others.
    for (const purpose of ['find', 'change'] as const) {
      const asking = worker.tokens(tenant, { purpose, ...more });
      await expect(asking).rejects.toMatchObject(refused);
    }
    await client.tokens(other, { purpose: 'find', ...more });
    now = addSeconds(now, 60);
    await client.tokens(tenant, { purpose: 'find', ...more });
  });

  test('while an epoch is changing, whoever has the API guesses no faster than before', async () => {
    await wrapOne(systemRandom.bytes(32));
    await worker.turn(tenant, 'e000001');
    const asked = { purpose: 'change', asks: [askOf()] } as const;
    await expect(client.tokens(tenant, asked)).rejects.toMatchObject({
      code: 'keystore.order_refused',
    });
    expect(await worker.tokens(tenant, asked)).toHaveLength(2);
  });

  test('made-up names make no minute begin anew', () => {
    const limit = new MinuteLimit({ now: () => now, source: 'TEST' });
    limit.take('coop find', 600, 600);
    for (let at = 0; at <= 10_000; at += 1) limit.take(`made-up-${at} find`, 1, 600);
    expect(() => limit.take('coop find', 1, 600)).toThrow('vault.lookups_too_many');
  });

  test('a mark stays what it is: after a restart, a change of epoch, and for its tenant only', async () => {
    const address = utf8('203.0.113.7');
    const markOf = (of: TenantId, field = 'address') => client.bind(of, field, address);
    const first = await markOf(tenant);
    await worker.turn(tenant, 'e000001');
    await worker.retire(tenant, 'e000001');
    await serve();
    expect(await markOf(tenant)).toEqual(first);
    expect(await markOf(tenant, 'login')).not.toEqual(first);
    expect(await markOf(other)).not.toEqual(first);
    await worker.forget(tenant);
    expect(await readdir(join(folder, 'tenants/coop'))).toEqual(['forgotten']);
    await expect(markOf(tenant)).rejects.toMatchObject({ code: 'keystores.tenant_forgotten' });
  });

  test('names that would leave the folder, and questions without end, are refused', async () => {
    for (const name of ['', '..', '../x', 'a/b', 'a.b', '测试', 'x'.repeat(64), '.hidden']) {
      const asking = client.epochs(name as TenantId);
      const code = name === '' ? 'keystore.request_malformed' : 'keystores.tenant_malformed';
      await expect(asking).rejects.toMatchObject({ code });
    }
    expect(await readdir(folder)).not.toContain('x');
    const large = { code: 'vault.question_too_large' };
    for (const change of [{ count: 65_537 }, { count: 0 }, { from: -1 }]) {
      await expect(tokenOf(change)).rejects.toMatchObject(large);
    }
    await expect(tokenOf({ value: 'x'.repeat(1_001) })).rejects.toMatchObject(large);
    const many = Array.from({ length: 2_001 }, () => ({ subject: 's', key: utf8('k') }));
    await expect(client.wrap(tenant, { suite, keys: many })).rejects.toMatchObject(large);
    await expect(worker.retire(tenant, '../../order')).rejects.toMatchObject({
      code: 'keystores.name_malformed',
    });
  });

  test('an unknown route and a malformed question are refused with a code', async () => {
    const handler = keystoreHandler({
      wrapKeys: keysIn(),
      isOrder: () => false,
      sealKeys: Reflect.construct(SealKeys, [{}]),
      seals: new SoftSeals(folder),
    });
    const ask = (path: string, body: string) => handler({ method: 'POST', path, body: utf8(body) });
    await expect(ask('/vault/keys', '{}')).rejects.toMatchObject({
      code: 'keystore.route_unknown',
    });
    const wrap = '{"tenant":"t","suite":"aes-256-gcm","keys":';
    for (const body of ['[]', '{', '{"tenant":7}', `${wrap}7}`, `${wrap}[7]}`, `${wrap}[{}]}`]) {
      await expect(ask('/vault/wrap', body)).rejects.toMatchObject({
        code: 'keystore.request_malformed',
      });
    }
  });
});

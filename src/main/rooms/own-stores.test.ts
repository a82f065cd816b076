import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TenantObjects } from '#adapters/objects';
import { utf8 } from '#base/bytes';
import { systemClock } from '#base/clock';
import { faultCode } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { TenantRecord } from '#business/tenancy';
import { OwnStores } from './own-stores.ts';

/** As much of an S3 as one bucket needs: put, get, list, versions, delete; keys are looked at. */
const held = new Map<string, Buffer>();
const asked: string[] = [];
let root = '';
let server: Server;
let endpoint = '';
let isBucketShut = false;
const id = 'test-coop' as TenantId;
const unit = { tenant: id };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fubie-own-'));
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://s3');
    const name = url.pathname.slice('/papers/'.length);
    asked.push(request.headers.authorization ?? '');
    const body: Buffer[] = [];
    request.on('data', (part: Buffer) => body.push(part));
    request.on('end', () => {
      if (isBucketShut) {
        response.statusCode = 403;
        response.end('<Error><Code>AccessDenied</Code></Error>');
        return;
      }
      if (request.method === 'PUT') held.set(name, Buffer.concat(body));
      if (request.method === 'DELETE') response.statusCode = held.delete(name) ? 204 : 404;
      const prefix = url.searchParams.get('prefix') ?? '';
      const keys = [...held.keys()].filter((key) => key.startsWith(prefix));
      const stamp = '<LastModified>2026-11-22T00:00:00.000Z</LastModified>';
      if (url.searchParams.has('list-type')) {
        response.end(keys.map((key) => `<Contents><Key>${key}</Key>${stamp}</Contents>`).join(''));
      } else if (url.searchParams.has('versions')) {
        const one = (key: string) =>
          `<Version><Key>${key}</Key><VersionId>v1</VersionId></Version>`;
        response.end(keys.map(one).join(''));
      } else response.end(held.get(name));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterAll(async () => {
  server.close();
  await rm(root, { recursive: true, force: true });
});

test('S2-35 文件留在机构自己的 S3：凭据只在本机的文件里，别人能读就不用，内部库里没有一个字节', async () => {
  const stores = new OwnStores({ root, clock: systemClock });
  const record = { id, store: { kind: 's3', endpoint, bucket: 'papers' } } as const;
  const own = () => stores.of(record);
  const objects = new TenantObjects({ house: join(root, 'objects'), own });
  const refused = () => objects.put(unit, utf8('x')).then(() => undefined, faultCode);
  expect(await refused()).toBe('objects.store_closed');
  await mkdir(join(root, 'stores'));
  const keys = join(root, 'stores', `${id}.json`);
  await writeFile(keys, JSON.stringify({ accessKey: 'its-key', secretKey: 'its-secret' }));
  await chmod(keys, 0o644);
  expect(await refused()).toBe('objects.store_closed');
  await chmod(keys, 0o600);

  const name = await objects.put(unit, utf8('sealed'));
  expect(name).toMatchObject({ place: 'own', bytes: 6 });
  expect([...held.keys()]).toEqual([`${name.sha256.slice(0, 2)}/${name.sha256}`]);
  expect(asked.at(-1)).toContain('Credential=its-key/');
  expect(await objects.get(unit, name)).toEqual(utf8('sealed'));
  held.set(`${name.sha256.slice(0, 2)}/${name.sha256}`, Buffer.from('altere'));
  expect(await objects.get(unit, name).then(() => undefined, faultCode)).toBe('objects.altered');
  const now = systemClock.now();
  expect(await objects.writtenBefore(unit, now, 9)).toEqual([name.sha256]);
  await objects.remove(unit, name.sha256);
  expect(held.size).toBe(0);
});

test('机构的库没有凭据、拒绝、没有应答：都是过后再试，不让对方当成永远不收，也不说出内网地址', async () => {
  const inside = join(root, 'inside');
  await mkdir(join(inside, 'stores'), { recursive: true });
  const told = async (store: TenantRecord['store']) => {
    const stores = new OwnStores({ root: inside, clock: systemClock });
    const objects = new TenantObjects({ house: inside, own: () => stores.of({ id, store }) });
    return objects.put(unit, utf8('x')).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  };
  const s3 = (at: string) => ({ kind: 's3', endpoint: at, bucket: 'papers' }) as const;
  const closed = await told(s3(endpoint));
  expect(closed).toMatchObject({ code: 'objects.store_closed', retryable: true });
  const keys = join(inside, 'stores', `${id}.json`);
  await writeFile(keys, JSON.stringify({ accessKey: 'a', secretKey: 'b' }), { mode: 0o600 });
  isBucketShut = true;
  const refused = await told(s3(endpoint));
  isBucketShut = false;
  expect(refused).toMatchObject({ code: 'objects.refused', retryable: true });
  const silent = await told(s3('http://127.0.0.1:9'));
  expect(silent).toMatchObject({ code: 'objects.unreachable', retryable: true, details: {} });
});

test('没有自己的库，就在内部库；文件夹也是一种库', async () => {
  const stores = new OwnStores({ root, clock: systemClock });
  expect(await stores.of({ id, store: undefined })).toBeUndefined();
  const folder = await stores.of({ id, store: { kind: 'folder', path: 'theirs' } });
  await folder?.putOnce('aa/one', utf8('1'));
  expect(await folder?.list()).toEqual(['aa/one']);
});

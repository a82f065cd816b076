import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { addSeconds, systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import {
  Answers,
  buildServer,
  identifyBy,
  listenTls,
  MemoryRate,
  RouteBook,
  type TlsListening,
} from '#doors/http';
import type { Estate } from '../estate/estate.ts';
import { addressBytes, lanNames } from '../estate/lan-names.ts';
import { makeTls, tlsFiles, tlsRootFile } from './tls.ts';

const root = mkdtempSync(join(tmpdir(), 'fubie-tls-'));
const estate: Estate = { root, sockets: root, trust: root, tenants: root };
const folder = join(root, 'serve');
const parts = { clock: systemClock, random: systemRandom };
const hosts = ['demo-consumer-finance.localhost'];

let listening: TlsListening;
let server: ReturnType<typeof buildServer>;

beforeAll(async () => {
  mkdirSync(folder);
  await makeTls(estate, hosts, parts);
  server = buildServer(toyBook(), toyParts());
  listening = await listenTls(server, identityOnDisk(), {
    host: '127.0.0.1',
    port: 0,
    requestId: () => 'none',
  });
});
afterAll(async () => {
  await listening.close();
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

test('S1-21 局域网只说 TLS 1.3，凭 TEST 根即可信；别的根不可信，旧版本被拒绝', async () => {
  const trusted = await ask({ servername: 'localhost' });
  expect(trusted).toMatchObject({ status: 200, protocol: 'TLSv1.3' });
  // A browser keeps HSTS per name: plain http://localhost stays a door of this computer.
  expect(trusted.hsts).toBeUndefined();
  const tenant = await ask({ servername: hosts[0] ?? '' });
  expect(tenant.hsts).toMatch(/^max-age=\d{7,}/);
  await expect(ask({ servername: 'localhost', maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol/);
  await expect(ask({ servername: 'localhost', ca: [] })).rejects.toThrow(/certificate/);
  await expect(ask({ servername: 'bank.example.com' })).rejects.toThrow(/altnames/);
});

test('根的私钥只有本人可读；根只能为本地的名称与地址发证', () => {
  expect(statSync(join(root, 'tls-root', 'key.pem')).mode & 0o077).toBe(0);
  const certificate = new X509Certificate(readFileSync(tlsRootFile(estate)));
  expect(certificate.subject).toContain('TEST TLS ROOT – NOT LICENSED');
  expect(certificate.ca).toBe(true);
  const names = lanNames(['bank.example.com', '8.8.8.8', ...hosts]);
  expect(names).toContain('localhost');
  expect(names).toContain(hosts[0]);
  expect(names).not.toContain('bank.example.com');
  expect(names).not.toContain('8.8.8.8');
});

test('地址未变即不换证书；名称变了或快到期就换，根不换', async () => {
  const chain = (): string => readFileSync(join(folder, tlsFiles.chain), 'utf8');
  const [before, rootBefore] = [chain(), readFileSync(tlsRootFile(estate), 'utf8')];
  await makeTls(estate, hosts, parts);
  expect(chain()).toBe(before);
  await makeTls(estate, [...hosts, 'another.localhost'], parts);
  const renamed = chain();
  expect(renamed).not.toBe(before);
  const in61Days = addSeconds(systemClock.now(), 61 * 86_400);
  const later = { ...parts, clock: { source: 'TEST_CLOCK', now: () => in61Days } };
  await makeTls(estate, [...hosts, 'another.localhost'], later);
  expect(chain()).not.toBe(renamed);
  expect(readFileSync(tlsRootFile(estate), 'utf8')).toBe(rootBefore);
});

test('地址的字节', () => {
  expect(addressBytes('192.168.1.9')).toEqual(Uint8Array.of(192, 168, 1, 9));
  const short = [...(addressBytes('fd00::1:2') ?? [])];
  expect(short).toEqual([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2]);
  expect(addressBytes('fubie.local')).toBeUndefined();
});

interface Said {
  readonly status: number | undefined;
  readonly protocol: string | null;
  readonly hsts: string | undefined;
}

function ask(more: {
  servername: string;
  maxVersion?: 'TLSv1.2';
  ca?: readonly string[];
}): Promise<Said> {
  const { servername, maxVersion, ca = [readFileSync(tlsRootFile(estate), 'utf8')] } = more;
  const options: RequestOptions = {
    host: '127.0.0.1',
    port: listening.port,
    path: '/v1/toy',
    agent: false,
    ca: [...ca],
    servername,
    headers: { host: servername },
  };
  if (maxVersion !== undefined) options.maxVersion = maxVersion;
  return new Promise((resolve, reject) => {
    const asked = request(options);
    asked.once('error', reject);
    asked.once('response', (answer) => {
      const { socket, statusCode, headers } = answer;
      const protocol = socket instanceof TLSSocket ? socket.getProtocol() : null;
      answer.resume();
      resolve({ status: statusCode, protocol, hsts: headers['strict-transport-security'] });
    });
    asked.end();
  });
}

function identityOnDisk() {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { key: read(tlsFiles.key), chain: read(tlsFiles.chain) };
}

function toyBook(): RouteBook {
  const book = new RouteBook();
  const ok = { status: 200, body: z.strictObject({ ok: z.boolean() }) };
  const head = { tag: 't', summary: { zh: '', en: '' }, who: ['anyone'], refusals: [] } as const;
  book.read({ ...head, method: 'GET', path: '/v1/toy', answer: ok }, async () => ({ ok: true }));
  return book;
}

function toyParts(): Parameters<typeof buildServer>[1] {
  const unused = async (): Promise<never> => {
    throw new Error('a toy keeps nothing');
  };
  const units = { run: unused };
  return {
    units,
    onBug: () => undefined,
    requestId: () => 'none',
    hostOf: async () => ({ tenant: 'toy' as TenantId, frameOrigins: [] }),
    identify: identifyBy([]),
    authorise: async () => undefined,
    journal: { writeAll: unused },
    rate: new MemoryRate(systemClock),
    answers: new Answers({
      units,
      clock: systemClock,
      store: { claim: unused, keep: unused, claimAll: unused, keepAll: unused },
      seal: { seal: unused, open: unused, ready: () => undefined },
    }),
  };
}

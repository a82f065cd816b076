import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { systemClock } from '#base/clock';
import { faultCode } from '#base/fault';
import { systemRandom } from '#base/random';
import {
  AddressMarks,
  ClientDesk,
  MachineDoor,
  machineFaults,
  type SecretBox,
} from '#business/access';
import { bankA, openScratch, type Scratch } from '../scratch.ts';
import { PostgresClients, PostgresNonces } from './client-store.ts';
import { PostgresRates } from './rate-store.ts';

const guide = readFileSync('docs/guide/api-signing.md', 'utf8');
const blocks = [...guide.matchAll(/^```(\w+) ?([\w-]*)\n([\s\S]*?)^```$/gm)].map(
  ([, language, label, text]) => ({ language, label, text: text ?? '' }),
);
const host = 'bank-a.example';
const by = '01900000-0000-7000-8000-000000000001';
const secrets: SecretBox = {
  seal: async (_unit, _place, bytes) => bytes.toReversed(),
  open: async (_unit, _place, sealed) => sealed.toReversed(),
};

/** The guide's own shell, up to the place where it signs with this kind of key, and the sending. */
function shellFor(kind: string): string {
  const shell = blocks.filter(({ language }) => language === 'sh');
  const chosen = shell.filter(({ label }) => label === '' || label === kind);
  return ['set -eu', ...chosen.map(({ text }) => text)].join('\n');
}

describe('docs/guide/api-signing.md', () => {
  let world: Scratch;
  let server: Server;
  let desk: ClientDesk;
  let url = '';
  const folder = mkdtempSync(join(tmpdir(), 'fubie-guide-'));

  beforeAll(async () => {
    world = await openScratch();
    const clients = new PostgresClients();
    const register = { note: async () => ({ hash: '0'.repeat(64) }) };
    const base = { clients, secrets, engine: nodeEngine, clock: systemClock, random: systemRandom };
    desk = new ClientDesk({ ...base, register, fourEyes: { take: async () => undefined } });
    const door = new MachineDoor({
      ...base,
      units: world.units,
      nonces: new PostgresNonces(),
      rates: new PostgresRates(),
      marks: new AddressMarks({ key: async () => new Uint8Array(32), engine: nodeEngine }),
    });
    const answer = async (request: IncomingMessage): Promise<string> => {
      try {
        const client = await door.identify(bankA, await factsOf(request));
        return client?.name ?? 'nobody';
      } catch (thrown) {
        return faultCode(thrown) ?? String(thrown);
      }
    };
    server = createServer((request, reply) => {
      void answer(request).then((said) => reply.end(said));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.close();
    await world.close();
    rmSync(folder, { recursive: true });
  });

  async function factsOf(request: IncomingMessage) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const lines = Object.entries(request.headersDistinct);
    return {
      method: request.method ?? '',
      targetUri: `http://${request.headers.host}${request.url}`,
      authority: request.headers.host ?? '',
      headers: Object.fromEntries(lines.map(([name, each]) => [name, (each ?? []).join(', ')])),
      body: new Uint8Array(Buffer.concat(chunks)),
      address: '127.0.0.1',
    };
  }

  async function keyOf(kind: 'hmac-sha256' | 'ed25519' | 'sm2-sm3', publicKey?: Uint8Array) {
    const terms = { name: '对接系统', scopes: ['case.read' as const], addresses: [] };
    const more = { signature: 'required' as const, rate: 'standard' as const };
    const id = await world.units.run(bankA, desk.register(by, { ...terms, ...more }));
    const order = { kind, ...(publicKey === undefined ? {} : { publicKey }) };
    return world.units.run(bankA, desk.addKey(by, id, order));
  }

  async function run(kind: string, env: Record<string, string>): Promise<string> {
    const words = ['-c', shellFor(kind)];
    const options = { cwd: folder, env: { ...inherited(), ...env, HOST: host, URL: url } };
    return (await promisify(execFile)('bash', words, options)).stdout;
  }

  test('the HMAC example is taken, and with one letter of the secret changed it is not', async () => {
    const { id, secret = '' } = await keyOf('hmac-sha256');
    expect(await run('hmac-sha256', { KEY_ID: id, SECRET: secret })).toBe('对接系统');
    const wrong = `${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`;
    expect(await run('hmac-sha256', { KEY_ID: id, SECRET: wrong })).toBe(
      'access.signature_refused',
    );
  });

  test.each([
    ['ed25519', 'ED25519'],
    ['sm2-sm3', 'SM2'],
  ] as const)('the %s example is taken', async (kind, algorithm) => {
    const key = join(folder, 'key.pem');
    execFileSync('openssl', ['genpkey', '-algorithm', algorithm, '-out', key]);
    const words = ['pkey', '-in', key, '-pubout', '-outform', 'DER'];
    const { id } = await keyOf(kind, new Uint8Array(execFileSync('openssl', words)));
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await run(kind, { KEY_ID: id })).toBe('对接系统');
    }
  });

  test('the TypeScript example is taken', async () => {
    const { id: keyId, secret = '' } = await keyOf('hmac-sha256');
    const file = join(folder, 'signed-headers.mts');
    writeFileSync(file, blocks.find(({ language }) => language === 'ts')?.text ?? '');
    const { signedHeaders } = (await import(file)) as {
      signedHeaders: (order: object) => Record<string, string>;
    };
    const body = '{"note":"对账"}';
    const target = new URL(`${url}/v1/example?x=1`);
    const headers = signedHeaders({ url: target, body, keyId, secret });
    const answer = await fetch(target, { method: 'POST', headers, body });
    expect(await answer.text()).toBe('对接系统');
  });

  test('names every code with which a signed request is refused', () => {
    const signed = machineFaults.filter((code) => /signature|rate|revoked|address_r/.test(code));
    for (const code of signed) expect(guide).toContain(`\`${code}\``);
  });
});

/** Only what a shell needs to find its programs. */
function inherited(): Record<string, string> {
  return { PATH: '/usr/local/bin:/usr/bin:/bin' };
}

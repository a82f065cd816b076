/** Tenants come and go by one command each, on a house that stands and on one that does not. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { KeystoreClient, TokenKeys } from '#adapters/keystores';
import { openDatabase, PostgresTenantDirectory } from '#adapters/postgres';
import { loadFonts, outlinesOf } from '#adapters/typesetting';
import { fromUtf8, toHex } from '#base/bytes';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import type { SealAct } from '#business/seal';
import { parseEntry } from '#formats/entry';
import { sealOfKind } from '#formats/pdf';
import { parseCertificate } from '#formats/x509';
import { openSoftToken } from '../src/adapters/keystores/soft-token.fixture.ts';
import { childEnvironment, readProcessSettings } from '../src/config.ts';
import { databaseUrlFile } from '../src/main/estate/database-access.ts';
import { openEstate, processFolder, socketOf } from '../src/main/estate/estate.ts';
import { gatewayNames, sealName } from '../src/main/estate/plan.ts';
import { type House, openHouse } from '../src/main/house/house.ts';
import { openGround } from '../src/main/rooms/ground.ts';
import { sealBookOf } from '../src/main/rooms/seal.ts';

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const demoFile = join(import.meta.dirname, '../catalog/institutions/demo-consumer-finance.json');
const stepMsMax = 110_000;
const run = promisify(execFile);
let root = '';
let file = '';

const token = openSoftToken();

beforeAll(() => {
  if (token !== undefined) vi.stubEnv('HOME', token.home);
  root = mkdtempSync(join(tmpdir(), 'fubie-tenants-'));
  file = join(root, 'newcomer.json');
  writeFileSync(file, orderText('newcomer'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

/** S1-11: the ceremony has the key made in a token, where this computer has one. */
function inToken(): readonly string[] {
  if (token === undefined) return [];
  const { module, token: label } = token.place;
  writeFileSync(join(root, 'pin'), token.pin, { mode: 0o600 });
  return ['--pkcs11', module, '--token', label, '--password-file', join(root, 'pin')];
}

function orderText(id: string): string {
  const { store, ...held } = JSON.parse(readFileSync(demoFile, 'utf8'));
  expect(store).toBeDefined();
  const place = { profile: 'shared-saas', documents: 'house', hosts: [`${id}.localhost`] };
  return JSON.stringify({ ...held, ...place, id, name: `示例机构${id}` });
}

async function fubie(...args: readonly string[]): Promise<Record<string, unknown>> {
  const options = { env: { ...childEnvironment(), FUBIE_VAR: root, FUBIE_PORT: '0' } };
  const { stdout } = await run(process.execPath, [program, ...args, '--json'], options);
  const { tenants, seals } = JSON.parse(stdout);
  return (tenants ?? seals)[0];
}

const failure = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => undefined,
    (thrown: { stdout: string }) => JSON.parse(thrown.stdout).failed.code,
  );

async function hostOf(host: string): Promise<string | undefined> {
  const folder = processFolder(openEstate(root), 'work');
  const database = openDatabase(readFileSync(join(folder, databaseUrlFile), 'utf8').trim());
  try {
    return await new PostgresTenantDirectory({ database }).ofHost(host);
  } finally {
    await database.close();
  }
}

function stand(): Promise<House> {
  const settings = { mode: 'demo', root, port: 0, databaseUrl: undefined } as const;
  const without = ['serve', ...gatewayNames];
  return openHouse(settings, { clock: systemClock, random: systemRandom, without });
}

describe('S2-85 机构的入驻与退出', () => {
  test('a stopped house is opened for as long as the onboarding takes', {
    timeout: stepMsMax,
  }, async () => {
    expect(await fubie('tenant', 'add', '--file', file)).toMatchObject({ state: 'open' });
    const listed = await run(process.execPath, [program, 'tenant', 'list', '--json'], {
      env: { ...childEnvironment(), FUBIE_VAR: root },
    });
    const ids = JSON.parse(listed.stdout).tenants.map(({ tenant }: { tenant: string }) => tenant);
    expect(ids).toContain('newcomer');
    expect(ids).toContain('demo-credit-cooperative');
  });

  test('a standing house takes one up while it goes on, and lets it go', {
    timeout: 3 * stepMsMax,
  }, async () => {
    const house = await stand();
    try {
      expect(await hostOf('newcomer.localhost')).toBe('newcomer');
      expect(await hostOf('second.localhost')).toBeUndefined();
      const second = join(root, 'second.json');
      writeFileSync(second, orderText('second'));
      const before = house.supervisor.pids().get('work');
      await fubie('tenant', 'add', '--file', second);
      await fubie('tenant', 'add', '--file', second);
      expect(await hostOf('second.localhost')).toBe('second');
      expect(house.supervisor.pids().get('work')).toBe(before);
      await keepSeal(house);
      const keystore = new KeystoreClient(socketOf(house.estate, 'keystore'));
      const gone = 'second' as TenantId;
      const suite = 'aes-256-gcm';
      const keys = [{ subject: 's-1', key: new Uint8Array(32) }];
      const { epoch, wrapped } = await keystore.wrap(gone, { suite, keys });
      await leave();
      // Nothing of it opens any more, and its host is nobody's.
      const held = [{ subject: 's-1', epoch, wrapped: wrapped[0] ?? new Uint8Array() }];
      expect(await keystore.unwrap(gone, held)).toEqual([undefined]);
      const again = keystore.wrap(gone, { suite, keys });
      await expect(again).rejects.toMatchObject({ code: 'keystores.tenant_forgotten' });
      expect(existsSync(join(root, 'keystore/seals/second', `${sealName}.key.pem`))).toBe(false);
      expect(existsSync(join(root, 'sequencer/second/key.pem'))).toBe(false);
      expect(existsSync(join(root, 'sequencer/second/twin-key.pem'))).toBe(false);
      expect(await hostOf('second.localhost')).toBeUndefined();
      expect(await failure(fubie('tenant', 'add', '--file', second))).toBe('tenancy.leaving');
    } finally {
      await house.close();
    }
  });

  /** S3-42: what was approved in the book is made by its keeper, and what was destroyed ends. */
  async function keepSeal(house: House): Promise<void> {
    const ground = await openGround(readProcessSettings(processFolder(house.estate, 'work')));
    const [tenant, seal] = ['second' as TenantId, 'branch-seal'];
    const told = (act: string, ...more: readonly string[]) =>
      fubie('seal', act, '--tenant', tenant, '--seal', seal, ...more);
    const paper = ['--documents', 'loan-contract', '--days', '30', '--granted-by', '董事会办公室'];
    const make = () => told('make', ...paper, '--by', 'keeper', ...inToken());
    const year = ['--documents', 'loan-contract', '--days', '365', '--granted-by', '董事会办公室'];
    const renew = () => told('renew', ...year, '--by', 'keeper');
    try {
      const book = sealBookOf(ground, outlinesOf(loadFonts()));
      const step = (act: SealAct, by: string) =>
        ground.units.run(tenant, book.step(seal, { act, by, why: '网点业务需要' }));
      const figure = sealOfKind('finance', { name: '示例机构' });
      const order = { id: seal, figure, by: 'wang', why: '网点业务需要' };
      await ground.units.run(tenant, book.apply(order));
      expect(await failure(make())).toBe('seal.standing_differs');
      await step('approve', 'li');
      expect(await make()).toMatchObject({ standing: 'made', words: '财务专用章' });
      const keyFile = join(root, 'keystore/seals/second/branch-seal.key.pem');
      expect(existsSync(keyFile)).toBe(token === undefined);
      const { subjectCommonName } = parseCertificate(
        await ground.keystore.certificateOf(tenant, seal),
      );
      expect(subjectCommonName).toBe('财务专用章');
      expect(await failure(told('destroy'))).toBe('seal.standing_differs');
      // Its paper ends in a month: another one, and the book shows both.
      const { certificateSha256: first } = (await told('list')) as { certificateSha256?: string };
      const renewed = await renew();
      expect(renewed).toMatchObject({ standing: 'made', earlier: [expect.any(String)] });
      expect(renewed['certificateSha256']).not.toBe(first);
      expect(await failure(renew())).toBe('seal.paper_runs');
      await step('destroy', 'li');
      expect(await told('destroy')).toMatchObject({ standing: 'destroyed' });
      const ended = ground.keystore.certificateOf(tenant, seal);
      await expect(ended).rejects.toMatchObject({ code: 'keys.seal_unknown' });
      if (token === undefined) return;
      const left = new TokenKeys({ ...token.place, pin: token.pin }).signer(`${tenant}/${seal}`);
      await expect(left).rejects.toMatchObject({ code: 'keystores.token_key_unknown' });
    } finally {
      await ground.database.close();
    }
  }

  async function leave(): Promise<void> {
    const folder = join(root, 'export');
    const told = await fubie('tenant', 'exit', '--tenant', 'second', '--export', folder);
    expect(told).toMatchObject({ state: 'closed', packages: 0, erased: [] });
    const manifest = readFileSync(join(folder, 'manifest.json'));
    const sha256 = await nodeEngine.digest('sha256', new Uint8Array(manifest));
    expect(told['manifestSha256']).toBe(toHex(sha256));
    for (const { name, sha256: stated } of JSON.parse(manifest.toString()).files) {
      const bytes = new Uint8Array(readFileSync(join(folder, name)));
      expect(toHex(await nodeEngine.digest('sha256', bytes)), name).toBe(stated);
    }
    const entries = readdirSync(join(folder, 'register/entries')).toSorted();
    const types = entries.map((name) => {
      const bytes = readFileSync(join(folder, 'register/entries', name));
      return parseEntry(new Uint8Array(bytes)).type;
    });
    expect(types[0]).toBe('tenant.opened');
    expect(types.at(-1)).toBe('tenant.closed');
    const bills = readdirSync(join(folder, 'billing'));
    expect(bills.filter((name) => name.endsWith('.csv'))).toHaveLength(1);
    const csv = fromUtf8(
      new Uint8Array(
        readFileSync(join(folder, 'billing', bills.find((name) => name.endsWith('.csv')) ?? '')),
      ),
    );
    expect(csv).toMatch(/^tenant,month,what,count/);
    // Again: nothing is done twice, and nothing is undone.
    const again = await fubie('tenant', 'exit', '--tenant', 'second', '--export', folder);
    expect(again).toMatchObject({ state: 'closed' });
  }
});

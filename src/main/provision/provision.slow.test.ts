import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installOwnToken, SoftSeals } from '#adapters/keystores';
import { addSeconds, type Instant, systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import { type Certificate, parseCertificate } from '#formats/x509';
import { parseAuthorisation } from '#trust/keys';
import type { StartSettings } from '../../config.ts';
import { logKeyFile, sealName, twinKeyFile } from '../estate/plan.ts';
import { markSealGone, placeSealOrder, placeSealPaper } from '../estate/seal-orders.ts';
import { markGone, placeOrder, readOrders, readRecord } from '../estate/tenant-orders.ts';
import { fingerprintOf } from './keys.ts';
import { type Provisioned, provision } from './provision.ts';

const record = join(
  import.meta.dirname,
  '../../../catalog/institutions/demo-consumer-finance.json',
);
/** Set up once from nothing: the slow digests of its passwords are the same in every test. */
const first = mkdtempSync(join(tmpdir(), 'fubie-provision-'));
let root = '';

beforeAll(() => setUp(first));
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fubie-provision-'));
  cpSync(first, root, { recursive: true, preserveTimestamps: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
afterAll(() => rmSync(first, { recursive: true, force: true }));

function setUp(folder = root): Promise<Provisioned> {
  const settings: StartSettings = { mode: 'demo', root: folder, port: 0, databaseUrl: undefined };
  return provision(settings, { clock: systemClock, random: systemRandom });
}

const tenantKeys = ({ keys }: Provisioned) =>
  keys.flatMap(({ tenant, role, spki }) =>
    tenant === undefined ? [] : [`${tenant} ${role} ${fingerprintOf(spki)}`],
  );

async function everyFile(): Promise<Map<string, string>> {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  const files = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return new Map(files.map((path) => [path, readFileSync(path, 'base64')]));
}

/** Nanoseconds. */
function writtenAt(path: string): number {
  return Number(statSync(path, { bigint: true }).mtimeNs % 1_000_000_000_000_000n);
}

async function newcomer(): Promise<Awaited<ReturnType<typeof readRecord>>> {
  const { store, ...held } = await readRecord(record);
  expect(store).toBeDefined();
  const id = 'newcomer' as typeof held.id;
  const hosts = ['newcomer.localhost'];
  return { ...held, profile: 'shared-saas', documents: 'house', hosts, id, name: '示例新机构' };
}

/** Its next paper: another certificate for the same key, and the first one stays where it is. */
async function renewed(
  tenant: string,
  was: { keystore: SoftSeals; certificate: Certificate; from: Instant },
): Promise<Certificate> {
  const { keystore, certificate, from } = was;
  const folder = join(root, 'tenants');
  const next = { documents: ['loan-contract', 'report'], from, until: addSeconds(from, 172_800) };
  const grantedBy = '理事会办公室';
  const renewal = { ...next, seal: 'finance-seal', paper: 2, grantedBy };
  await placeSealPaper(folder, tenant, renewal);
  await setUp();
  const held = await keystore.open(tenant, 'finance-seal');
  const second = parseCertificate(held?.certificate ?? new Uint8Array());
  expect(second.publicKey).toEqual(certificate.publicKey);
  expect([second.serial === certificate.serial, second.notAfter >= certificate.notAfter]).toEqual([
    false,
    true,
  ]);
  const paperNow = await keystore.authorisation(tenant, 'finance-seal-standing');
  expect(parseAuthorisation(paperNow ?? new Uint8Array())).toMatchObject({ ...next, grantedBy });
  const place = join(root, 'keystore/seals', tenant, 'finance-seal.crt.der');
  expect(new Uint8Array(readFileSync(place))).toEqual(certificate.der);
  const both = await everyFile();
  // Repeated after a crash, with another time: the first order stands.
  const again = await placeSealPaper(folder, tenant, { ...renewal, until: addSeconds(from, 9) });
  expect(again.until).toBe(next.until);
  await setUp();
  expect(await everyFile()).toEqual(both);
  return second;
}

describe('setting up several tenants', () => {
  test('S0-47 each tenant has a seal, a certificate, a paper, a log and its twin of its own', async () => {
    const house = await setUp();
    const tenants = house.tenants.map(({ record: { id } }) => id);
    expect(tenants).toHaveLength(3);
    expect(new Set(tenantKeys(house).map((line) => line.split(' ')[2])).size).toBe(9);
    for (const { record: held } of house.tenants) {
      const seals = join(root, 'keystore/seals', held.id);
      const certificate = await readFile(join(seals, 'contract-seal.crt.der'));
      const { subjectCommonName, der } = parseCertificate(new Uint8Array(certificate));
      expect(subjectCommonName).toBe(held.seal.words);
      expect(Buffer.from(der).includes(held.name)).toBe(true);
      expect(existsSync(join(root, 'keystore/authorisations', held.id))).toBe(true);
      expect(existsSync(join(root, 'sequencer', logKeyFile(held.id)))).toBe(true);
      expect(existsSync(join(root, 'trust/logs', `${held.id}.vkey`))).toBe(true);
      expect(existsSync(join(root, 'sequencer', twinKeyFile(held.id)))).toBe(true);
      const log = readFileSync(join(root, 'trust/logs', `${held.id}.vkey`), 'utf8');
      const twin = readFileSync(join(root, 'trust/twins', `${held.id}.vkey`), 'utf8');
      expect(twin.split('+')[0]).toBe(`${log.split('+')[0]}-sm3`);
    }
  });

  test('setting up again changes no file', async () => {
    await setUp();
    const before = await everyFile();
    await setUp();
    expect(await everyFile()).toEqual(before);
  });

  test('S2-85 an onboarding that was killed anywhere is finished by the next start', async () => {
    await setUp();
    const { tenants } = await setUp();
    const mine = await newcomer();
    await placeOrder(join(root, 'tenants'), mine);
    const before = await everyFile();
    const snapshot = `${root}.before`;
    await cp(root, snapshot, { recursive: true });
    for (let kept = 0, written = 1; kept < written; kept += 1) {
      await rm(root, { recursive: true });
      await cp(snapshot, root, { recursive: true, preserveTimestamps: true });
      await setUp();
      // In the order in which they were written: a crash leaves a beginning of this list.
      const made = [...(await everyFile()).keys()].filter((path) => !before.has(path));
      const ordered = made.toSorted((one, other) => writtenAt(one) - writtenAt(other));
      written = ordered.length;
      for (const path of ordered.slice(kept)) await rm(path);
      const whole = tenantKeys(await setUp());
      expect(whole).toHaveLength(3 * (tenants.length + 1));
      const seal = await new SoftSeals(join(root, 'keystore')).open(mine.id, sealName);
      const certified = parseCertificate(seal?.certificate ?? new Uint8Array()).publicKey;
      expect(certified).toEqual(seal?.signer.publicKey);
      expect(whole).toContain(`${mine.id} seal ${fingerprintOf(certified)}`);
    }
    expect((await everyFile()).size).toBeGreaterThan(before.size + 6);
    await rm(snapshot, { recursive: true });
  });

  test('S3-42 a seal that was ordered gets key, certificate and paper by the steps of a start; one that is gone loses them', async () => {
    const before = await setUp();
    const [tenant] = before.tenants.map(({ record: { id } }) => id);
    if (tenant === undefined) throw new Error('a demo has tenants');
    const folder = join(root, 'tenants');
    const from = systemClock.now();
    const paper = { documents: ['loan-contract'], from, until: addSeconds(from, 86_400) };
    const order = {
      ...paper,
      seal: 'finance-seal',
      words: '财务专用章',
      grantedBy: '董事会办公室',
    };
    await placeSealOrder(folder, tenant, order);
    // One whose token is out waits, and the house stands without it.
    const waiting = { tenant, seal: 'waiting-seal' };
    const out = { module: '/nowhere/vendor.so', token: 'out', pin: '990101' };
    await installOwnToken(join(root, 'keystore'), waiting, out);
    await placeSealOrder(folder, tenant, { ...order, seal: 'waiting-seal' });
    const after = await setUp();
    const keystore = new SoftSeals(join(root, 'keystore'));
    const held = await keystore.open(tenant, 'finance-seal');
    const certificate = parseCertificate(held?.certificate ?? new Uint8Array());
    expect(certificate.subjectCommonName).toBe('财务专用章');
    expect(certificate.publicKey).toEqual(held?.signer.publicKey);
    expect(certificate.issuer.der).toEqual(
      parseCertificate((await keystore.open(tenant, sealName))?.certificate ?? new Uint8Array())
        .issuer.der,
    );
    const written = await keystore.authorisation(tenant, 'finance-seal-standing');
    expect(parseAuthorisation(written ?? new Uint8Array())).toMatchObject(paper);
    // Whoever verifies finds the key among the seals of this institution.
    const listed = readFileSync(join(root, 'trust/operators.json'), 'utf8');
    expect(listed).toContain('"name":"finance-seal"');
    expect(tenantKeys(after).length).toBe(tenantKeys(before).length + 1);
    const files = await everyFile();
    await setUp();
    expect(await everyFile()).toEqual(files);

    const second = await renewed(tenant, { keystore, certificate, from });

    await markSealGone(folder, tenant, 'finance-seal');
    const ended = await setUp();
    expect(await keystore.open(tenant, 'finance-seal')).toBeUndefined();
    expect(existsSync(join(root, 'keystore/seals', tenant, 'finance-seal.key.pem'))).toBe(false);
    const revoked = await readdir(join(root, 'trust-centre/register/revoked'));
    expect(revoked).toEqual([certificate.serial, second.serial].toSorted());
    // What it signed is judged for ever: its public key stays in the list.
    expect(tenantKeys(ended)).toEqual(tenantKeys(after));
    await setUp();
    expect(await keystore.open(tenant, 'finance-seal')).toBeUndefined();
    expect(await keystore.open(tenant, sealName)).toBeDefined();
  });

  test('another order under the same name is refused, and the first one stands', async () => {
    await setUp();
    const mine = await newcomer();
    const folder = join(root, 'tenants');
    await placeOrder(folder, mine);
    await placeOrder(folder, mine);
    await expect(placeOrder(folder, { ...mine, name: '别家' })).rejects.toMatchObject({
      code: 'tenancy.exists_differently',
    });
    const held = (await readOrders(folder)).find(({ record: { id } }) => id === mine.id);
    expect(held?.record.name).toBe('示例新机构');
  });

  test('S2-85 who left keeps its public keys for its packages, and gets no private ones', async () => {
    const before = await setUp();
    const id = 'demo-consumer-finance';
    await markGone(join(root, 'tenants'), id);
    for (const place of ['keystore/seals', 'sequencer']) {
      await rm(join(root, place, id), { recursive: true });
    }
    const after = await setUp();
    expect(tenantKeys(after)).toEqual(tenantKeys(before));
    expect(existsSync(join(root, 'keystore/seals', id))).toBe(false);
    expect(existsSync(join(root, 'sequencer', id))).toBe(false);
    expect(existsSync(join(root, 'trust/logs', `${id}.vkey`))).toBe(true);
  });
});

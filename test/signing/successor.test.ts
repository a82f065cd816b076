/**
 * The stamping key has successors: each is shown before it stamps, the one before it is destroyed,
 * and what the first stamped is renewed years later by one that outlives it.
 */
import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { addSeconds } from '#base/clock';
import { buildCsr, buildName, parseCertificate, writePem } from '#formats/x509';
import { LongTerm, signDocument } from '#trust/signing';
import { verify } from '#trust/verify';
import { Centre } from '../../src/adapters/trust-centre/trust-centre.fixture.ts';
import { onePage } from './signing-table.ts';

const dayMs = 86_400_000;
const yearMs = 365 * dayMs;
let centre: Centre;

beforeEach(async () => {
  centre = await Centre.open();
});
afterEach(() => centre.close());

/** The process is up to date: it looks once a day. */
async function passYears(years: number): Promise<void> {
  centre.pass(years * yearMs);
  await centre.start();
}

async function keyFiles(): Promise<readonly string[]> {
  const names = await readdir(centre.folder);
  return names.filter((name) => name.startsWith('tsa-key')).toSorted();
}

/** Which of the authority's keys, counted from 1, made this token. */
async function generationOf(der: Uint8Array): Promise<number> {
  const hex = Buffer.from(der).toString('latin1');
  const all = await centre.client.stampCertificates();
  return 1 + all.findIndex((one) => hex.includes(Buffer.from(one.der).toString('latin1')));
}

test('S2-09 a successor is shown a month before it stamps, and the key before it is then destroyed', async () => {
  const asker = await centre.timestamper();
  expect(await generationOf((await asker.stamp(utf8('a'))).der)).toBe(1);
  centre.pass(2 * yearMs - 29 * dayMs);
  await centre.start();
  expect((await centre.client.stampCertificates()).length).toBe(2);
  expect(await generationOf((await asker.stamp(utf8('b'))).der)).toBe(1);
  expect(await keyFiles()).toEqual(['tsa-key-2.pem', 'tsa-key.pem']);
  centre.pass(31 * dayMs);
  await centre.start();
  // Who asked years ago, and never was told, reads the trusted ones again.
  expect(await generationOf((await asker.stamp(utf8('c'))).der)).toBe(2);
  expect(await keyFiles()).toEqual(['tsa-key-2.pem']);
  // A destroyed key is never made anew under its old certificate.
  await centre.start();
  expect((await centre.client.stampCertificates()).length).toBe(2);
  expect(await keyFiles()).toEqual(['tsa-key-2.pem']);
});

test('a house that slept for eleven years stamps with a new key at once', async () => {
  await passYears(11);
  const asker = await centre.timestamper();
  expect(await generationOf((await asker.stamp(utf8('a'))).der)).toBe(2);
});

test('no key outlives the root', async () => {
  for (let year = 0; year < 16; year += 2) await passYears(2);
  const root = await centre.client.root();
  const all = await centre.client.stampCertificates();
  expect(all.length).toBeGreaterThan(5);
  for (const { notAfter } of all) expect(notAfter).toBeLessThanOrEqual(root.notAfter);
});

test('a wrong clock ends no key', async () => {
  centre.steppedMs = 3 * yearMs;
  await centre.client.stampCertificates();
  const asker = await centre.timestamper();
  await expect(asker.stamp(utf8('a'))).rejects.toMatchObject({ code: 'timestamp.unavailable' });
  expect(await keyFiles()).toEqual(['tsa-key.pem']);
});

test('S2-09 a document that the first key stamped is renewed by a later one, and valid after the first has ended', async () => {
  const signer = softSigner(generateSoftKey('p256'));
  const csr = await buildCsr(buildName([['commonName', '合同专用章']]), signer);
  const seal = { csr, organisation: '示例银行', name: '合同专用章', code: '91999999MA00000079' };
  const { der: certificate } = await centre.client.issueSealCertificate(seal);
  const stamps = await centre.timestamper();
  const root = await centre.client.root();
  const clock = { now: () => centre.now, source: 'LOCAL_CLOCK' };
  const longTerm = new LongTerm({ engine: nodeEngine, stamps });
  const raise = async (document: Uint8Array): Promise<Uint8Array> => {
    centre.pass(2_000);
    const crls = [(await centre.client.crl()).der];
    return longTerm.raise(document, { anchors: [root.der], certificates: [], crls, ocsps: [] });
  };
  const place = { is: 'new', field: 'seal', page: 1, rect: [0, 0, 0, 0] } as const;
  const signed = await signDocument(
    { document: onePage('table'), place, signer, certificate },
    { engine: nodeEngine, clock, stamps },
  );
  let document = await raise(signed);
  for (let year = 0; year < 9; year += 3) await passYears(3);
  document = await raise(document);
  const first = parseCertificate((await centre.client.stampCertificates())[0]?.der ?? certificate);
  centre.pass(2 * yearMs);
  expect(centre.now).toBeGreaterThan(first.notAfter);
  const stampers = (await centre.client.stampCertificates()).map(({ der }) => der);
  const trust = new Map([
    ['ca.pem', utf8(writePem('CERTIFICATE', root.der))],
    ['tsa.pem', utf8(writePem('CERTIFICATE', ...stampers))],
  ]);
  const at = addSeconds(centre.now, 60);
  const order = { name: 'renewed.pdf', bytes: document, trust, at, profile: 'etsi' } as const;
  const report = await verify({ ...order, revocation: 'required' }, nodeEngine);
  expect(report.flaws).toEqual([]);
  expect(report.signatures).toMatchObject([
    { field: 'seal', is: 'valid', level: 'B-LTA' },
    { field: 'DocTimeStamp1', is: 'valid' },
    { field: 'DocTimeStamp2', is: 'valid' },
  ]);
  // Never raised, it can no longer be told from one that was forged when the key had ended.
  const once = await verify({ ...order, bytes: signed }, nodeEngine);
  expect(once.is).not.toBe('valid');
});

import { beforeAll, describe, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { addSeconds } from '#base/clock';
import { buildSignedData, signedAttributes } from '#formats/cms';
import { nullValue } from '#formats/der';
import { buildToken } from '#formats/tsp';
import {
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  purposeOid,
  writePem,
} from '#formats/x509';
import { type Holder, on, SampleAuthority } from './etsi/sample-authority.fixture.ts';
import { type Report, type VerifyOrder, verify } from './index.ts';

const content = utf8('甲方借给乙方五千元');
const end = basicConstraints(false);
let authority: SampleAuthority;
let trust: VerifyOrder['trust'];

beforeAll(async () => {
  authority = await SampleAuthority.open();
  trust = new Map([['root.der', authority.root.certificate.der]]);
});

/** What the field hands in: a detached message, judged with its root as of its claimed time. */
async function signed(by: Holder, stamp?: (signature: Uint8Array) => Promise<Uint8Array>) {
  const attributes = signedAttributes({
    messageDigest: await nodeEngine.digest('sha256', content),
    certificateSha256: await nodeEngine.digest('sha256', by.certificate.der),
  });
  const signature = await by.signer.sign(attributes);
  const chain = [authority.issuing.certificate.der];
  const timestampToken = await stamp?.(signature);
  return buildSignedData({
    certificate: by.certificate,
    signedAttributes: attributes,
    signature,
    chain,
    ...(timestampToken === undefined ? {} : { timestampToken }),
  });
}

function judged(bytes: Uint8Array, order: Partial<VerifyOrder> = {}): Promise<Report> {
  const given = { name: 'file', bytes, trust, content, at: on('2021-06-01') };
  return verify({ ...given, ...order }, nodeEngine);
}

async function said(extensions: readonly Extension[], order: Partial<VerifyOrder> = {}) {
  const signer = await authority.signer('2020-01-01', '2022-01-01', extensions);
  const { is, because } = await judged(await signed(signer), order);
  return because === undefined ? is : `${is} ${because}`;
}

function extension(oid: string, critical: boolean): Extension {
  return { oid, critical, value: nullValue() };
}

describe('certificates as the field writes them', () => {
  test.each<[string, readonly Extension[]]>([
    ['no extensions but one', [end]],
    ['no basic constraints', [keyUsage('digitalSignature')]],
    ['digitalSignature with encipherment', [keyUsage('digitalSignature', 'keyEncipherment')]],
    ['the purpose emailProtection', [extendedKeyUsage(false, purposeOid.emailProtection)]],
    ['the purpose of Adobe', [extendedKeyUsage(true, '1.2.840.113583.1.1.5')]],
    ['the purpose of Microsoft', [extendedKeyUsage(true, '1.3.6.1.4.1.311.10.3.12')]],
    ['the purposes of TLS', [extendedKeyUsage(true, purposeOid.clientAuth)]],
    ['critical qualified statements', [extension('1.3.6.1.5.5.7.1.3', true)]],
    ['a critical period of its key', [extension('2.5.29.16', true)]],
    ['a private extension', [extension('1.2.156.10260.4.1.1', false)]],
  ])('%s is no reason to refuse', async (_, extensions) => {
    expect(await said(extensions)).toBe('valid');
  });

  test.each<[string, string, readonly Extension[]]>([
    ['encipherment alone', 'certificate_not_for_signing', [end, keyUsage('keyEncipherment')]],
    [
      'stamping alone',
      'certificate_not_for_signing',
      [extendedKeyUsage(true, purposeOid.timeStamping)],
    ],
    ['something critical that nobody knows', 'chain_broken', [extension('1.2.3.4', true)]],
  ])('%s is', async (_, because, extensions) => {
    expect(await said(extensions)).toBe(`invalid ${because}`);
  });

  test('whom the folder itself names may sign whatever his certificate is for', async () => {
    const uses = [
      [basicConstraints(true, null), keyUsage('keyCertSign', 'cRLSign')],
      [extension('1.2.3.4', true)],
      [keyUsage('keyEncipherment')],
    ];
    for (const extensions of uses) {
      const alone = await authority.alone('2020-01-01', '2022-01-01', extensions);
      const own = new Map([['signer.pem', utf8(writePem('CERTIFICATE', alone.certificate.der))]]);
      expect((await judged(await signed(alone), { trust: own })).flaws).toEqual([]);
      expect((await judged(await signed(alone))).is).not.toBe('valid');
    }
  });

  test('a folder with one odd certificate among good ones still is believed', async () => {
    const good = writePem('CERTIFICATE', authority.root.certificate.der);
    const odd = writePem('CERTIFICATE', nullValue());
    const folder = new Map([['roots.pem', utf8(`${odd}\n${good}`)]]);
    expect(await said([end], { trust: folder })).toBe('valid');
  });
});

describe('clocks differ', () => {
  test('a certificate made for one signature may begin a little after the claimed time', async () => {
    const early = addSeconds(on('2020-01-01'), -3);
    const signer = await authority.signer('2020-01-01', '2022-01-01');
    const report = await judged(await signed(signer), { at: early });
    expect(report.is).toBe('valid');
    expect(report.notices.map(({ code }) => code)).toContain('clocks_differ');
    const day = await judged(await signed(signer), { at: addSeconds(early, -86_400) });
    expect(day.because).toBe('certificate_out_of_time');
    const late = await judged(await signed(signer), { at: addSeconds(on('2022-01-01'), 1) });
    expect(late.because).toBe('certificate_out_of_time');
  });

  test('a time to judge at some seconds before the stamp is judged as of the stamp', async () => {
    const clock = await authority.clock('2020-01-01', '2030-01-01');
    const signer = await authority.signer('2020-01-01', '2022-01-01');
    const bytes = await signed(signer, (value) => token(clock, value));
    const report = await judged(bytes, { at: addSeconds(on('2021-06-01'), -5) });
    expect([report.is, report.signatures[0]?.level]).toEqual(['valid', 'B-T']);
  });
});

async function token(
  by: Holder,
  value: Uint8Array,
  hash: 'sha256' | 'sha1' = 'sha256',
): Promise<Uint8Array> {
  return buildToken(
    {
      policy: '1.2.3',
      serial: '01',
      accuracyMs: undefined,
      ordering: false,
      nonce: 1n,
      imprint: { hash, digest: await nodeEngine.digest(hash, value) },
      time: on('2021-06-01'),
    },
    { ...by, engine: nodeEngine },
  );
}

describe('stamps', () => {
  test('by an authority that nobody trusts spoil nothing', async () => {
    const other = await SampleAuthority.open();
    const clock = await other.clock('2020-01-01', '2030-01-01');
    const signer = await authority.signer('2020-01-01', '2022-01-01');
    const report = await judged(await signed(signer, (value) => token(clock, value)));
    expect([report.is, report.signatures[0]?.level]).toEqual(['valid', 'B-B']);
    expect(report.notices.map(({ code }) => code)).toContain('stamp_not_trusted');
  });

  test.each<[string, readonly Extension[]]>([
    ['no purpose at all', [keyUsage('digitalSignature')]],
    ['any purpose', [extendedKeyUsage(false, purposeOid.any)]],
  ])('by somebody with %s prove no time: he would date his own signature', async (_, uses) => {
    const thief = await authority.signer('2020-01-01', '2030-01-01', uses);
    const signer = await authority.signer('2020-01-01', '2022-01-01');
    const bytes = await signed(signer, (value) => token(thief, value));
    const report = await judged(bytes, { at: on('2026-01-01') });
    expect(report.because).toBe('certificate_out_of_time');
    const { is } = await judged(bytes, { at: on('2021-06-01') });
    expect(is).toBe('valid');
  });

  test('whose imprint could be met by another object on their own day prove nothing', async () => {
    const clock = await authority.clock('2020-01-01', '2030-01-01');
    const signer = await authority.signer('2020-01-01', '2022-01-01');
    const levels: unknown[] = [];
    for (const hash of ['sha256', 'sha1'] as const) {
      const report = await judged(await signed(signer, (value) => token(clock, value, hash)));
      levels.push([report.is, report.signatures[0]?.level]);
    }
    expect(levels).toEqual([
      ['valid', 'B-T'],
      ['valid', 'B-B'],
    ]);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { openZip } from '#formats/bundle';
import { buildSignedData, signedAttributes } from '#formats/cms';
import { writePem } from '#formats/x509';
import { on, SampleAuthority, stampedBy } from '../etsi/sample-authority.fixture.ts';
import { type Report, type VerifyOrder, verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { samplePackage } from '../package/sample-package.fixture.ts';

const text = utf8('甲方借给乙方五千元');
const at = on('2021-06-01');
let authority: SampleAuthority;
let trust: VerifyOrder['trust'];

beforeAll(async () => {
  authority = await SampleAuthority.open();
  trust = new Map([
    ['root.pem', utf8(writePem('CERTIFICATE', authority.root.certificate.der))],
    ['issuing.der', authority.issuing.certificate.der],
  ]);
});

function judged(bytes: Uint8Array, order: Partial<VerifyOrder> = {}): Promise<Report> {
  return verify({ name: 'file', bytes, trust, at, ...order }, nodeEngine);
}

function said({ kind, is, because }: Report) {
  return [kind, is, because];
}

/** A message over the text, detached or around it. */
async function message(isDetached: boolean, over = text): Promise<Uint8Array> {
  const { certificate, signer } = await authority.signer('2020-01-01', '2022-01-01');
  const attributes = signedAttributes({
    messageDigest: await nodeEngine.digest('sha256', over),
    certificateSha256: await nodeEngine.digest('sha256', certificate.der),
  });
  const content = { contentType: '1.2.840.113549.1.7.1', content: text };
  return buildSignedData({
    certificate,
    signedAttributes: attributes,
    signature: await signer.sign(attributes),
    ...(isDetached ? {} : { encapsulated: content }),
  });
}

describe('a signed message by itself', () => {
  test('attached is valid, whatever the file is called and however it is armoured', async () => {
    const der = await message(false);
    expect(said(await judged(der, { name: 'x.txt' }))).toEqual(['cms', 'valid', undefined]);
    const pem = writePem('CERTIFICATE', der).replaceAll('CERTIFICATE', 'PKCS7');
    expect(said(await judged(utf8(`words\n${pem}`)))).toEqual(['cms', 'valid', undefined]);
  });

  test('over something else than it holds is invalid', async () => {
    const report = await judged(await message(false, utf8('五万元')));
    expect(said(report)).toEqual(['cms', 'invalid', 'digest_differs']);
    expect(report.signatures[0]?.law13).toMatchObject({
      contentFixed: 'invalid',
      because: { contentFixed: 'digest_differs', ownControl: 'not_shown_by_file' },
    });
  });

  test('detached needs its content, and says so', async () => {
    const der = await message(true);
    expect(said(await judged(der))).toEqual(['cms', 'indeterminate', 'content_missing']);
    expect((await judged(der, { content: text })).is).toBe('valid');
    expect((await judged(der, { content: utf8('else') })).because).toBe('digest_differs');
  });

  test('without a trust folder nothing is trusted, and what is right stays right', async () => {
    const report = await judged(await message(false), { trust: new Map<string, Uint8Array>() });
    expect(report).toMatchObject({
      is: 'indeterminate',
      because: 'chain_not_found',
      etsi: { indication: 'INDETERMINATE', subIndication: 'NO_CERTIFICATE_CHAIN_FOUND' },
    });
  });
});

describe('a time-stamp by itself', () => {
  test('is valid, and compared only with what was handed in', async () => {
    const clock = await authority.clock('2020-01-01', '2022-01-01');
    const { token } = await stampedBy(clock, { day: '2021-05-01', covers: [text] });
    const alone = await judged(token.der);
    expect(said(alone)).toEqual(['stamp', 'valid', undefined]);
    expect(alone.notices.map(({ code }) => code)).toContain('stamped_data_not_here');
    expect((await judged(token.der, { content: text })).is).toBe('valid');
    const other = await judged(token.der, { content: utf8('else') });
    expect(said(other)).toEqual(['stamp', 'invalid', 'stamp_wrong']);
  });
});

describe('certificates and what is said of them', () => {
  test('a certificate is good for its life, and names its revocation', async () => {
    const holder = await authority.signer('2020-01-01', '2022-01-01');
    const { der } = holder.certificate;
    expect(said(await judged(der))).toEqual(['certificate', 'valid', undefined]);
    const late = await judged(der, { at: on('2023-01-01') });
    expect(late.because).toBe('certificate_out_of_time');
    const revoked = [{ of: holder, since: '2021-01-01' }];
    const crl = await authority.list(authority.issuing, { day: '2021-05-20', revoked });
    const withList = new Map([...trust, ['list.crl', crl]]);
    expect((await judged(der, { trust: withList })).because).toBe('certificate_revoked');
  });

  test('a list is its issuer’s or nobody’s', async () => {
    const crl = await authority.list(authority.issuing, { day: '2021-05-20', revoked: [] });
    expect(said(await judged(crl))).toEqual(['crl', 'valid', undefined]);
    const stranger = await SampleAuthority.open();
    const forged = await stranger.list(stranger.issuing, { day: '2021-05-20', revoked: [] });
    expect(said(await judged(forged))).toEqual(['crl', 'invalid', 'revocation_wrong']);
  });
});

describe('what a log says', () => {
  let house: SampleHouse;
  let files: ReadonlyMap<string, Uint8Array>;

  beforeAll(async () => {
    house = await sampleHouse({
      engine: nodeEngine,
      makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
      now: parseInstant('2026-11-21T10:00:00.000+08:00'),
    });
    const { zip } = await samplePackage(house);
    files = new Map(openZip(zip).files.map(({ name, bytes }) => [name, bytes]));
  });

  const file = (name: string) => files.get(name) ?? new Uint8Array();

  test('a checkpoint holds by its log, its witnesses and its policy', async () => {
    const bytes = file('checkpoint.txt');
    const report = await judged(bytes, { trust: house.trust });
    expect(said(report)).toEqual(['checkpoint', 'valid', undefined]);
    expect(report.notices.map(({ code }) => code)).toEqual(['self_attested']);
    const altered = utf8(new TextDecoder().decode(bytes).replace(/\n(\d+)\n/, '\n9$1\n'));
    expect((await judged(altered, { trust: house.trust })).is).toBe('invalid');
    expect(said(await judged(bytes))).toEqual(['checkpoint', 'indeterminate', 'trust_missing']);
  });

  test('a proof is for one entry', async () => {
    const entries = [...files.keys()].filter((name) => name.startsWith('entries/')).toSorted();
    const [first = '', second = ''] = entries;
    const proof = file(first.replace('entries/', 'proofs/').replace('.json', '.tlog-proof'));
    const order = { trust: house.trust };
    expect(said(await judged(proof, { ...order, content: file(first) }))).toEqual([
      'proof',
      'valid',
      undefined,
    ]);
    expect((await judged(proof, { ...order, content: file(second) })).because).toBe('proof_wrong');
    const alone = await judged(proof, order);
    expect(alone.notices.map(({ code }) => code)).toContain('content_not_compared');
  });
});

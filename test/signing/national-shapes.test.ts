/**
 * What the house writes in the shapes of national standards is what its verifier, which knows
 * nothing of how it was written, calls valid: GB/T 35275 in a document and by itself, a seal of
 * GB/T 38540, its use on data and in an OFD.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { addSeconds } from '#base/clock';
import { buildSignedData, cmsOid, signedAttributesWith } from '#formats/cms';
import { makeSeal, useSeal } from '#formats/ses';
import { writeArchive } from '#formats/zip';
import { verify } from '#trust/verify';
import { person, sampleFiles } from '../../src/formats/ofd/sample-ofd.fixture.ts';
import { type Holder, onePage, SigningTable } from './signing-table.ts';

const hour = 3_600;
const content = utf8('借款合同');
let table: SigningTable;
let company: Holder;
let maker: Holder;
let seal: Uint8Array;

beforeAll(async () => {
  table = await SigningTable.open();
  company = await table.person('sm2-sm3');
  maker = await table.person('sm2-sm3');
  const now = table.now;
  seal = await makeSeal(
    {
      vendor: 'FubieTEST',
      id: '91999999000017',
      name: '示例银行合同专用章',
      type: 1,
      holders: [company.certificate.der],
      createdAt: now,
      validFrom: now,
      validUntil: addSeconds(now, 24 * hour),
      picture: { format: 'svg', bytes: utf8('<svg/>'), width: 40, height: 40 },
    },
    { signer: maker.signer, certificate: maker.certificate.der },
  );
  table.pass(1);
});

/** By somebody who trusts the table's root, and has the certificate between it and the signer. */
async function judged(name: string, bytes: Uint8Array, beside: { content?: Uint8Array } = {}) {
  const trust = new Map([...table.trust(), ['issuing.der', table.issuing.certificate.der]]);
  const at = addSeconds(table.now, 60);
  const report = await verify({ name, bytes, trust, at, profile: 'etsi', ...beside }, nodeEngine);
  return report;
}

function usedOn(data: Uint8Array): Promise<Uint8Array> {
  const use = { seal, data, property: '/Doc_0/Signs/Sign_0/Signature.xml', time: table.now };
  const sealer = { signer: company.signer, certificate: company.certificate.der };
  const stamp = async (over: Uint8Array) => (await table.stamp(over)).der;
  return useSeal(use, sealer, { engine: nodeEngine, stamp });
}

describe('GB/T 35275', () => {
  test('L-CP-02 a stamped document is valid, and valid for decades once it is raised', async () => {
    const place = { is: 'new', field: 'gm', page: 1, rect: [0, 0, 0, 0] } as const;
    const signed = await table.signAt(onePage('table'), company, { place, isGm: true });
    const report = await judged('gm.pdf', signed);
    expect(report).toMatchObject({ is: 'valid', flaws: [] });
    expect(report.signatures).toMatchObject([{ level: 'B-T', algorithm: 'sm2-sm3' }]);
    table.pass(1);
    const raised = await judged('gm.pdf', await table.raise(signed));
    expect(raised.signatures).toMatchObject([{ is: 'valid', level: 'B-LTA' }, {}]);
    signed[120] = (signed[120] ?? 0) ^ 1;
    expect((await judged('gm.pdf', signed)).is).toBe('invalid');
  });

  test.each([
    ['with its content inside', true],
    ['beside its content', false],
  ])('L-CP-02 a message %s is valid', async (_, isInside) => {
    const signedAttributes = signedAttributesWith('sm3', {
      contentType: cmsOid.gmData,
      messageDigest: await nodeEngine.digest('sm3', content),
      certificateDigest: await nodeEngine.digest('sm3', company.certificate.der),
    });
    const message = buildSignedData({
      certificate: company.certificate,
      signedAttributes,
      signature: await company.signer.sign(signedAttributes),
      algorithm: 'sm2-sm3',
      isGm: true,
      chain: [table.issuing.certificate.der],
      ...(isInside && { encapsulated: { contentType: cmsOid.gmData, content } }),
    });
    const beside = isInside ? {} : { content };
    expect(await judged('gm.p7s', message, beside)).toMatchObject({ is: 'valid', flaws: [] });
    const other = await judged('gm.p7s', message, { content: utf8('another') });
    expect(other.is).toBe('invalid');
  });
});

describe('GB/T 38540', () => {
  test('L-CP-04 a seal is valid, and so is its use on the data that was sealed', async () => {
    expect(await judged('seal.esl', seal)).toMatchObject({ kind: 'seal', is: 'valid', flaws: [] });
    const use = await usedOn(content);
    expect(await judged('use.dat', use, { content })).toMatchObject({ is: 'valid', flaws: [] });
    const other = await judged('use.dat', use, { content: utf8('another') });
    expect([other.is, other.because]).toEqual(['invalid', 'digest_differs']);
  });

  test('L-CP-04 an OFD that is sealed with it is valid, and another page makes it invalid', async () => {
    const stranger = await person('whose place our seal takes');
    const files = await sampleFiles({ shape: 'v4', sealer: stranger, maker: stranger });
    const signature = files['Doc_0/Signs/Sign_0/Signature.xml'] ?? new Uint8Array();
    const sealed = { ...files, 'Doc_0/Signs/Sign_0/SignedValue.dat': await usedOn(signature) };
    const archive = (all: Readonly<Record<string, Uint8Array>>) =>
      writeArchive(Object.entries(all).map(([name, bytes]) => ({ name, bytes })));
    expect(await judged('sealed.ofd', archive(sealed))).toMatchObject({
      kind: 'ofd',
      is: 'valid',
      flaws: [],
    });
    const page = { 'Doc_0/Pages/Page_0/Content.xml': utf8('<ofd:Page/>') };
    expect((await judged('sealed.ofd', archive({ ...sealed, ...page }))).is).toBe('invalid');
  });
});

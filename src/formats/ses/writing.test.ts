/**
 * Seals that are made here and used here are what the reader and the check of this room demand.
 */
import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { faultCode } from '#base/fault';
import { buildCertificate, buildName } from '#formats/x509';
import { checkSealSignature, makeSeal, readSeal, readSealSignature, useSeal } from './index.ts';

const day = 86_400_000;
const noon = Date.UTC(2025, 5, 1, 4);
const at = (days: number) => instantFromMs(noon + days * day);

async function keyOf(commonName: string) {
  const signer = softSigner(generateSoftKey('sm2'));
  const name = buildName([['commonName', commonName]]);
  const draft = {
    serial: Uint8Array.of(7),
    issuer: name,
    subject: name,
    notBefore: at(-100),
    notAfter: at(100),
    publicKey: signer.publicKey,
    extensions: [],
  };
  return { signer, certificate: (await buildCertificate(draft, signer)).der };
}

const maker = await keyOf('TEST maker of seals');
const sealer = await keyOf('示例银行 TEST');
const draft = {
  vendor: 'FubieTEST',
  id: '91999900000017',
  name: '示例银行合同专用章',
  type: 1,
  holders: [sealer.certificate],
  createdAt: at(-3),
  validFrom: at(-2),
  validUntil: at(30),
  picture: { format: 'svg', bytes: utf8('<svg/>'), width: 40, height: 40 },
};
const data = utf8('<ofd:Signature/>');
const use = { data, property: '/Doc_0/Signs/Sign_0/Signature.xml', time: at(0) };

test('L-CP-04 a seal is made, used, read again and found good', async () => {
  const seal = await makeSeal(draft, maker);
  expect(readSeal(seal)).toMatchObject({
    vendor: 'FubieTEST',
    version: 4,
    id: draft.id,
    name: draft.name,
    type: 1,
    createdAt: at(-3),
    validFrom: at(-2),
    validUntil: at(30),
    picture: draft.picture,
    holders: [{ by: 'certificate', der: sealer.certificate }],
  });
  const der = await useSeal({ ...use, seal }, sealer, { engine: nodeEngine });
  const value = readSealSignature(der);
  expect(value).toMatchObject({ form: 'GB/T 38540', time: at(0), property: use.property });
  expect(value.notStrict).toEqual([]);
  expect(await checkSealSignature({ value, data }, nodeEngine)).toEqual([]);
  const other = await checkSealSignature({ value, data: utf8('other') }, nodeEngine);
  expect(other.map(({ code }) => code)).toEqual(['seal_data_differs']);
});

test('a flipped byte of the seal or of its use is found', async () => {
  const seal = await makeSeal(draft, maker);
  const der = await useSeal({ ...use, seal }, sealer, { engine: nodeEngine });
  for (const place of [60, seal.length - 5, der.length - 5]) {
    const changed = der.slice();
    changed[place] = (changed[place] ?? 0) ^ 1;
    const found = await Promise.resolve()
      .then(() => checkSealSignature({ value: readSealSignature(changed), data }, nodeEngine))
      .catch((thrown: unknown) => [{ code: faultCode(thrown) }]);
    expect(found.length).toBeGreaterThan(0);
  }
});

test('a token over the signature stands behind it', async () => {
  const seal = await makeSeal(draft, maker);
  const asked: Uint8Array[] = [];
  const stamp = async (over: Uint8Array) => {
    asked.push(over);
    return Uint8Array.of(0x30, 0);
  };
  const der = await useSeal({ ...use, seal }, sealer, { engine: nodeEngine, stamp });
  const { timestamps, signature } = readSealSignature(der);
  expect(timestamps).toEqual([{ over: 'signature', token: Uint8Array.of(0x30, 0) }]);
  expect(asked).toEqual([signature]);
});

describe('refused', () => {
  const code = (promise: Promise<unknown>) => promise.then(() => 'done', faultCode);

  test('a sealer whom the seal does not name, and a time outside its life', async () => {
    const seal = await makeSeal(draft, maker);
    const parts = { engine: nodeEngine };
    expect(await code(useSeal({ ...use, seal }, maker, parts))).toBe('ses.not_holder');
    expect(await code(useSeal({ ...use, seal, time: at(31) }, sealer, parts))).toBe(
      'ses.unsuitable',
    );
  });

  test('no holder, no picture, letters beyond ASCII in an identifier, a key of another kind', async () => {
    expect(await code(makeSeal({ ...draft, holders: [] }, maker))).toBe('ses.unsuitable');
    const picture = { ...draft.picture, width: 0 };
    expect(await code(makeSeal({ ...draft, picture }, maker))).toBe('ses.unsuitable');
    expect(await code(makeSeal({ ...draft, id: '印' }, maker))).toBe('der.unsuitable');
    const signer = softSigner(generateSoftKey('p256'));
    expect(await code(makeSeal(draft, { ...maker, signer }))).toBe('ses.unsuitable');
  });
});

/**
 * Key files that say of a curve's key what is not so, or say it in another form, and the factor
 * that no two SM2 signatures may share.
 */
import { createECDH, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex, utf8 } from '#base/bytes';
import {
  bitString,
  contextConstructed,
  DerReader,
  integer,
  integerOf,
  octetString,
  oid,
  parseDer,
  sequence,
  tag,
} from '#formats/der';
import { identityBlock, sm2DefaultId, sm2Order, sm2PublicKey } from '#formats/sm2';
import { writePem } from '#formats/x509';
import {
  generateSoftKey,
  nodeEngine,
  softKeyFromDer,
  softKeyFromPem,
  softSigner,
} from './index.ts';
import { sm2Signer } from './sm2-signer.ts';

const curves = { 'P-256': '1.2.840.10045.3.1.7', SM2: '1.2.156.10197.1.301' } as const;
const nodeNames = { 'P-256': 'prime256v1', SM2: 'SM2' } as const;
type Curve = keyof typeof curves;
const message = utf8('契约');

/** PKCS#8 of a secret number, with the public half that it is given, if any. */
function pkcs8(curve: Curve, secret: Uint8Array, point?: Uint8Array): Uint8Array {
  const algorithm = sequence(oid('1.2.840.10045.2.1'), oid(curves[curve]));
  return sequence(integer(0), algorithm, octetString(sec1(secret, point)));
}

function sec1(secret: Uint8Array, point?: Uint8Array, curve?: Curve): Uint8Array {
  return sequence(
    integer(1),
    octetString(secret),
    ...(curve === undefined ? [] : [contextConstructed(0, oid(curves[curve]))]),
    ...(point === undefined ? [] : [contextConstructed(1, bitString(point))]),
  );
}

function pairOn(curve: Curve) {
  const own = createECDH(nodeNames[curve]);
  const [point, secret] = [own.generateKeys(), fromHex(own.getPrivateKey('hex').padStart(64, '0'))];
  return { secret, point, half: own.getPublicKey(null, 'compressed') };
}

function read(der: Uint8Array) {
  return softSigner(softKeyFromPem(writePem('PRIVATE KEY', der)));
}

describe.each(['P-256', 'SM2'] as const)('a key file of %s', (curve) => {
  test('whose public half is another key is none', () => {
    const { secret } = pairOn(curve);
    const other = pairOn(curve).point;
    expect(() => read(pkcs8(curve, secret, other))).toThrowError('crypto.key_malformed');
  });

  test('in each of its forms is one key', async () => {
    const { secret, point, half } = pairOn(curve);
    const signers = [
      read(pkcs8(curve, secret)),
      read(pkcs8(curve, secret, half)),
      softSigner(softKeyFromDer(pkcs8(curve, secret, point))),
      softSigner(softKeyFromDer(sec1(secret, point, curve))),
    ];
    const { algorithm, publicKey } = read(pkcs8(curve, secret, point));
    for (const signer of signers) {
      expect(toHex(signer.publicKey)).toBe(toHex(publicKey));
      const signature = await signer.sign(message);
      expect(await nodeEngine.verify({ algorithm, publicKey, signature, message })).toBe(true);
    }
  });
});

test('PKCS#1 is read out of DER, too', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs1' }));
  expect(softSigner(softKeyFromDer(der)).algorithm).toBe('rsa-pkcs1-sha256');
});

test('the one secret that SM2 cannot sign with is refused, and does not go round for ever', () => {
  const secret = fromHex((sm2Order - 1n).toString(16));
  expect(() => read(pkcs8('SM2', secret))).toThrowError('crypto.key_unsuitable');
});

describe('the factor of an SM2 signature', () => {
  const key = generateSoftKey('sm2');
  const spki = createPublicKey(createPrivateKey(key.export({ format: 'pem', type: 'pkcs8' })));
  const point = sm2PublicKey(new Uint8Array(spki.export({ format: 'der', type: 'spki' })));
  /** The first coordinate of k · G, which r gives away: r − e modulo the order. */
  async function traceOf(text: string, chance: number): Promise<bigint> {
    if (point === undefined) throw new Error('no point');
    const signer = sm2Signer(key, {
      random: { bytes: (count) => new Uint8Array(count).fill(chance) },
    });
    const signature = await signer.sign(utf8(text));
    const r = integerOf(new DerReader(parseDer(signature), tag.sequence).next(tag.integer));
    const za = await nodeEngine.digest('sm3', identityBlock(point, utf8(sm2DefaultId)));
    const e = await nodeEngine.digest('sm3', concat(za, utf8(text)));
    return (r - BigInt(`0x${toHex(e)}`) + 2n * sm2Order) % sm2Order;
  }

  test('is another for each message and each chance, though the other stays', async () => {
    const traces = await Promise.all([traceOf('one', 7), traceOf('two', 7), traceOf('one', 8)]);
    expect(new Set(traces).size).toBe(3);
    expect(await traceOf('one', 7)).toBe(traces[0]);
  });
});

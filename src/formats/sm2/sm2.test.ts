import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromHex, toHex, utf8 } from '#base/bytes';
import {
  signatureToDer,
  sm2DefaultId,
  sm2PublicKey,
  sm2PublicKeyDer,
  sm2SignatureFromDer,
  verifySm2,
} from './index.ts';

const spki = fromHex(
  '3059301306072a8648ce3d020106082a811ccf5501822d03420004' +
    '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
    'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
);
const check = {
  publicKey: spki,
  message: utf8('message digest'),
  signature: fromHex(
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
      'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
  ),
};

describe('GB/T 32918.5-2017 Annex A', () => {
  test('the published signature holds under the usual identity and no other', async () => {
    expect(await verifySm2(check, nodeEngine)).toBe(true);
    expect(await verifySm2({ ...check, signerId: sm2DefaultId }, nodeEngine)).toBe(true);
    expect(await verifySm2({ ...check, signerId: '' }, nodeEngine)).toBe(false);
  });

  test('no single bit of signature, key or message can be another', async () => {
    for (const name of ['signature', 'publicKey', 'message'] as const) {
      const whole = check[name];
      for (let at = 0; at < whole.length; at += 5) {
        const altered = whole.map((byte, index) => (index === at ? byte ^ 0x10 : byte));
        expect(await verifySm2({ ...check, [name]: altered }, nodeEngine)).toBe(false);
      }
    }
  });

  test('a key with a tail, or a point of another curve, is no key', () => {
    expect(sm2PublicKey(spki)).toBeDefined();
    expect(sm2PublicKey(Uint8Array.from([...spki, 0]))).toBeUndefined();
    expect(sm2PublicKey(spki.map((byte, at) => (at === 20 ? byte ^ 1 : byte)))).toBeUndefined();
  });
});

describe('spellings of a point (GB/T 32918.1 §4.2.9)', () => {
  const [x, y] = [spki.subarray(-64, -32), spki.subarray(-32)];
  const keyOf = (form: number, ...coordinates: Uint8Array[]): Uint8Array => {
    const bits = concat(Uint8Array.of(0, form), ...coordinates);
    const algorithm = spki.subarray(2, 23);
    const value = concat(algorithm, Uint8Array.of(3, bits.length), bits);
    return concat(Uint8Array.of(0x30, value.length), value);
  };

  test('half a point and a mixed one are the same key, and are written in full', async () => {
    // The last bit of this y is 1.
    for (const publicKey of [keyOf(0x03, x), keyOf(0x07, x, y), keyOf(0x04, x, y)]) {
      const point = sm2PublicKey(publicKey);
      expect(point && toHex(sm2PublicKeyDer(point))).toBe(toHex(spki));
      expect(await verifySm2({ ...check, publicKey }, nodeEngine)).toBe(true);
    }
    const other = sm2PublicKey(keyOf(0x02, x));
    expect(other && toHex(sm2PublicKeyDer(other))).not.toBe(toHex(spki));
    expect(await verifySm2({ ...check, publicKey: keyOf(0x02, x) }, nodeEngine)).toBe(false);
  });

  test('a form that contradicts itself, or no point, is no key', () => {
    const field = fromHex('fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff');
    const offCurve = x.with(31, (x[31] ?? 0) ^ 4);
    const keys = [
      ['the other last bit', keyOf(0x06, x, y)],
      ['half where both should be', keyOf(0x04, x)],
      ['both where half should be', keyOf(0x03, x, y)],
      ['infinity', keyOf(0x00)],
      ['an x without a y', keyOf(0x03, offCurve)],
      ['an x beyond the field', keyOf(0x03, field)],
      ['an unknown form', keyOf(0x05, x, y)],
    ] as const;
    for (const [what, key] of keys) expect([what, sm2PublicKey(key)]).toEqual([what, undefined]);
  });
});

describe('spellings of a signature (GM/T 0009 §7.3)', () => {
  const r = check.signature.subarray(0, 32);
  const s = check.signature.subarray(32);
  const int = (...bytes: readonly number[]): Uint8Array => Uint8Array.of(2, bytes.length, ...bytes);
  const pair = (...parts: readonly Uint8Array[]): Uint8Array =>
    concat(Uint8Array.of(0x30, concat(...parts).length), ...parts);

  test('one DER, of numbers with and without a zero in front', () => {
    expect(sm2SignatureFromDer(signatureToDer(check.signature))).toEqual(check.signature);
    const small = concat(new Uint8Array(31), Uint8Array.of(1), new Uint8Array(31), s.subarray(31));
    expect(toHex(signatureToDer(small))).toBe('3007020101020200aa');
    expect(sm2SignatureFromDer(signatureToDer(small))).toEqual(small);
  });

  test.each([
    ['a zero too many', pair(int(0, ...r), int(0, 0, ...s))],
    ['a negative number', pair(int(...r), int(0, ...s))],
    ['a number of 257 bits', pair(int(1, ...r), int(0, ...s))],
    ['zero', pair(int(0), int(0, ...s))],
    ['a third number', pair(int(0, ...r), int(0, ...s), int(1))],
    ['bytes behind', concat(pair(int(0, ...r), int(0, ...s)), Uint8Array.of(0))],
    ['one number', pair(int(0, ...r))],
    ['an empty number', pair(int(0, ...r), int())],
    ['a long length', Uint8Array.of(0x30, 0x81, 0x06, 2, 1, 1, 2, 1, 1)],
    ['an open length', Uint8Array.of(0x30, 0x80, 2, 1, 1, 2, 1, 1, 0, 0)],
  ])('%s is none', (_, der) => {
    expect(sm2SignatureFromDer(der)).toBeUndefined();
  });

  test('what is 0 modulo the order, or over it, holds for nobody', async () => {
    const order = fromHex('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123');
    const zero = new Uint8Array(32);
    for (const signature of [
      concat(order, s),
      concat(r, order),
      concat(zero, s),
      concat(r, zero),
    ]) {
      expect(await verifySm2({ ...check, signature }, nodeEngine)).toBe(false);
    }
  });
});

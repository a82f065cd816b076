import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromHex, utf8 } from '#base/bytes';
import { sm2DefaultId, sm2PublicKey, verifySm2 } from './index.ts';

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

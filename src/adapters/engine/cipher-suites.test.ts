import { execFileSync } from 'node:child_process';
import { createCipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from '#base/bytes';
import { seededRandom } from '#base/random';
import type { CipherSuite } from '#business/vault';
import { cipherSuites } from './index.ts';

const key = fromHex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
const bound = utf8('["fubie/vault/v1","coop","s1","name"]');
const plain = utf8('测试借款人');

function suiteNamed(name: string): CipherSuite {
  const suite = cipherSuites.find((one) => one.name === name);
  if (suite === undefined) throw new Error(name);
  return suite;
}

describe('the primitives are the standards', () => {
  test('SM4 gives the published example of GB/T 32907-2016, annex A', () => {
    const block = fromHex('0123456789abcdeffedcba9876543210');
    const cipher = createCipheriv('sm4-ecb', block, null);
    expect(toHex(cipher.update(block))).toBe('681edf34d206965e86b3e94f536e4246');
  });

  test('SM4-CTR gives the example of draft-ribose-cfrg-sm4, A.2.5.1', () => {
    const cipher = createCipheriv(
      'sm4-ctr',
      fromHex('0123456789abcdeffedcba9876543210'),
      fromHex('000102030405060708090a0b0c0d0e0f'),
    );
    const text = 'a'.repeat(16) + 'b'.repeat(16) + 'c'.repeat(16) + 'd'.repeat(16);
    const words = `${text}${'e'.repeat(16)}${'f'.repeat(16)}${'a'.repeat(16)}${'b'.repeat(16)}`;
    expect(toHex(cipher.update(fromHex(words)))).toBe(
      'ac3236cb970cc20791364c395a1342d1a3cbc1878c6f30cd074cce385cdd70c7' +
        'f234bc0e24c11980fd1286310ce37b926e02fcd0faa0baf38b2933851d824514',
    );
  });

  test('SM3 gives both published examples of GB/T 32905-2016, annex A', () => {
    const sm3 = (text: string) => createHash('sm3').update(text).digest('hex');
    expect(sm3('abc')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
    expect(sm3('abcd'.repeat(16))).toBe(
      'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
    );
  });
});

describe.each(cipherSuites)('$name', (suite) => {
  const sealed = suite.keyed(key).seal(bound, plain, seededRandom(1));

  test('what was sealed opens, of any length', () => {
    for (const length of [0, 1, 15, 16, 17, 100_000]) {
      const text = seededRandom(2).bytes(length);
      const cipher = suite.keyed(key).seal(bound, text, seededRandom(3));
      expect(Buffer.compare(suite.keyed(key).open(bound, cipher) ?? key, text)).toBe(0);
    }
  });

  test('no other key, place, length or byte opens', () => {
    const otherKey = key.map((byte, at) => (at === 31 ? byte ^ 1 : byte));
    expect(suite.keyed(otherKey).open(bound, sealed)).toBeUndefined();
    expect(suite.keyed(key).open(utf8('["fubie/vault/v1"]'), sealed)).toBeUndefined();
    for (let length = 0; length < sealed.length; length += 1) {
      expect(suite.keyed(key).open(bound, sealed.subarray(0, length))).toBeUndefined();
    }
    for (let at = 1; at < sealed.length; at += 1) {
      const flipped = sealed.map((byte, n) => (n === at ? byte ^ 1 : byte));
      expect(suite.keyed(key).open(bound, flipped)).toBeUndefined();
    }
  });

  test('bytes between what is bound and the text belong to one of them only', () => {
    const longer = new Uint8Array([...bound, ...sealed.subarray(1, 17)]);
    const rest = Uint8Array.of(sealed[0] ?? 0, ...sealed.subarray(17));
    expect(suite.keyed(key).open(longer, rest)).toBeUndefined();
  });
});

test('the domestic suite is SM4-CTR and HMAC-SM3 under keys of HKDF-SM3, as written down', () => {
  const sealed = suiteNamed('sm4-ctr-hmac-sm3').keyed(key).seal(bound, plain, seededRandom(7));
  const keys = Buffer.from(hkdfSync('sm3', key, '', 'fubie/vault/keys/v1', 48));
  const block = sealed.subarray(1, 17);
  const body = sealed.subarray(17, sealed.length - 32);
  const args = ['enc', '-sm4-ctr', '-K', keys.toString('hex', 0, 16), '-iv', toHex(block)];
  const foreign = execFileSync('openssl', args, { input: plain });
  expect(toHex(body)).toBe(toHex(foreign));
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(bound.length));
  const tag = createHmac('sm3', keys.subarray(16))
    .update(Buffer.concat([Uint8Array.of(2), length, bound, block, body]))
    .digest('hex');
  expect(toHex(sealed.subarray(-32))).toBe(tag);
});

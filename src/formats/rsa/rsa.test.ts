import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import type { SignatureAlgorithm } from '#formats/crypto';
import { oid, parseDer, sequence } from '#formats/der';
import { signatureAlgorithmDer } from '#formats/x509';
import { verifyRsa } from './index.ts';

// 2,049 bits: the encoded message of PSS is then an octet shorter than the modulus.
const keys = [1024, 2048, 2049].map((modulusLength) =>
  generateKeyPairSync('rsa', { modulusLength }),
);
const message = utf8('契约');

function spkiOf(key: (typeof keys)[number]): Uint8Array {
  return new Uint8Array(key.publicKey.export({ format: 'der', type: 'spki' }));
}

describe('RSA over whole numbers', () => {
  test('holds for what OpenSSL signed, in every digest, and for nothing altered', async () => {
    for (const pair of keys) {
      const publicKey = spkiOf(pair);
      for (const hash of ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sm3'] as const) {
        const algorithm: SignatureAlgorithm = `rsa-pkcs1-${hash}`;
        const signature = new Uint8Array(sign(hash, message, pair.privateKey));
        const check = { algorithm, publicKey, signature, message };
        expect([hash, await verifyRsa(check, nodeEngine)]).toEqual([hash, true]);
        expect(await nodeEngine.verify(check)).toBe(true);
        expect(await verifyRsa({ ...check, message: utf8('x') }, nodeEngine)).toBe(false);
        const altered = signature.map((byte, at) => (at === 9 ? byte ^ 1 : byte));
        expect(await verifyRsa({ ...check, signature: altered }, nodeEngine)).toBe(false);
        expect(await verifyRsa({ ...check, algorithm: 'rsa-pkcs1-sha3-256' }, nodeEngine)).toBe(
          false,
        );
      }
    }
  });

  test('PSS binds the length of the salt and both digests', async () => {
    for (const pair of keys) {
      const publicKey = spkiOf(pair);
      for (const [hash, salt] of [
        ['sha256', 32],
        ['sha1', 20],
        ['sha384', 0],
        ['sha256', 94],
      ] as const) {
        const key = {
          key: pair.privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: salt,
        };
        const signature = new Uint8Array(sign(hash, message, key));
        const named = (mask: 'sha1' | 'sha256' | 'sha384', octets: number) =>
          nodeEngine.verify({
            algorithm: `rsa-pss-${hash}-${mask}-${octets}`,
            publicKey,
            signature,
            message,
          });
        expect([hash, salt, await named(hash, salt)]).toEqual([hash, salt, true]);
        expect(await named(hash, salt + 1)).toBe(false);
        expect(await named(hash === 'sha1' ? 'sha256' : 'sha1', salt)).toBe(false);
      }
    }
  });

  test('a key for PSS alone signs with the digests and at least the salt that it names', async () => {
    const [, pair] = keys;
    if (pair === undefined) throw new Error('no key');
    const numbers = parseDer(spkiOf(pair)).children[1]?.der ?? new Uint8Array();
    const named = sequence(signatureAlgorithmDer('rsa-pss-sha256-sha256-32'), numbers);
    const free = sequence(sequence(oid('1.2.840.113549.1.1.10')), numbers);
    const holds = (
      publicKey: Uint8Array,
      hash: 'sha1' | 'sha256' | 'sha512',
      saltLength: number,
    ) => {
      const key = { key: pair.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
      const signature = new Uint8Array(sign(hash, message, key));
      const algorithm: SignatureAlgorithm = `rsa-pss-${hash}-${hash}-${saltLength}`;
      return nodeEngine.verify({ algorithm, publicKey, signature, message });
    };
    expect(await Promise.all([32, 64, 20].map((salt) => holds(named, 'sha256', salt)))).toEqual([
      true,
      true,
      false,
    ]);
    expect(await holds(named, 'sha512', 64)).toBe(false);
    expect(await holds(named, 'sha1', 32)).toBe(false);
    expect(await holds(free, 'sha512', 20)).toBe(true);
  });

  test('a key that is none, too large an exponent, or another kind is false', async () => {
    const [pair] = keys;
    if (pair === undefined) throw new Error('no key');
    const publicKey = spkiOf(pair);
    const signature = new Uint8Array(sign('sha256', message, pair.privateKey));
    const check = { algorithm: 'rsa-pkcs1-sha256', publicKey, signature, message } as const;
    const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey;
    const other = new Uint8Array(ec.export({ format: 'der', type: 'spki' }));
    for (const bad of [other, publicKey.subarray(1), new Uint8Array(), Uint8Array.of(48, 0)]) {
      expect(await verifyRsa({ ...check, publicKey: bad }, nodeEngine)).toBe(false);
    }
    expect(await verifyRsa({ ...check, signature: signature.subarray(1) }, nodeEngine)).toBe(false);
    expect(await verifyRsa({ ...check, algorithm: 'ed25519' }, nodeEngine)).toBe(false);
  });
});

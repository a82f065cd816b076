import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import type { SignatureAlgorithm } from '#formats/crypto';
import { integer, parseDer, sequence } from '#formats/der';
import { verifyDsa } from './index.ts';

const message = utf8('契约');
const keys = [
  [1024, 160],
  [2048, 256],
].map(([modulusLength = 0, divisorLength = 0]) =>
  generateKeyPairSync('dsa', { modulusLength, divisorLength }),
);

describe('DSA over whole numbers', () => {
  test('holds for what OpenSSL signed, in every digest, and for nothing altered', async () => {
    for (const pair of keys) {
      const publicKey = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }));
      for (const hash of ['sha1', 'sha224', 'sha256', 'sha512'] as const) {
        const algorithm: SignatureAlgorithm = `dsa-${hash}`;
        const signature = new Uint8Array(sign(hash, message, pair.privateKey));
        const check = { algorithm, publicKey, signature, message };
        expect([hash, await verifyDsa(check, nodeEngine)]).toEqual([hash, true]);
        expect(await nodeEngine.verify(check)).toBe(true);
        expect(await verifyDsa({ ...check, message: utf8('x') }, nodeEngine)).toBe(false);
        const altered = signature.map((byte, at) => (at === 9 ? byte ^ 1 : byte));
        expect(await verifyDsa({ ...check, signature: altered }, nodeEngine)).toBe(false);
        expect(await verifyDsa({ ...check, algorithm: 'dsa-sha384' }, nodeEngine)).toBe(false);
      }
    }
  });

  test('numbers outside the group, and a group that is none, prove nothing', async () => {
    const [pair] = keys;
    if (pair === undefined) throw new Error('no key');
    const spki = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }));
    const signature = new Uint8Array(sign('sha1', message, pair.privateKey));
    const check = { algorithm: 'dsa-sha1', publicKey: spki, signature, message } as const;
    for (const bad of [sequence(integer(0), integer(1)), sequence(integer(1), integer(0))]) {
      expect(await verifyDsa({ ...check, signature: bad }, nodeEngine)).toBe(false);
    }
    // With the generator 1 every message has the signature (1, anything) under the key 1.
    const [names, bits] = parseDer(spki).children;
    const [dotted, group] = names?.children ?? [];
    const [p, q] = group?.children ?? [];
    if (dotted === undefined || p === undefined || q === undefined) throw new Error('no group');
    const one = Uint8Array.of(3, 4, 0, 2, 1, 1);
    const algorithm = sequence(dotted.der, sequence(p.der, q.der, integer(1)));
    const forged = sequence(integer(1), integer(1));
    const publicKey = sequence(algorithm, one);
    expect(await verifyDsa({ ...check, publicKey, signature: forged }, nodeEngine)).toBe(false);
    // A key that takes its group from its issuer is none by itself.
    const bare = sequence(sequence(dotted.der), bits?.der ?? new Uint8Array());
    expect(await verifyDsa({ ...check, publicKey: bare }, nodeEngine)).toBe(false);
    for (const none of [spki.subarray(1), new Uint8Array(), Uint8Array.of(48, 0)]) {
      expect(await verifyDsa({ ...check, publicKey: none }, nodeEngine)).toBe(false);
    }
  });
});

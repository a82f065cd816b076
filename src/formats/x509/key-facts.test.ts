import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { oid, parseDer, sequence } from '#formats/der';
import { cmsSignatureAlgorithmOf, isComputable } from './index.ts';

function spkiOf({ publicKey }: { publicKey: KeyObject }): Uint8Array {
  return new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
}

test('what no engine computes is told from what is broken', () => {
  const curve = (namedCurve: string) => spkiOf(generateKeyPairSync('ec', { namedCurve }));
  const known = ['prime256v1', 'secp384r1', 'secp521r1', 'secp256k1', 'brainpoolP256r1'];
  known.push('prime192v1', 'secp224r1', 'brainpoolP320r1', 'brainpoolP512t1');
  for (const name of known) expect(isComputable('ecdsa-sha256', curve(name))).toBe(true);
  for (const name of ['SM2', 'secp192k1', 'sect283k1']) {
    expect([name, isComputable('ecdsa-sha256', curve(name))]).toEqual([name, false]);
  }
  const spelt = { namedCurve: 'prime256v1', paramEncoding: 'explicit' } as const;
  expect(isComputable('ecdsa-sha256', spkiOf(generateKeyPairSync('ec', spelt)))).toBe(false);
  // A key of another kind is not a question of what an engine knows.
  const rsa = spkiOf(generateKeyPairSync('rsa', { modulusLength: 1024 }));
  expect(isComputable('ecdsa-sha256', rsa)).toBe(true);
  expect(isComputable('rsa-pkcs1-sha256', curve('secp224r1'))).toBe(true);
  const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
  expect(isComputable('dsa-sha1', spkiOf(dsa))).toBe(true);
  const [names, bits] = parseDer(spkiOf(dsa)).children;
  const dotted = names?.children[0]?.der ?? new Uint8Array();
  // RFC 3279 §2.3.2: the group is that of the issuer, which stands elsewhere.
  const heir = sequence(sequence(dotted), bits?.der ?? new Uint8Array());
  expect(isComputable('dsa-sha1', heir)).toBe(false);
});

test('ECDSA named without a digest takes that of the signer', () => {
  const bare = parseDer(sequence(oid('1.2.840.10045.4')));
  expect(cmsSignatureAlgorithmOf(bare, 'sha384')).toBe('ecdsa-sha384');
});

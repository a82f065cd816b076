import { describe, expect, test } from 'vitest';
import { fromHex } from '#base/bytes';
import { hashNames, type SigningAlgorithm, schemeOf } from '#formats/crypto';
import { nullValue, oid, parseDer, sequence } from '#formats/der';
import {
  cmsSignatureAlgorithmOf,
  hashAlgorithmDer,
  hashAlgorithmOf,
  hashOfName,
  signatureAlgorithmDer,
  signatureAlgorithmOf,
} from './algorithms.ts';

const written: readonly SigningAlgorithm[] = [
  'ecdsa-sha256',
  'ecdsa-sha384',
  'ecdsa-sha512',
  'ed25519',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
  'rsa-pss-sha256-sha256-32',
  'rsa-pss-sha384-sha384-48',
  'rsa-pss-sha512-sha512-64',
  'sm2-sm3',
];

describe('algorithm identifiers', () => {
  test('what is written is read back, and a name says what it is made of', () => {
    for (const name of written) {
      expect(signatureAlgorithmOf(parseDer(signatureAlgorithmDer(name)))).toBe(name);
    }
    for (const hash of hashNames) {
      expect(hashAlgorithmOf(parseDer(hashAlgorithmDer(hash)))).toBe(hash);
      expect(schemeOf(`ecdsa-${hash}`)).toEqual({ scheme: 'ecdsa', hash });
      const pss = { scheme: 'rsa-pss', hash, mgfHash: 'sha3-512', saltBytes: 7 };
      expect(schemeOf(`rsa-pss-${hash}-sha3-512-7`)).toEqual(pss);
    }
  });

  test('RSASSA-PSS without fields is SHA-1 with 20 octets of salt, without parameters nothing', () => {
    const pss = oid('1.2.840.113549.1.1.10');
    expect(signatureAlgorithmOf(parseDer(sequence(pss, sequence())))).toBe('rsa-pss-sha1-sha1-20');
    // SHA-256, MGF1 over SHA-1 by default, 32 octets, the only trailer written out (RFC 4055).
    const odd = fromHex(
      '302606092a864886f70d01010a3019a00d300b0609608648016503040201a203020120a303020101',
    );
    expect(signatureAlgorithmOf(parseDer(odd))).toBe('rsa-pss-sha256-sha1-32');
    for (const bad of [sequence(pss), sequence(pss, nullValue())]) {
      expect(() => signatureAlgorithmOf(parseDer(bad))).toThrowError(/^x509|^der/);
    }
  });

  test('Ed25519 with parameters is another algorithm, SM2 with NULL is the same', () => {
    const of = (dotted: string) => parseDer(sequence(oid(dotted), nullValue()));
    expect(() => signatureAlgorithmOf(of('1.3.101.112'))).toThrowError('x509.algorithm_unknown');
    expect(signatureAlgorithmOf(of('1.2.156.10197.1.501'))).toBe('sm2-sm3');
  });

  test('a key named in the place of a signature is completed by the digest', () => {
    const of = (dotted: string) => parseDer(sequence(oid(dotted)));
    expect(cmsSignatureAlgorithmOf(of('1.2.840.113549.1.1.1'), 'sha1')).toBe('rsa-pkcs1-sha1');
    expect(cmsSignatureAlgorithmOf(of('1.2.840.10045.2.1'), 'sha384')).toBe('ecdsa-sha384');
    expect(cmsSignatureAlgorithmOf(of('1.2.156.10197.1.301.1'), 'sm3')).toBe('sm2-sm3');
    expect(() => cmsSignatureAlgorithmOf(of('1.2.156.10197.1.301'), 'sha256')).toThrowError(
      'x509.algorithm_unknown',
    );
  });

  test('digests by the names that XML uses', () => {
    expect(['SM3', 'SHA-256', 'sha1', ' 1.2.156.10197.1.401 ', 'SHA3-256'].map(hashOfName)).toEqual(
      ['sm3', 'sha256', 'sha1', 'sm3', 'sha3-256'],
    );
    expect(hashOfName('CRC32')).toBeUndefined();
  });
});

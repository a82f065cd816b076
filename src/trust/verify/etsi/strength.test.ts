import { expect, test } from 'vitest';
import type { KeyFacts } from '#formats/x509';
import { on } from './sample-authority.fixture.ts';
import { outdatedAt, sunsetsOf } from './strength.ts';

const key = (family: KeyFacts['family'], bits: number): { readonly key: KeyFacts } => ({
  key: { family, bits, oid: '', curve: undefined, isSound: true, hasExplicitCurve: false },
});

/** The last day that counts, and the first that does not: docs/specs/verification.md. */
test.each([
  ['MD5', { hash: 'md5' }, ['2008-12-30', '2009-01-01']],
  ['SHA-1', { hash: 'sha1' }, ['2020-01-07', '2020-01-09']],
  ['SHA-1 by its algorithm', { algorithm: 'rsa-pkcs1-sha1' }, ['2020-01-07', '2020-01-09']],
  ['RSA of 768', key('rsa', 768), ['2010-01-07', '2010-01-09']],
  ['RSA of 1024', key('rsa', 1024), ['2019-10-01', '2019-10-03']],
  ['RSA of 2048', key('rsa', 2048), ['2030-12-31', '2031-01-02']],
  ['DSA of 1024', key('dsa', 1024), ['2015-12-01', '2015-12-03']],
  ['P-192', key('ec', 192), ['2013-12-31', '2014-01-02']],
  ['P-224', key('ec', 224), ['2030-12-31', '2031-01-02']],
] as const)('%s ends on its day', (_, use, [last, first]) => {
  const sunsets = sunsetsOf(use);
  expect([outdatedAt(sunsets, on(last)), outdatedAt(sunsets, on(first))?.what]).toEqual([
    undefined,
    expect.any(String),
  ]);
});

test.each([
  ['SHA-256', { hash: 'sha256' }],
  ['SM3', { hash: 'sm3' }],
  ['RSA of 3072', key('rsa', 3072)],
  ['Brainpool of 320', key('ec', 320)],
  ['Ed25519', key('ed25519', 256)],
] as const)('%s has no end', (_, use) => {
  expect(sunsetsOf(use)).toEqual([]);
});

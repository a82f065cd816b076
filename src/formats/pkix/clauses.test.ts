/**
 * Clauses on which OpenSSL, Go, BouncyCastle and Sun's PKIX agreed against this judge, or on which
 * they differ and the text decides; each case bends one thing of a path that holds.
 */
import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '#base/bytes';
import {
  contextConstructed,
  contextPrimitive,
  nullValue,
  oid,
  parseDer,
  sequence,
  setOf,
  tlv,
  utf8String,
} from '#formats/der';
import {
  buildName,
  extensionOid,
  type Name,
  nameConstraints,
  nameKey,
  noRevAvail,
  parseName,
  subjectAltName,
} from '#formats/x509';
import type { PathAsk, PathCode } from './index.ts';
import { extension, gold, judged } from './judging.fixture.ts';
import { certify, having, type Plan, plan } from './world.fixture.ts';

type Bend = (of: Plan) => void;
const listsAt = sequence(
  sequence(contextConstructed(0, contextConstructed(0, contextPrimitive(6, fromLatin1('ldap:x'))))),
);
const accessBy = (method: string): Uint8Array =>
  sequence(sequence(oid(method), contextPrimitive(6, fromLatin1('http://a.example'))));
const never = noRevAvail();
/** Subtrees of one DNS name with a minimum or maximum written behind it. */
const bounded = (bound: Uint8Array): Bend => {
  const base = sequence(contextPrimitive(2, fromLatin1('example')), bound);
  const value = sequence(contextConstructed(0, base));
  return ({ middle }) => having(middle, extension(extensionOid.nameConstraints, value));
};
const qualified =
  (qualifier: string, critical: boolean): Bend =>
  ({ leaf }) => {
    const qualifiers = sequence(sequence(oid(qualifier), nullValue()));
    const value = sequence(sequence(oid(gold), qualifiers));
    having(leaf, extension(extensionOid.certificatePolicies, value, critical));
  };
const without =
  (...names: Parameters<typeof nameConstraints>[0]): Bend =>
  ({ middle }) =>
    having(middle, nameConstraints([], names));
const named =
  (...names: Parameters<typeof subjectAltName>[0]): Bend =>
  ({ leaf }) =>
    having(leaf, subjectAltName(names));

describe('a path is refused', () => {
  test.each<[string, PathCode, readonly Bend[]]>([
    ['by an issuer of version 1 (§6.1.4 (k))', 'not_authority', [old('middle', undefined)]],
    ['by an issuer of version 2 (§6.1.4 (k))', 'not_authority', [old('middle', 1)]],
    [
      'by an authority whose revocation is never published (RFC 9608 §3)',
      'malformed',
      [({ middle }) => having(middle, never)],
    ],
    [
      'by a leaf that says never, and where (RFC 9608 §3)',
      'malformed',
      [
        ({ leaf }) =>
          having(leaf, never, extension(extensionOid.crlDistributionPoints, listsAt, false)),
      ],
    ],
    [
      'by a leaf that says never, and where deltas are (RFC 9608 §3)',
      'malformed',
      [({ leaf }) => having(leaf, never, extension(extensionOid.freshestCrl, listsAt, false))],
    ],
    [
      'by a leaf that says never, and whom to ask (RFC 9608 §3)',
      'malformed',
      [
        ({ leaf }) => {
          const value = accessBy('1.3.6.1.5.5.7.48.1');
          having(leaf, never, extension(extensionOid.authorityInfoAccess, value, false));
        },
      ],
    ],
    [
      'by critical policies with a qualifier that nobody knows (§4.2.1.4)',
      'critical_unknown',
      [qualified('1.2.3.4', true)],
    ],
    [
      'by a minimum over 0 (§4.2.1.10)',
      'name_constraint_unsupported',
      [bounded(contextPrimitive(0, Uint8Array.of(1)))],
    ],
    [
      'by a maximum, and be it 0 (§4.2.1.10)',
      'name_constraint_unsupported',
      [bounded(contextPrimitive(1, Uint8Array.of(0)))],
    ],
    [
      'by quotes around an excluded mailbox (RFC 5321 §4.1.2)',
      'name_excluded',
      [without({ email: 'a@example.com' }), named({ email: '"\\a"@example.com' })],
    ],
    [
      'by a host that a backslash hides (RFC 3986 §3.2)',
      'name_not_permitted',
      [without({ uri: 'example.com' }), named({ uri: 'https://example.com\\@evil.com' })],
    ],
    [
      'by a subject that a soft hyphen carries out of a subtree (RFC 4518 §2.2)',
      'name_excluded',
      [
        without({ directory: buildName([['organization', 'Straße']]) }),
        ({ leaf }) => void (leaf.subject = organization('STRAS\u00adSE')),
      ],
    ],
  ])('%s', async (_, code, bends) => {
    expect(await judged((of) => bends.forEach((bend) => bend(of)))).toMatchObject({ code });
  });
});

describe('a path holds', () => {
  test.each<[string, Bend]>([
    ['with a leaf of version 1', old('leaf', undefined)],
    ['with a minimum of 0 that is written', bounded(contextPrimitive(0, Uint8Array.of(0)))],
    ['with critical policies and a statement', qualified('1.3.6.1.5.5.7.2.1', true)],
    ['with policies and a qualifier that nobody must know', qualified('1.2.3.4', false)],
    [
      'with a leaf that says never, and where its issuer is',
      ({ leaf }) => {
        const value = accessBy('1.3.6.1.5.5.7.48.2');
        having(leaf, never, extension(extensionOid.authorityInfoAccess, value, false));
      },
    ],
  ])('%s', async (_, bend) => {
    expect(await judged(bend)).toMatchObject({ is: 'valid' });
  });

  test.each<[string, Bend]>([
    ['a written minimum of 0', bounded(contextPrimitive(0, Uint8Array.of(0)))],
    ['noRevAvail that is critical', ({ leaf }) => having(leaf, { ...never, critical: true })],
  ])('but the profile is broken by %s', async (_, bend) => {
    const strict: Partial<PathAsk> = { profile: 'rfc5280' };
    expect(await judged(bend)).toMatchObject({ is: 'valid' });
    expect(await judged(bend, strict)).toMatchObject({ code: 'profile_broken' });
  });
});

test.each([
  ['30 February', 0x17, '260230000000Z'],
  ["24 o'clock", 0x17, '260101240000Z'],
  ['a time of no zone', 0x18, '20260101000000'],
])('a validity with %s is not read', async (_, tag, text) => {
  const { leaf } = await plan();
  leaf.times = [tlv(tag, fromLatin1(text)), leaf.times[1]];
  await expect(certify(leaf)).rejects.toThrowError('der.malformed');
});

test('names are one by the preparation of RFC 4518, not by looks', () => {
  const key = (text: string): string => nameKey(organization(text));
  expect(key('ΣΊΣΥΦΟΣ')).toBe(key('σίσυφος'));
  expect(key('Bank\u200b of\u0085Tests\u0000')).toBe(key('bank OF tests'));
  expect(key('签\ufe0f章')).toBe(key('签章'));
  expect(key('ı')).not.toBe(key('i'));
  expect(key('签章')).not.toBe(key('签 章'));
});

function organization(text: string): Name {
  return parseName(parseDer(sequence(setOf(sequence(oid('2.5.4.10'), utf8String(text))))));
}

function old(which: keyof Plan, version: number | undefined): Bend {
  return (of) => void (of[which].version = version);
}

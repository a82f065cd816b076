/**
 * The rules of TLS servers, for the families of the public suites that are not in the corpus: each
 * case bends one thing of a path that holds.
 */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { addSeconds } from '#base/clock';
import {
  authorityKeyIdentifier,
  basicConstraints,
  buildName,
  extendedKeyUsage,
  extensionOid,
  nameConstraints,
  purposeOid,
  subjectAltName,
} from '#formats/x509';
import { judged } from './judging.fixture.ts';
import {
  emptyName,
  having,
  lacking,
  now,
  otherwiseCritical,
  type Plan,
  yearSeconds,
} from './world.fixture.ts';

type Bend = (of: Plan) => void;
const web = { profile: 'webpki', serverNames: [{ dns: 'leaf.example' }] } as const;
const named =
  (...names: Parameters<typeof subjectAltName>[0]): Bend =>
  ({ leaf }) =>
    having(leaf, subjectAltName(names));
const called =
  (commonName: string, bend: Bend = () => undefined): Bend =>
  (of) => {
    of.leaf.subject = buildName([['commonName', commonName]]);
    bend(of);
  };
const spki = (modulusLength: number): Uint8Array =>
  new Uint8Array(
    generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'der', type: 'spki' }),
  );

describe('holds', () => {
  test.each<[string, Bend]>([
    ['the path as it is', () => undefined],
    [
      'name constraints that are not critical (BR §7.1.2.5.2)',
      ({ middle }) => {
        having(middle, nameConstraints([{ dns: 'example' }, { email: 'example.com' }]));
        otherwiseCritical(middle, extensionOid.nameConstraints);
      },
    ],
    ['a wildcard as the first label', named({ dns: '*.leaf.example' }, { dns: 'leaf.example' })],
    ['a common name that is one of the names', called('leaf.example')],
    ['a common name that is a word', called('Leaf of Tests')],
    [
      'no subject, and critical names',
      ({ leaf }) => {
        leaf.subject = emptyName;
        otherwiseCritical(leaf, extensionOid.subjectAltName);
      },
    ],
    ['no key usage in the leaf', ({ leaf }) => lacking(leaf, extensionOid.keyUsage)],
  ])('%s', async (_, bend) => {
    expect(await judged(bend, web)).toMatchObject({ is: 'valid' });
  });
});

describe('does not', () => {
  test.each<[string, Bend]>([
    ['a wildcard over a public suffix', named({ dns: '*.example' })],
    ['a wildcard within a label', named({ dns: 'l*.example' }, { dns: '*eaf.example' })],
    ['another host', named({ dns: 'leave.example' })],
    ['a host above', named({ dns: 'example' })],
    ['a name with letters beyond ASCII', named({ dns: 'leaf.example' }, { dns: 'löaf.example' })],
    ['no alternative name', ({ leaf }) => lacking(leaf, extensionOid.subjectAltName)],
    ['a common name of another host', called('other.example')],
    ['a common name in other letters', called('Leaf.EXAMPLE')],
    ['a common name that is an address in another writing', called('0xC0000201')],
    [
      'critical names beside a subject',
      ({ leaf }) => otherwiseCritical(leaf, extensionOid.subjectAltName),
    ],
    ['names not critical without a subject', ({ leaf }) => void (leaf.subject = emptyName)],
    ['no purpose', ({ leaf }) => lacking(leaf, extensionOid.extendedKeyUsage)],
    [
      'any purpose',
      ({ leaf }) =>
        having(leaf, extendedKeyUsage(false, purposeOid.documentSigning, purposeOid.any)),
    ],
    ['a root with a purpose', ({ root }) => having(root, extendedKeyUsage(false, purposeOid.any))],
    ['an authority as the leaf', ({ leaf }) => having(leaf, basicConstraints(true, null))],
    ['RSA of 1024 bits', ({ leaf }) => void (leaf.publicKey = spki(1024))],
    ['RSA of 2052 bits', ({ leaf }) => void (leaf.publicKey = spki(2052))],
    [
      'the key of a root that is another',
      ({ root }) => having(root, authorityKeyIdentifier(new Uint8Array(20))),
    ],
    ['version 1', ({ leaf }) => void Object.assign(leaf, { version: undefined, extensions: [] })],
    [
      'a constraint with a wildcard',
      ({ middle }) => having(middle, nameConstraints([{ dns: '*.example' }, { email: '' }])),
    ],
    [
      'a constraint with a dot in front',
      ({ middle }) => having(middle, nameConstraints([{ dns: '.example' }, { email: '' }])),
    ],
    [
      'a mailbox with two signs',
      (of) => {
        having(of.middle, nameConstraints([{ email: 'example.com' }, { dns: 'example' }]));
        named({ dns: 'leaf.example' }, { email: 'a@b@example.com' })(of);
      },
    ],
    [
      'a range for an address',
      (of) => {
        const ip = Uint8Array.of(192, 0, 2, 0, 255, 255, 255, 0);
        having(of.middle, nameConstraints([{ ip }, { dns: 'example' }]));
        named({ dns: 'leaf.example' }, { ip })(of);
      },
    ],
  ])('%s', async (_, bend) => {
    expect((await judged(bend, web)).is).not.toBe('valid');
  });

  test('a path a day after its end', async () => {
    const later = addSeconds(now, 2 * yearSeconds);
    expect(await judged(() => undefined, { ...web, at: later })).toMatchObject({ code: 'expired' });
  });
});

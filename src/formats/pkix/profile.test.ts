import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '#base/bytes';
import { integer, sequence } from '#formats/der';
import { extensionOid, keyUsage, nameConstraints, subjectAltName } from '#formats/x509';
import { extension, judged, noAny, times } from './judging.fixture.ts';
import { emptyName, having, lacking, otherwiseCritical, type Plan } from './world.fixture.ts';

describe('RFC 5280 §4: what conforming authorities issue', () => {
  const keyless = [extensionOid.subjectKeyIdentifier];
  const access = extension(extensionOid.authorityInfoAccess, sequence(), false);
  test.each<[string, string, (of: Plan) => void]>([
    ['serial negative', '§4.1.2.2', ({ leaf }) => void (leaf.serial = Uint8Array.of(2, 1, 0x80))],
    ['serial zero', '§4.1.2.2', ({ leaf }) => void (leaf.serial = integer(0))],
    ['serial long', '§4.1.2.2', ({ leaf }) => void (leaf.serial = integer(1n << 160n))],
    [
      'time spelt long',
      '§4.1.2.5',
      ({ leaf }) => void (leaf.times = times([fromTime('20260101000000Z'), leaf.times[1]])),
    ],
    [
      'no issuer and no subject',
      '§4.1.2.4',
      ({ root, middle }) =>
        ([root.issuer, root.subject, middle.issuer] = [emptyName, emptyName, emptyName]),
    ],
    ['leaf without any name', '§4.1.2.6', ({ leaf }) => void (leaf.subject = emptyName)],
    [
      'no authority key',
      '§4.2.1.1',
      ({ leaf }) => lacking(leaf, extensionOid.authorityKeyIdentifier),
    ],
    ['authority without key identifier', '§4.2.1.2', ({ root }) => lacking(root, ...keyless)],
    [
      'critical key identifier',
      '§4.2',
      ({ middle }) => otherwiseCritical(middle, keyless[0] ?? ''),
    ],
    [
      'soft name constraints',
      '§4.2',
      ({ middle }) => (
        having(middle, nameConstraints([{ dns: 'example' }])),
        otherwiseCritical(middle, extensionOid.nameConstraints)
      ),
    ],
    ['soft inhibition', '§4.2', ({ middle }) => having(middle, { ...noAny, critical: false })],
    ['authority without usage', '§4.2.1.3', ({ middle }) => lacking(middle, extensionOid.keyUsage)],
    ['leaf that may certify', '§4.2.1.3', ({ leaf }) => having(leaf, keyUsage('keyCertSign'))],
    [
      'DNS name with an underscore',
      '§4.2.1.6',
      ({ leaf }) => having(leaf, subjectAltName([{ dns: 'a_b.example' }])),
    ],
    [
      'address of five octets',
      '§4.2.1.6',
      ({ leaf }) => having(leaf, subjectAltName([{ ip: new Uint8Array(5) }])),
    ],
    [
      'soft basic constraints',
      '§4.2.1.9',
      ({ middle }) => otherwiseCritical(middle, extensionOid.basicConstraints),
    ],
    [
      'path length of a leaf',
      '§4.2.1.9',
      ({ leaf }) => having(leaf, extension(extensionOid.basicConstraints, sequence(integer(1)))),
    ],
    [
      'name constraints of a leaf',
      '§4.2.1.10',
      ({ leaf }) => having(leaf, nameConstraints([{ dns: 'example' }])),
    ],
    [
      'subtree that is none',
      '§4.2.1.10',
      ({ middle }) => having(middle, nameConstraints([{ ip: new Uint8Array(4) }])),
    ],
    ['empty access', '§4.2', ({ leaf }) => having(leaf, access)],
  ])('%s: %s', async (_, clause, bend) => {
    expect(await judged(bend, { profile: 'rfc5280' })).toMatchObject({
      code: 'profile_broken',
      rfc: `RFC 5280 ${clause}`,
    });
    // The path itself still holds, and the breach is told beside it.
    expect(await judged(bend)).toMatchObject({ is: 'valid' });
  });
});

function fromTime(text: string): Uint8Array {
  return Uint8Array.of(0x18, text.length, ...fromLatin1(text));
}

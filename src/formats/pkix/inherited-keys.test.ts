import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { addSeconds } from '#base/clock';
import {
  bitString,
  certificateTime,
  contextConstructed,
  integer,
  octetString,
  oid,
  parseDer,
  sequence,
} from '#formats/der';
import { basicConstraints, type Certificate, lacksGroup, readCertificate } from '#formats/x509';
import { buildPath, type PathVerdict } from './index.ts';
import { named, now, yearSeconds } from './world.fixture.ts';

const dsa = (): Pair => {
  const pair = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
  const spki = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }));
  const [algorithm, bits] = parseDer(spki).children;
  const name = algorithm?.children[0]?.der ?? new Uint8Array();
  return { spki, bare: sequence(sequence(name), bits?.der ?? name), key: pair.privateKey };
};

/** A DSA key as a certificate writes it, with its group and without. */
interface Pair {
  readonly spki: Uint8Array;
  readonly bare: Uint8Array;
  readonly key: KeyObject;
}

const [one, other] = [dsa(), dsa()];
const dsaWithSha256 = sequence(oid('2.16.840.1.101.3.4.3.2'));

function certify(
  [subject, publicKey]: readonly [string, Uint8Array],
  [issuer, { key }]: readonly [string, Pair],
): Certificate {
  const { oid: name, value } = basicConstraints(true, null);
  const times = [-1, 1].map((years) => certificateTime(addSeconds(now, years * yearSeconds)));
  const tbs = sequence(
    contextConstructed(0, integer(2)),
    integer(7),
    dsaWithSha256,
    named(issuer).der,
    sequence(...times),
    named(subject).der,
    publicKey,
    contextConstructed(3, sequence(sequence(oid(name), octetString(value)))),
  );
  const signature = new Uint8Array(sign('sha256', tbs, key));
  return readCertificate(sequence(tbs, dsaWithSha256, bitString(signature)));
}

async function search(
  target: Certificate,
  anchor: Certificate,
  pool: readonly Certificate[],
): Promise<PathVerdict> {
  const anchors = [{ certificate: anchor, applies: 'key' as const }];
  return buildPath({ target, anchors, pool, at: now, engine: nodeEngine });
}

const root = certify(['root', one.spki], ['root', one]);
const middle = certify(['middle', one.bare], ['root', one]);
const leaf = certify(['leaf', other.spki], ['middle', one]);

test('a DSA authority without a group of its own has that of its issuer (PKITS 4.1.5)', async () => {
  expect([lacksGroup(middle.publicKey), lacksGroup(root.publicKey)]).toEqual([true, false]);
  expect(await search(leaf, root, [middle])).toMatchObject({ is: 'valid' });
  // Handed down twice.
  const below = certify(['below', one.bare], ['middle', one]);
  const end = certify(['leaf', other.spki], ['below', one]);
  expect(await search(end, root, [below, middle])).toMatchObject({ is: 'valid' });
});

test('what another key signed in its name is broken (PKITS 4.1.6)', async () => {
  const forged = certify(['leaf', other.spki], ['middle', other]);
  const said = await search(forged, root, [middle]);
  expect(said).toMatchObject({ is: 'invalid', because: { code: 'signature_broken', index: 0 } });
});

test('a group comes from the path that is judged and from no namesake', async () => {
  // The attacker's root of the same name hands down a group in which the leaf's signature fails.
  const namesake = certify(['root', other.spki], ['root', other]);
  const under = certify(['middle', one.bare], ['root', other]);
  expect(await search(leaf, root, [under, namesake, middle])).toMatchObject({ is: 'valid' });
  expect(await search(leaf, namesake, [under])).toMatchObject({
    because: { code: 'signature_broken' },
  });
});

test('an authority of another kind has no group to hand down', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  // The anchor is a name and a key: that another key signed its certificate is nobody's question.
  const anchor = certify(['middle', one.bare], ['above', one]);
  const above = certify(['above', spki], ['above', one]);
  for (const top of [anchor, above]) {
    const said = await search(leaf, top, [anchor]);
    expect(said.is).not.toBe('valid');
  }
});

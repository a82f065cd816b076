/**
 * Packages with an entry that a newer program wrote: as much of it is judged as every version
 * keeps, and the rest is open, at its place.
 */
import { beforeAll, describe, expect, test } from 'vitest';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8, utf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { entryVersionMax } from '#formats/entry';
import { verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { samplePackage, type Wish } from './sample-package.fixture.ts';

const newerName = 'entries/0003.json';
let house: SampleHouse;

beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-22T10:00:00.000+08:00'),
  });
});

async function judged(wish: Wish) {
  const { zip } = await samplePackage(house, { newer: house.actor.signer, ...wish });
  const report = await verify({ name: 'package.zip', bytes: zip, trust: house.trust }, nodeEngine);
  const places = report.flaws.map(({ code, part }) => `${code} ${part}`);
  return { ...report, places };
}

describe('an entry of a newer program', () => {
  test('leaves a sound package indeterminate, names its place and nothing else', async () => {
    const { is, because, places, evidence } = await judged({});
    expect([is, because]).toEqual(['indeterminate', 'entry_version_unknown']);
    expect(places).toEqual([`entry_version_unknown ${newerName}`]);
    expect(evidence).toMatchObject({ entries: 8, level: 'L2', complete: true });
  });

  test('may be the one that says what no other does: that is open too, and said', async () => {
    const { is, flaws, signatures } = await judged({ without: 'identity.checked' });
    expect(is).toBe('indeterminate');
    expect(flaws.map(({ code }) => code)).toEqual(flaws.map(() => 'entry_version_unknown'));
    expect(flaws.map(({ detail }) => detail)).toContain('evidence_missing: identity.checked');
    expect(signatures.map((one) => one.is)).toContain('indeterminate');
  });

  test('excuses nothing that others say wrongly', async () => {
    expect((await judged({ otherHolder: true, revoked: true })).is).toBe('invalid');
    expect((await judged({ smsSigner: house.makeKey('ed25519') })).is).toBe('invalid');
  });

  test('is invalid where its signature, its chain or its proof does not hold', async () => {
    const unsigned = await judged({ newer: house.makeKey('ed25519') });
    expect(unsigned.is).toBe('invalid');
    expect(unsigned.places).toContain(`entry_signature_wrong ${newerName}`);
    const altered = await judged({
      swap: (files) =>
        files.map((file) =>
          file.name === newerName
            ? { ...file, bytes: utf8(fromUtf8(file.bytes).replace('60', '50')) }
            : file,
        ),
    });
    expect(altered.is).toBe('invalid');
    expect(altered.places).toContain('proof_wrong proofs/0003.tlog-proof');
    expect(altered.places).toContain('entry_chain_broken entries/0004.json');
  });
});

test('what claims to be newer so as not to be judged, is judged', async () => {
  // Whoever only packs makes an entry that is in his way a newer one.
  const swap: Wish['swap'] = (files) =>
    files.map((file) =>
      file.name === 'entries/0002.json'
        ? {
            ...file,
            bytes: utf8(fromUtf8(file.bytes).replace('"v":1', `"v":${entryVersionMax + 1}`)),
          }
        : file,
    );
  const { zip } = await samplePackage(house, { swap });
  const { is } = await verify({ name: 'p.zip', bytes: zip, trust: house.trust }, nodeEngine);
  expect(is).toBe('invalid');
});

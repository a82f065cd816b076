import { describe, expect, test } from 'vitest';

import { corpusFiles, corpusFolder, judgedByItself } from './corpus.fixture.ts';

/** The score: each file with its own root as trust and as of its claimed time. */
type Row = readonly [is: 'valid' | 'invalid' | 'indeterminate', because: string | undefined];

const good: Row = ['valid', undefined];
const changed: Row = ['invalid', 'change_forbidden'];
const wrongRange: Row = ['invalid', 'byte_range_wrong'];
// The certificate ended on 1 January 2022 and the signer himself claims November 2022: the missing
// material is a stamp from before.
const expired: Row = ['indeterminate', 'certificate_out_of_time'];

const signed: Readonly<Record<string, Row>> = {
  'certified-with-indirect-refs-in-dir.pdf': good,
  // Its /Contents was never filled in: no signature at all.
  'coverage-anomalies_base.pdf': ['invalid', 'cms_malformed'],
  'coverage-anomalies_one-byterange.pdf': wrongRange,
  'coverage-anomalies_signature-gap-too-big.pdf': wrongRange,
  'coverage-anomalies_tail-uncovered.pdf': changed,
  'coverage-anomalies_weird-byterange.pdf': wrongRange,
  // RFC 8419 §3.1: Ed448 goes with SHAKE256.
  'ed448-disallowed-hash.pdf': ['invalid', 'algorithm_unsuitable'],
  'ed448-shake256-nolen.pdf': good,
  'extensions-direct.pdf': expired,
  // The changed dictionary is the page tree's as well.
  'extensions-indirect-not-all-paths.pdf': changed,
  'extensions-indirect.pdf': expired,
  'extensions-update-direct.pdf': expired,
  'extensions-update-indirect.pdf': expired,
  'form-update-ap-indirect-sneaky-trailer.pdf': changed,
  'form-update-no-override-appearance-stream-ap-indirect-sneaky.pdf': changed,
  'form-update-no-override-appearance-stream-ap-indirect.pdf': expired,
  'form-update-original-ap-type-wrong.pdf': expired,
  'form-update-override-appearance-stream-ap-indirect-sneaky.pdf': changed,
  'form-update-override-appearance-stream-ap-indirect.pdf': expired,
  'form-update-override-appearance-stream-sneaky.pdf': changed,
  'form-update-override-appearance-stream.pdf': expired,
  'minimal-signed-twice-both-created.pdf': good,
  'minimal-signed-twice-no-sig-type.pdf': good,
  'minimal-signed-twice-second-created.pdf': good,
  'minimal-two-fields-signed-twice.pdf': good,
  'pades-lta-dss-indirect-arrs-test-2.pdf': good,
  'pades-lta-dss-indirect-arrs-test.pdf': good,
  'pades-with-old-style-signing-cert-attr-issser.pdf': good,
  'pades-with-old-style-signing-cert-attr.pdf': good,
  // ISO 32000-2 §12.8.3.3.1: nothing may be encapsulated.
  'pdf-sig-with-econtent.pdf': ['invalid', 'cms_malformed'],
  'separate-annots-kids-indir.pdf': good,
  'sig-no-signed-attrs.pdf': good,
  'sig-with-ski-sid.pdf': good,
  // Encrypted for one recipient: the missing material is his key.
  'signed-encrypted-pubkey-with-catalog-ref.pdf': ['indeterminate', 'password_missing'],
};

/**
 * What pyHanko 0.38 answers to the same file, root and time where its answer is another, and why
 * ours stands. Where both say the same nothing is listed; attacks that it cannot open are such.
 */
const otherwise: Readonly<Record<string, readonly [theirs: string, why: string]>> = {
  'minimal-signed-twice-both-created.pdf': [
    'not trusted: the stamp leads to no root',
    'EN 319 102-1 §5.5.4: a stamp that nobody trusts is put aside; the signature stands alone',
  ],
  'minimal-signed-twice-second-created.pdf': [
    'not trusted: the stamp leads to no root',
    'the same',
  ],
  'minimal-two-fields-signed-twice.pdf': ['not trusted: the stamp leads to no root', 'the same'],
  'coverage-anomalies_base.pdf': ['no answer: ValueError', '/Contents was never filled in'],
  'signed-encrypted-pubkey-with-catalog-ref.pdf': ['no answer: PdfError', 'the key is missing'],
};

/** Where the signed original ends inside an attack that only appends. */
const originals = {
  'isa_A.pdf': 23_016,
  'isa_C.pdf': 39_732,
  'isa_E.pdf': 39_732,
  'isa_G.pdf': 21_662,
  'isa_I.pdf': 39_732,
};

const scoringMsMax = 60_000;
const signedNames = corpusFiles('pdf-signed/pyhanko');
const attackNames = corpusFiles('pdf-attack');
if (signedNames === undefined || attackNames === undefined) {
  console.warn(`skip: ${corpusFolder} is absent, foreign signatures are not scored`);
}

describe('foreign signatures', () => {
  test('are each judged as the table says', { timeout: scoringMsMax }, async (context) => {
    if (signedNames === undefined) return context.skip('the corpus folder is absent');
    const found: Record<string, Row> = {};
    for (const name of signedNames) {
      const { is, because } = await judgedByItself('pdf-signed/pyhanko', name);
      found[name] = [is, because];
    }
    expect(found).toEqual(signed);
  });

  test('differ from the other judge only where a reason is written down', () => {
    for (const [name, [theirs, why]] of Object.entries(otherwise)) {
      const [is] = signed[name] ?? [];
      expect([name, is === 'valid' && !theirs.startsWith('not'), why === '']).toEqual([
        name,
        false,
        false,
      ]);
    }
  });

  test('with revocation material, stamps and a stamp over them all are B-LTA', async (context) => {
    if (signedNames === undefined) return context.skip('the corpus folder is absent');
    const name = 'pades-lta-dss-indirect-arrs-test.pdf';
    const report = await judgedByItself('pdf-signed/pyhanko', name);
    expect(report).toMatchObject({ is: 'valid', notices: [] });
    expect(report.signatures.map(({ kind, level }) => [kind, level])).toEqual([
      ['signature', 'B-LTA'],
      ['timestamp', 'B-B'],
    ]);
  });
});

describe('attacks', () => {
  test('the originals are valid', { timeout: scoringMsMax }, async (context) => {
    if (attackNames === undefined) return context.skip('the corpus folder is absent');
    for (const [name, end] of Object.entries(originals)) {
      const { is } = await judgedByItself('pdf-attack', name, end);
      expect([name, is]).toEqual([name, 'valid']);
    }
  });

  test('none passes, and each has a flaw that names a place', {
    timeout: scoringMsMax,
  }, async (context) => {
    if (attackNames === undefined) return context.skip('the corpus folder is absent');
    expect(attackNames.length).toBeGreaterThan(0);
    for (const name of attackNames) {
      const report = await judgedByItself('pdf-attack', name);
      expect([name, report.is]).toEqual([name, 'invalid']);
      expect(report.flaws[0]?.part).toMatch(new RegExp(`^${name}`));
    }
  });
});

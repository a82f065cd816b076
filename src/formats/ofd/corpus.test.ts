import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { checkSealSignature, readSeal, readSealSignature } from '#formats/ses';
import { judgeOfd } from './index.ts';

const corpus = '../shared/corpus/ofd';
const hasCorpus = existsSync(corpus);
if (!hasCorpus) console.warn(`skip: ${corpus} is absent, foreign OFD files are not judged`);

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(`${corpus}/${name}`));
}

/** File → what it is by mathematics and form, and why; chains are another question. */
const table = [
  ['ofdrw-converter-1.ofd', 'valid', [], 'tax bureau of Zhejiang, GB/T 38540, all files named'],
  ['ofdrw-converter-SignScaleError.ofd', 'valid', [], 'invoice platform of Zhejiang, GB/T 38540'],
  ['ofdrw-sign-v4signed.ofd', 'valid', [], 'test seal of Chongqing, GB/T 38540'],
  [
    'ofdrw-converter-draw_param_ref.ofd',
    'indeterminate',
    ['content_not_covered'],
    'seal and every named file hold, but two page templates that a viewer shows are not named',
  ],
  [
    'ofdrw-layout-keyword.ofd',
    'invalid',
    ['content_not_covered', 'reference_differs'],
    'OFD.xml, Document.xml and the page were edited after both signatures; the values hold',
  ],
  [
    'ofdrw-reader-SESV4SignDoc.ofd',
    'invalid',
    ['seal_expired'],
    'all digests and values hold, but the seal ended in 2022 and was used in 2026',
  ],
  [
    'ofdrw-sign-DigitalSign.ofd',
    'indeterminate',
    ['signer_certificate_missing'],
    'a bare SM2 value: every file holds, the file names no key to check the value with',
  ],
] as const;

describe('corpus/ofd (ofdrw)', () => {
  test.for(table)('%s is %s', async ([name, is, codes], context) => {
    if (!hasCorpus) return context.skip('the corpus folder is absent');
    const judged = await judgeOfd(bytesOf(name), { engine: nodeEngine });
    const all = [...judged.findings, ...judged.signatures.flatMap((one) => one.findings)];
    const bad = all.filter((one) => one.weight !== 'warning');
    expect([...new Set(bad.map((one) => one.code))].toSorted()).toEqual([...codes]);
    const worst = bad.some((one) => one.weight === 'invalid') ? 'invalid' : 'indeterminate';
    expect(bad.length === 0 ? 'valid' : worst).toBe(is);
    expect(judged.signatures.length).toBeGreaterThan(0);
  });

  test('the seal and the signed value that lie there alone are read and hold', async (context) => {
    if (!hasCorpus) return context.skip('the corpus folder is absent');
    const seal = readSeal(bytesOf('ofdrw-gm_src_test_resources_UserV4.esl'));
    expect(seal).toMatchObject({ name: 'OFD R&W 测试用印章', version: 4, vendor: 'OFDR&WTest' });
    const signed = readSealSignature(bytesOf('ofdrw-gm_src_test_resources_SignedValueV4.dat'));
    expect(signed.seal.der).toEqual(seal.der);
    const data = bytesOf('ofdrw-gm_src_test_resources_Signature.xml');
    const findings = await checkSealSignature({ value: signed, data }, nodeEngine);
    // The Signature.xml beside it is another one than was sealed.
    expect(findings.map((one) => one.code)).toEqual(['seal_data_differs']);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { judgeOfd } from '#formats/ofd';
import { readSeal, readSealSignature } from '#formats/ses';
import { openArchive } from '#formats/zip';
import { corpusFiles, corpusFolder } from './corpus.fixture.ts';
import { verify } from './index.ts';

const names = corpusFiles('ofd');
if (names === undefined) console.warn(`skip: ${corpusFolder} is absent, OFD is not scored`);

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(`${corpusFolder}/ofd/${name}`));
}

const sealName = 'ofdrw-gm_src_test_resources_UserV4.esl';

describe('a seal by itself', () => {
  test('is known by its content, leads to its maker and is open without him', async (context) => {
    if (names === undefined) return context.skip('the corpus folder is absent');
    const bytes = bytesOf(sealName);
    const seal = readSeal(bytes);
    const at = seal.createdAt;
    const order = { name: 'any', bytes, ...(at === undefined ? {} : { at }) };
    const trust = new Map([['maker.der', seal.makerCertificate]]);
    const report = await verify({ ...order, trust }, nodeEngine);
    expect([report.kind, report.is, report.flaws]).toEqual(['seal', 'valid', []]);
    const nobody = await verify({ ...order, trust: new Map() }, nodeEngine);
    expect([nobody.is, nobody.because]).toEqual(['indeterminate', 'chain_not_found']);
    const broken = Uint8Array.from(bytes);
    const place = seal.signature.byteOffset - bytes.byteOffset + seal.signature.length - 1;
    broken[place] = (broken[place] ?? 0) ^ 1;
    const flipped = await verify({ ...order, bytes: broken, trust }, nodeEngine);
    expect([flipped.is, flipped.because]).toEqual(['invalid', 'seal_wrong']);
  });

  test('a use of it is judged with the data beside it', async (context) => {
    if (names === undefined) return context.skip('the corpus folder is absent');
    const { files } = await openArchive(bytesOf('ofdrw-sign-v4signed.ofd'), nodeEngine);
    const inside = (ending: string): Uint8Array =>
      files.find(({ name }) => name.endsWith(ending))?.bytes ?? new Uint8Array();
    const bytes = inside('/SignedValue.dat');
    const use = readSealSignature(bytes);
    const trust = new Map([
      ['maker.der', use.seal.makerCertificate],
      ['sealer.der', use.certificate],
    ]);
    const order = { name: 'any', bytes, trust, ...(use.time && { at: use.time }) };
    const alone = await verify(order, nodeEngine);
    expect([alone.kind, alone.is, alone.because]).toEqual([
      'seal',
      'indeterminate',
      'content_missing',
    ]);
    const other = await verify({ ...order, content: new Uint8Array(9) }, nodeEngine);
    expect([other.is, other.because]).toEqual(['invalid', 'digest_differs']);
    const whole = await verify({ ...order, content: inside('/Signature.xml') }, nodeEngine);
    expect(whole.flaws).toEqual([]);
  });
});

/** Whom the file itself names highest, and the time its signers claim. */
async function ownTrust(bytes: Uint8Array) {
  const { signatures } = await judgeOfd(bytes, { engine: nodeEngine });
  const ders = signatures.flatMap(({ value }) => [
    ...(value?.certificate === undefined ? [] : [value.certificate]),
    ...(value?.seal === undefined ? [] : [value.seal.seal.makerCertificate]),
    ...(value?.certificates ?? []),
  ]);
  const times = signatures.flatMap(({ statedAt }) => statedAt ?? []);
  const trust = new Map(ders.map((der, index) => [`${index}.der`, der]));
  return { trust, at: times.toSorted((a, b) => b - a)[0] };
}

describe('an OFD', () => {
  test('is judged as of its own time with whom it names itself', async (context) => {
    if (names === undefined) return context.skip('the corpus folder is absent');
    const found: Record<string, unknown> = {};
    for (const name of names.filter((one) => one.endsWith('.ofd'))) {
      const bytes = bytesOf(name);
      const { trust, at } = await ownTrust(bytes);
      const order = { name, bytes, trust, ...(at === undefined ? {} : { at }) };
      const report = await verify(order, nodeEngine);
      const nobody = await verify({ ...order, trust: new Map() }, nodeEngine);
      expect([name, nobody.is]).not.toEqual([name, 'valid']);
      found[name] = [
        report.is,
        ...report.flaws.map(({ code, part, detail }) => `${code} ${part} ${detail}`),
      ];
    }
    expect(found).toMatchInlineSnapshot(`
      {
        "ofdrw-converter-1.ofd": [
          "valid",
        ],
        "ofdrw-converter-SignScaleError.ofd": [
          "valid",
        ],
        "ofdrw-converter-draw_param_ref.ofd": [
          "indeterminate",
          "file_uncovered ofdrw-converter-draw_param_ref.ofd#Doc_0/Signs/Sign_0/Signature.xml content_not_covered Doc_0/TPLS/TPL_0/Content.xml Doc_0/TPLS/TPL_1/Content.xml",
        ],
        "ofdrw-layout-keyword.ofd": [
          "invalid",
          "digest_differs ofdrw-layout-keyword.ofd#OFD.xml reference_differs",
          "digest_differs ofdrw-layout-keyword.ofd#Doc_0/Document.xml reference_differs",
          "digest_differs ofdrw-layout-keyword.ofd#Doc_0/Pages/Page_0/Content.xml reference_differs",
          "file_uncovered ofdrw-layout-keyword.ofd#Doc_0/Signs/Sign_1/Signature.xml content_not_covered Doc_0/DocumentRes.xml Doc_0/PublicRes.xml Doc_0/Res/Font7.ttf",
          "digest_differs ofdrw-layout-keyword.ofd#OFD.xml reference_differs",
          "digest_differs ofdrw-layout-keyword.ofd#Doc_0/Document.xml reference_differs",
          "digest_differs ofdrw-layout-keyword.ofd#Doc_0/Pages/Page_0/Content.xml reference_differs",
          "file_uncovered ofdrw-layout-keyword.ofd#Doc_0/Signs/Sign_3/Signature.xml content_not_covered Doc_0/DocumentRes.xml Doc_0/PublicRes.xml Doc_0/Res/Font7.ttf",
        ],
        "ofdrw-reader-SESV4SignDoc.ofd": [
          "invalid",
          "seal_wrong ofdrw-reader-SESV4SignDoc.ofd#Doc_0/Signs/Sign_0/Signature.xml seal_expired OFD R&W 测试用印章",
          "certificate_out_of_time ofdrw-reader-SESV4SignDoc.ofd#Doc_0/Signs/Sign_0/Signature.xml it existed at 2026-08-04T10:08:09.000+08:00 by --at",
        ],
        "ofdrw-sign-DigitalSign.ofd": [
          "indeterminate",
          "signer_certificate_missing ofdrw-sign-DigitalSign.ofd#Doc_0/Signs/Sign_0/Signature.xml signer_certificate_missing a bare signature names no key",
        ],
        "ofdrw-sign-v4signed.ofd": [
          "valid",
        ],
      }
    `);
  });
});

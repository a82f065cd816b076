/**
 * OFD files as they are found: judged with the root of the signer alone, and then changed.
 */
import { beforeAll, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { indexOf, utf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { writeArchive } from '#formats/zip';
import { type Report, verify } from '#trust/verify';
import {
  type Files,
  type Person,
  person,
  type Sample,
  sampleFiles,
} from '../../src/formats/ofd/sample-ofd.fixture.ts';

let sealer: Person;
let maker: Person;
beforeAll(async () => {
  sealer = await person('签署人');
  maker = await person('制章人');
});

async function judged(files: Files, who: readonly Person[] = [sealer]): Promise<Report> {
  const bytes = writeArchive(Object.entries(files).map(([name, held]) => ({ name, bytes: held })));
  const trust = new Map(who.map(({ certificate }, at) => [`${at}.der`, certificate.der]));
  const at = parseInstant('2025-06-01T12:00:00.000+08:00');
  return verify({ name: 'a.ofd', bytes, trust, at }, nodeEngine);
}

const codesOf = ({ flaws }: Report) => [...new Set(flaws.map(({ code }) => code))];

const shapes: readonly (readonly [string, Omit<Sample, 'sealer' | 'maker'>])[] = [
  ['GB/T 38540', { shape: 'v4' }],
  ['GB/T 38540, 64 octets', { shape: 'v4 raw' }],
  ['GB/T 38540, 301.1', { shape: 'v4', algorithm: '1.2.156.10197.1.301.1' }],
  ['GB/T 38540, 301, 64 octets', { shape: 'v4 raw', algorithm: '1.2.156.10197.1.301' }],
  ['GB/T 38540, SHA-256', { shape: 'v4', reference: 'sha256' }],
  ['GM/T 0031', { shape: 'v1' }],
  ['GM/T 0031, 301.1', { shape: 'v1', algorithm: '1.2.156.10197.1.301.1' }],
  ['GB/T 35275, digest inside', { shape: 'cms digest inside' }],
  ['GB/T 35275, attributes', { shape: 'cms attributes' }],
  ['GB/T 35275, detached', { shape: 'cms detached' }],
];

test.each(shapes)('%s: valid by the root of its signer; changed, never', async (_, sample) => {
  const files = await sampleFiles({ ...sample, sealer, maker });
  const honest = await judged(files);
  expect(honest.flaws).toEqual([]);
  // Whose picture it is the folder does not say, and that is said; with the maker it is not.
  const said = (report: Report) => report.notices.map(({ code }) => code);
  const hasSeal = !sample.shape.startsWith('cms');
  expect(said(honest).includes('seal_maker_not_trusted')).toBe(hasSeal);
  expect(said(await judged(files, [sealer, maker]))).not.toContain('seal_maker_not_trusted');
  expect((await judged(files, [maker])).because).toBe('chain_not_found');
  const page = 'Doc_0/Pages/Page_0/Content.xml';
  expect((await judged({ ...files, [page]: utf8('<Page>借款九万元</Page>') })).because).toBe(
    'digest_differs',
  );
  const { [page]: _gone, ...fewer } = files;
  expect((await judged(fewer)).is).toBe('invalid');
  // Every octet of the value's last half: signature, certificate, or what stands before them.
  const path = 'Doc_0/Signs/Sign_0/SignedValue.dat';
  const value = files[path] ?? new Uint8Array();
  for (let at = value.length - 60; at < value.length; at += 13) {
    const broken = value.map((byte, place) => (place === at ? byte ^ 1 : byte));
    expect((await judged({ ...files, [path]: broken })).is).not.toBe('valid');
  }
});

test('another picture in the seal is not the one its maker signed', async () => {
  const files = await sampleFiles({ shape: 'v4', sealer, maker });
  const path = 'Doc_0/Signs/Sign_0/SignedValue.dat';
  const value = (files[path] ?? new Uint8Array()).slice();
  const picture = indexOf(value, utf8('png'));
  value[picture + 5] = 9;
  const report = await judged({ ...files, [path]: value }, [sealer, maker]);
  expect(codesOf(report)).toEqual(expect.arrayContaining(['signature_wrong', 'seal_wrong']));
});

test.each([
  ['md5', 'indeterminate', 'algorithm_outdated'],
  ['sha1', 'indeterminate', 'algorithm_outdated'],
] as const)('references by %s say nothing any more', async (reference, is, because) => {
  const report = await judged(await sampleFiles({ shape: 'v4', sealer, maker, reference }));
  expect([report.is, report.because]).toEqual([is, because]);
});

test('of two signatures each is judged for itself', async () => {
  const files = await sampleFiles({ shape: 'v4', sealer, maker });
  const other = await person('另一签署人');
  const again = await sampleFiles({ shape: 'cms attributes', sealer: other, maker });
  const list = new TextDecoder()
    .decode(files['Doc_0/Signs/Signatures.xml'])
    .replace('</ofd:Signatures>', '<ofd:Signature ID="2" BaseLoc="Sign_1/Signature.xml"/>$&');
  const both: Files = {
    ...files,
    'Doc_0/Signs/Signatures.xml': utf8(list),
    'Doc_0/Signs/Sign_1/Signature.xml': again['Doc_0/Signs/Sign_0/Signature.xml'] ?? utf8(''),
    'Doc_0/Signs/Sign_1/SignedValue.dat': again['Doc_0/Signs/Sign_0/SignedValue.dat'] ?? utf8(''),
  };
  const report = await judged(both, [sealer, other]);
  expect([report.is, report.signatures.map(({ is }) => is)]).toEqual(['valid', ['valid', 'valid']]);
  const stranger = await judged(both, [sealer]);
  expect(stranger.signatures.map(({ is }) => is)).toEqual(['valid', 'indeterminate']);
});

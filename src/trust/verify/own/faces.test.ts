import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromLatin1, latin1 } from '#base/bytes';
import { addSeconds, parseInstant } from '#base/clock';
import { openPdf, prepareSignature } from '#formats/pdf';
import { type Report, verify } from '../index.ts';
import { samplePackage } from '../package/sample-package.fixture.ts';
import { placeOf, type SampleFace, samplePdf, sign } from './sample-pdf.fixture.ts';
import { type SampleHouse, sampleHouse } from './sample-trust.fixture.ts';

const size = { width: 30.125, height: 30 };
let house: SampleHouse;

beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-21T10:00:00.000+08:00'),
  });
});

interface Seal {
  readonly base?: Uint8Array;
  readonly face?: SampleFace;
  readonly twist?: (prepared: Uint8Array) => Uint8Array;
}

/** Sealed by the institution, so that nothing but the face can be wrong. */
async function sealed({ base, ...how }: Seal): Promise<Report> {
  const { seal, stamper, now, trust } = house;
  const by = { field: 'lender', stamper, engine: nodeEngine, at: addSeconds(now, 30), ...seal };
  const bytes = await sign(base ?? samplePdf({ salt: 'x' }, ['lender', 'borrower']), {
    ...by,
    ...how,
  });
  return verify({ name: 'contract.pdf', bytes, trust }, nodeEngine);
}

function codes({ flaws }: Report): string[] {
  return flaws.map(({ code, detail }) => `${code}: ${detail}`);
}

describe('where a signature is shown', () => {
  test('in the place that the base states for its field, it is valid', async () => {
    expect(await sealed({})).toMatchObject({ is: 'valid', flaws: [] });
  });

  test('a white box over the page makes the whole package invalid and is named', async () => {
    const content = '1 1 1 rg 0 0 150 100 re f\n';
    const face = {
      rect: [20, 90, 170, 190],
      appearance: { width: 150, height: 100, content },
    } as const;
    const { zip } = await samplePackage(house, { face });
    const report = await verify({ name: 'p.zip', bytes: zip, trust: house.trust }, nodeEngine);
    expect(report).toMatchObject({ is: 'invalid', because: 'face_out_of_place' });
    expect(report.flaws).toMatchObject([
      {
        code: 'face_out_of_place',
        part: expect.stringMatching(/^documents\/01-contract\.pdf#revision 2\/object \d+$/),
      },
      { code: 'face_forbidden', detail: 'the colour 1 1 1' },
    ]);
    const [own, lender] = report.signatures;
    expect([own?.is, own?.law13.contentFixed, lender?.is]).toEqual(['invalid', 'invalid', 'valid']);
  });

  test('a place moved by a thousandth of a point, or another’s, is another place', async () => {
    const { rect } = placeOf('lender');
    const [left, bottom, right, top] = rect;
    for (const moved of [
      [left, bottom, right, top + 0.001],
      [left + 1, bottom, right + 1, top],
      placeOf('borrower').rect,
    ] as const) {
      expect(await sealed({ face: { rect: moved } })).toMatchObject({
        because: 'face_out_of_place',
      });
    }
  });

  test('a base without places, or signed in its first revision, has none to keep', async () => {
    const mute = samplePdf({ salt: 'x' }, ['borrower']);
    expect(codes(await sealed({ base: mute }))).toEqual([
      'face_out_of_place: the base states no such place, or it is taken',
    ]);
    const none = fromLatin1(latin1(mute).replace('"slots"', '"stols"'));
    expect(codes(await sealed({ base: none }))).toEqual([
      'face_out_of_place: the base states no places: pdf.attachment_malformed',
    ]);
    // Without the end mark of the base the signed revision is the first that the file has.
    const twist = (prepared: Uint8Array) => fromLatin1(latin1(prepared).replace('%%EOF', '%%EOX'));
    expect(codes(await sealed({ twist }))).toEqual([
      'face_out_of_place: no face since the base revision',
    ]);
  });
});

describe('what a signature shows', () => {
  test('an image, a white stroke or a larger box is forbidden', async () => {
    for (const appearance of [
      { ...size, content: 'q\n/Image Do\nQ\n' },
      { ...size, content: '1 1 1 RG\n' },
      { ...size, width: 31, content: '' },
    ]) {
      expect(await sealed({ face: { appearance } })).toMatchObject({ because: 'face_forbidden' });
    }
  });

  test('a second widget without a signature is named by its object', async () => {
    const base = samplePdf({ salt: 'x' }, ['lender', 'borrower']);
    const drawn = prepareSignature(await openPdf(base, nodeEngine), {
      ...placeOf('borrower'),
      appearance: { ...size, content: '' },
      signerName: 'nobody',
      time: house.now,
      contentsBytes: 4096,
    });
    const text = latin1(drawn.bytes);
    const empty = fromLatin1(
      text.replace(/\/V \d+ 0 R/, (value) => '/V null'.padEnd(value.length)),
    );
    const report = await sealed({ base: empty });
    expect(report.flaws).toMatchObject([
      {
        code: 'face_forbidden',
        part: expect.stringMatching(/^contract\.pdf#object \d+$/),
        detail: 'a widget without a signature',
      },
    ]);
  });

  test('flags that hide it, or a ground of its own, are forbidden', async () => {
    for (const [was, is] of [
      ['/F 132', '/F 134'],
      ['/TU <', '/MK <'],
    ] as const) {
      const twist = (prepared: Uint8Array) => fromLatin1(latin1(prepared).replace(was, is));
      expect(await sealed({ twist })).toMatchObject({ because: 'face_forbidden' });
    }
  });
});

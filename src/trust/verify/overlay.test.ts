import { beforeAll, describe, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { concat, equal, fromLatin1, indexOf } from '#base/bytes';
import { buildSignedData, signedAttributes } from '#formats/cms';
import { embedSignature, openPdf, prepareSignature, type Rect, signedBytes } from '#formats/pdf';
import { buildToken } from '#formats/tsp';
import { type Holder, on, SampleAuthority } from './etsi/sample-authority.fixture.ts';
import { type Report, verify } from './index.ts';
import { layOut, samplePdf } from './own/sample-pdf.fixture.ts';

const contentsBytes = 8192;
const cover = '1 g 0 0 200 200 re f';
let authority: SampleAuthority;
let honest: Uint8Array;

beforeAll(async () => {
  authority = await SampleAuthority.open();
  honest = await signed(samplePdf({}, []));
});

interface Place {
  readonly field: string;
  readonly rect: Rect;
  readonly face?: string;
}

async function prepared(document: Uint8Array, { field, rect, face = cover }: Place) {
  const [left, bottom, right, top] = rect;
  const appearance = { width: right - left, height: top - bottom, content: face };
  const wish = { field, page: 1, rect, appearance, signerName: 'X', contentsBytes };
  const file = await openPdf(document, nodeEngine);
  return prepareSignature(file, { ...wish, time: on('2021-06-01'), isForeign: true });
}

async function signed(
  document: Uint8Array,
  alter: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
): Promise<Uint8Array> {
  const { bytes, byteRange } = await prepared(document, { field: 'first', rect: [10, 10, 50, 50] });
  const draft = alter(bytes);
  return embedSignature(draft, byteRange, await messageOver(signedBytes(draft, byteRange)));
}

async function messageOver(message: Uint8Array): Promise<Uint8Array> {
  const { certificate, signer } = await authority.signer('2020-01-01', '2022-01-01');
  const attributes = signedAttributes({
    messageDigest: await nodeEngine.digest('sha256', message),
    certificateSha256: await nodeEngine.digest('sha256', certificate.der),
  });
  return buildSignedData({
    certificate,
    signedAttributes: attributes,
    signature: await signer.sign(attributes),
    chain: [authority.issuing.certificate.der],
  });
}

/** A stamp over the whole document in a field with a face. */
async function stamped(document: Uint8Array, clock: Holder, place: Place): Promise<Uint8Array> {
  const draft = await prepared(document, place);
  const bytes = swapped(draft.bytes, '/ETSI.CAdES.detached', '/ETSI.RFC3161       ');
  const digest = await nodeEngine.digest('sha256', signedBytes(bytes, draft.byteRange));
  const token = await buildToken(
    {
      policy: '1.2.3',
      serial: '01',
      accuracyMs: undefined,
      ordering: false,
      nonce: 1n,
      imprint: { hash: 'sha256', digest },
      time: on('2021-06-01'),
    },
    { ...clock, engine: nodeEngine },
  );
  return embedSignature(bytes, draft.byteRange, token);
}

/** The last of these words, by as many others. */
function swapped(bytes: Uint8Array, word: string, other: string): Uint8Array {
  let at = -1;
  const wanted = fromLatin1(word);
  for (let next = 0; (next = indexOf(bytes, wanted, next)) >= 0; next += 1) at = next;
  const copy = Uint8Array.from(bytes);
  expect(equal(copy.subarray(at, at + wanted.length), wanted)).toBe(true);
  copy.set(fromLatin1(other), at);
  return copy;
}

function judged(bytes: Uint8Array): Promise<Report> {
  const trust = new Map([['root.der', authority.root.certificate.der]]);
  return verify({ name: 'a.pdf', bytes, trust, at: on('2021-06-01') }, nodeEngine);
}

describe('what a later revision paints', () => {
  test('the honest file is valid, and with a stamp without a face by whomever too', async () => {
    expect((await judged(honest)).flaws).toEqual([]);
    const other = await SampleAuthority.open();
    for (const by of [authority, other]) {
      const clock = await by.clock('2020-01-01', '2030-01-01');
      // With no place, or with a place and nothing in it, as some libraries write it.
      const places = [
        { field: 'stamp', rect: [0, 0, 0, 0] },
        { field: 'stamp', rect: [60, 60, 90, 90], face: '' },
      ] as const;
      for (const place of places) {
        expect((await judged(await stamped(honest, clock, place))).flaws).toEqual([]);
      }
    }
  });

  test.each(['\n', '\r\n', '\r\n\r\n', ' \n'])(
    'white space that a carrier adds (%j) is no change',
    async (tail) => {
      const report = await judged(concat(honest, fromLatin1(tail)));
      expect(report.flaws).toEqual([]);
    },
  );

  test('anything else behind the end is', async () => {
    const report = await judged(concat(honest, fromLatin1('\n% a remark\n')));
    expect(report.is).toBe('invalid');
  });

  test('a stamp by nobody we trust may not paint over the page', async () => {
    const other = await SampleAuthority.open();
    const clock = await other.clock('2020-01-01', '2030-01-01');
    const report = await judged(
      await stamped(honest, clock, { field: 'stamp', rect: [0, 0, 200, 200] }),
    );
    expect(report.is).not.toBe('valid');
  });
});

describe('signatures of other kinds', () => {
  test('an unknown /SubFilter is read as a message, and said', async () => {
    const odd = await signed(samplePdf({}, []), (bytes) =>
      swapped(bytes, '/ETSI.CAdES.detached', '/Some.Vendor        '),
    );
    const { is, notices } = await judged(odd);
    const detail = 'a.pdf first /SubFilter Some.Vendor';
    expect(is).toBe('valid');
    expect(notices).toContainEqual({ code: 'spelling_unusual', detail });
  });

  test('a form that only grants rights to readers is judged by that signature', async () => {
    const { is, signatures, notices } = await judged(await granting());
    expect([is, signatures.map(({ field }) => field)]).toEqual(['valid', ['/Perms/UR3']]);
    expect(notices).toContainEqual({ code: 'usage_rights', detail: '/Perms/UR3' });
    const bare = await judged(samplePdf({}, []));
    expect([bare.is, bare.because]).toEqual(['invalid', 'signature_missing']);
  });
});

/** A page without fields, over which a tool has signed to grant rights (ISO 32000-1 §12.8.2.3). */
async function granting(): Promise<Uint8Array> {
  const room = '0'.repeat(2 * contentsBytes);
  const blank = ' '.repeat(40);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /Perms << /UR3 4 0 R >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>',
    `<< /Type /Sig /Filter /X /SubFilter /adbe.pkcs7.detached /ByteRange ${blank} /Contents <${room}> >>`,
  ];
  const file = layOut(objects.map((body) => fromLatin1(body)));
  const from = indexOf(file, fromLatin1(`<${room}`));
  const to = from + room.length + 2;
  const range = [0, from, to, file.length - to] as const;
  const filled = swapped(file, blank, `[${range.join(' ')}]`.padEnd(blank.length));
  return embedSignature(filled, range, await messageOver(signedBytes(filled, range)));
}

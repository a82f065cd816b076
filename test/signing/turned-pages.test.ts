/**
 * Seals on pages that are turned, cut, or measured in another unit; fields whose widgets are
 * objects of their own; fields whose makers ask for something.
 */
import { beforeAll, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { latin1 } from '#base/bytes';
import { faultCode } from '#base/fault';
import { findText, openPdf, type Rect, seenPlace } from '#formats/pdf';
import type { SigningOrder } from '#trust/signing';
import { verify } from '#trust/verify';
import { type Holder, onePage, SigningTable } from './signing-table.ts';

let table: SigningTable;
let holder: Holder;
beforeAll(async () => {
  table = await SigningTable.open();
  holder = await table.person('ecdsa-sha256');
});

/** One page with a line, and what more it says of itself. */
function pageWith(more: string): Uint8Array {
  const content = 'BT /F 20 Tf 20 300 Td (Sign here) Tj ET';
  const font = '/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>';
  return onePage('table', [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] ${more} /Contents 4 0 R /Resources << ${font} >> >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
  ]);
}

/** What is drawn says how large its place was. */
const face: NonNullable<SigningOrder['face']> = ({ width, height }) => ({
  width,
  height,
  content: `0.8 0.04 0.06 rg 0 0 ${width} ${height} re f`,
});

/** Signed there and once more unseen: both hold for whoever verifies. */
async function appendedBy(document: Uint8Array, place: SigningOrder['place']): Promise<string> {
  const signed = await table.signAt(document, holder, { place, face });
  const twice = await table.sign(signed, holder, 'second');
  const judging = { name: 'x.pdf', bytes: twice, trust: table.trust(), at: table.now } as const;
  const { signatures } = await verify({ ...judging, profile: 'etsi' }, nodeEngine);
  expect(signatures.map(({ is }) => is)).toEqual(['valid', 'valid']);
  const appended = latin1(signed.subarray(document.length));
  return appended.replace(/\/Contents <[^>]*>|\/DefaultRGB .*/g, '');
}

async function refusal(action: Promise<unknown>): Promise<string | undefined> {
  return action.then(
    () => 'done',
    (thrown: unknown) => faultCode(thrown),
  );
}

test.each([
  [0, '[50 100 170 140]', ''],
  [90, '[260 50 300 170]', '/Matrix [0 1 -1 0 0 0]'],
  [180, '[230 460 350 500]', '/Matrix [-1 0 0 -1 0 0]'],
  [270, '[100 430 140 550]', '/Matrix [0 -1 1 0 0 0]'],
  [-90, '[100 430 140 550]', '/Matrix [0 -1 1 0 0 0]'],
])(
  'on a page turned by %i a seal stands upright where its reader measured',
  async (turned, rect, matrix) => {
    const document = pageWith(`/Rotate ${turned}`);
    const seen: Rect = [50, 100, 170, 140];
    const wish = { field: 'seal', page: 1, rect: seen };
    const place = {
      is: 'new',
      ...wish,
      rect: seenPlace(await openPdf(document, nodeEngine), wish),
    };
    const appended = await appendedBy(document, place as SigningOrder['place']);
    expect(appended).toContain(`/Rect ${rect}`);
    expect(appended).toContain('/BBox [0 0 120 40]');
    expect(appended.includes('/Matrix [')).toBe(matrix !== '');
    expect(appended).toContain(matrix);
  },
);

test('places are measured on what is shown, in points', async () => {
  const wish = { field: 'seal', page: 1, rect: [10, 20, 110, 60] as Rect };
  const cut = await openPdf(pageWith('/CropBox [30 40 300 500]'), nodeEngine);
  expect(seenPlace(cut, wish)).toEqual([40, 60, 140, 100]);
  const large = await openPdf(pageWith('/UserUnit 2'), nodeEngine);
  expect(seenPlace(large, wish)).toEqual([5, 10, 55, 30]);
  expect(() => seenPlace(cut, { ...wish, rect: [200, 0, 280, 40] })).toThrow('pdf.field_malformed');
  expect(() => seenPlace(cut, { ...wish, page: 2 })).toThrow('pdf.page_missing');
});

test('over words beside the edge the face stays on the page, upright', async () => {
  const over = { is: 'text', field: 'seal', find: { text: 'Sign here' } } as const;
  const size = { width: 200, height: 60 };
  const plain = await appendedBy(pageWith(''), { ...over, ...size });
  expect(plain).toMatch(/\/Rect \[0 \S+ 200 \S+\]/);
  const turned = await appendedBy(pageWith('/Rotate 90'), { ...over, ...size });
  expect(turned).toMatch(/\/Rect \[\S+ 207\.6 \S+ 407\.6\]/);
  expect(turned).toContain('/BBox [0 0 200 60]');
  const doubled = await appendedBy(pageWith('/UserUnit 2'), { ...over, ...size });
  expect(doubled).toMatch(/\/Rect \[\S+ \S+ \S+ \S+\]/);
  expect(doubled).toContain('/BBox [0 0 200 60]');
  const [{ rect }] = [await findText(await openPdf(pageWith(''), nodeEngine), { text: 'here' })];
  // Helvetica says no width in the file: that of the standard font counts.
  expect(rect[0]).toBeCloseTo(20 + 20 * (0.667 + 0.222 + 0.556 + 0.556 + 0.278), 3);
});

/** A field of the name `seal`, and the objects behind it. */
function withField(field: string, ...more: readonly string[]): Uint8Array {
  return onPage('', [`<< /FT /Sig /T (seal) ${field} >>`, ...more]);
}

/** The page says `said` of itself and lists the second and third of the objects. */
function onPage(said: string, objects: readonly string[]): Uint8Array {
  return onePage('table', [
    '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] ${said} /Contents 4 0 R /Annots [6 0 R 7 0 R] >>`,
    '<< /Length 3 >>\nstream\nq Q\nendstream',
    ...objects,
  ]);
}

const widget = (rect: string, more = '') =>
  `<< /Type /Annot /Subtype /Widget /Parent 5 0 R /P 3 0 R /Rect [${rect}] ${more}>>`;

test('a field is signed whose widget is an object of its own, that has several, or none', async () => {
  const place = { is: 'field', field: 'seal' } as const;
  const one = await appendedBy(withField('/Kids [6 0 R]', widget('10 10 60 40'), 'null'), place);
  expect(one).toContain('/BBox [0 0 50 30]');
  const [first, second] = [widget('10 10 60 40'), widget('10 100 90 140')];
  const two = await appendedBy(withField('/Kids [6 0 R 7 0 R]', first, second), place);
  expect(two).toContain('/BBox [0 0 50 30]');
  expect(two).toContain('/BBox [0 0 80 40]');
  expect(await appendedBy(withField('', 'null', 'null'), place)).not.toContain('/BBox');
  const direct = widget('10 10 60 40');
  const inside = table.fill(withField(`/Kids [${direct}]`, 'null', 'null'), holder, 'seal');
  expect(await refusal(inside)).toBe('pdf.field_unsupported');
});

test('the face stands upright in a field whose widget is turned with its page', async () => {
  const turned = withField('/Kids [6 0 R]', widget('10 10 40 60', '/MK << /R 90 >>'), 'null');
  const appended = await appendedBy(turned, { is: 'field', field: 'seal' });
  expect(appended).toContain('/BBox [0 0 50 30]');
  expect(appended).toContain('/Matrix [0 1 -1 0 0 0]');
});

test.each([
  ['it is hidden', '10 10 60 40', '/F 2'],
  ['no viewer shows it', '10 10 60 40', '/F 36'],
  ['it has no size', '0 0 0 0', ''],
  ['it lies beside the page', '500 10 560 40', ''],
])('S2-73 a seal goes into no field where nobody would see it: %s', async (_, rect, more) => {
  const document = withField('/Kids [6 0 R]', widget(rect, more), 'null');
  const place = { is: 'field', field: 'seal' } as const;
  const order = { place, face, mustBeSeen: true };
  expect(await refusal(table.signAt(document, holder, order))).toBe('pdf.place_unseen');
  expect(await appendedBy(document, place)).toContain('/BBox [0 0 1 1]');
  const both = withField('/Kids [6 0 R 7 0 R]', widget(rect, more), widget('10 100 90 140'));
  expect(await refusal(table.signAt(both, holder, order))).toBe('done');
});

test('S2-73 nor into one that no page lists', async () => {
  const document = withField('/Kids [8 0 R]', 'null', 'null', widget('10 10 60 40'));
  const order = { place: { is: 'field', field: 'seal' }, face, mustBeSeen: true } as const;
  expect(await refusal(table.signAt(document, holder, order))).toBe('pdf.place_unseen');
  const none = withField('', 'null', 'null');
  expect(await refusal(table.signAt(none, holder, order))).toBe('pdf.place_unseen');
});

test('a widget that does not say its page stands upright on the one that lists it', async () => {
  const bare = '<< /Type /Annot /Subtype /Widget /Parent 5 0 R /Rect [10 10 40 60] >>';
  const field = '<< /FT /Sig /T (seal) /Kids [6 0 R] >>';
  const document = onPage('/Rotate 90', [field, bare, 'null']);
  const wide = await appendedBy(document, { is: 'field', field: 'seal' });
  expect(wide).toContain('/Matrix [0 1 -1 0 0 0]');
});

test.each([
  ['/SubFilter [/adbe.pkcs7.detached /ETSI.CAdES.detached] /Filter /Adobe.PPKLite /Ff 3', 'done'],
  ['/SubFilter [/adbe.pkcs7.detached] /Ff 2', 'pdf.field_unsupported'],
  ['/Filter /Other /Ff 1', 'pdf.field_unsupported'],
  ['/DigestMethod [(SHA512) (SHA256)] /Ff 64', 'done'],
  ['/DigestMethod [(SHA512)] /Ff 64', 'pdf.field_unsupported'],
  ['/V 1 /Reasons [(.)] /Ff 12', 'done'],
  ['/TimeStamp << /URL (http://tsa.example) /Ff 1 >>', 'done'],
  ['/Cert << /Subject [()] /Ff 1 >>', 'pdf.field_unsupported'],
  ['/MDP << /P 0 >>', 'done'],
  ['/LockDocument true', 'pdf.field_unsupported'],
  ['/AddRevInfo true /Ff 32', 'pdf.field_unsupported'],
  ['/Ff 512', 'pdf.field_unsupported'],
])('a field that asks for %s', async (seeds, said) => {
  const document = withField(`/Kids [6 0 R] /SV << ${seeds} >>`, widget('10 10 60 40'), 'null');
  expect(await refusal(table.fill(document, holder, 'seal'))).toBe(said);
});

test('a field that wants its signer to certify is signed by who certifies so', async () => {
  const field = '/Kids [6 0 R] /SV << /MDP << /P 2 >> >>';
  const document = withField(field, widget('10 10 60 40'), 'null');
  const place = { is: 'field', field: 'seal' } as const;
  const by = (certify: 1 | 2) =>
    refusal(table.signAt(document, holder, { place, restrictions: { certify } }));
  expect(await by(2)).toBe('done');
  expect(await by(1)).toBe('pdf.field_unsupported');
});

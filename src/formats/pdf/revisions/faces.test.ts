import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromLatin1 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Appearance } from '../drawing/appearance.ts';
import { sealInside } from '../drawing/seal-appearance.ts';
import { signerLines } from '../drawing/signer-appearance.ts';
import { prepareSignature, type SignatureWish } from '../fields/prepare.ts';
import { Increment } from '../file/increment.ts';
import { openPdf } from '../file/open.ts';
import {
  arrayOf,
  dictOf,
  nameOf,
  numberOf,
  type PdfDict,
  type PdfValue,
  pdfNull,
  refTo,
  textOf,
  withEntries,
} from '../file/value.ts';
import { printSlots, readSlots } from '../signatures/slots.ts';
import { contentObjection } from './face-content.ts';
import { judgeFaces } from './faces.ts';
import { compareRevisions } from './revisions.ts';

const places = [
  { field: 'borrower', page: 1, rect: [20, 20.5, 80.125, 50.5] },
  { field: 'lender', page: 1, rect: [100, 20, 150, 70] },
] as const;
const size = { width: 60.125, height: 30 };
const mark: Appearance = { ...size, content: '1 1 m 29 1 l S\n' };

function paper(data: string, names = '(data.json) 4 0 R'): Uint8Array {
  const bodies = [
    `<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [${names}] >> >> >>`,
    '<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>',
    '<< /Type /Filespec /F (data.json) /UF (data.json) /EF << /F 5 0 R >> >>',
    `<< /Type /EmbeddedFile /Length ${data.length} >>\nstream\n${data}\nendstream`,
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>',
  ];
  let text = '%PDF-1.7\n';
  const offsets = bodies.map((body, at) => {
    const offset = text.length;
    text += `${at + 1} 0 obj\n${body}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 7\n0000000000 65535 f \n${offsets.join('')}`;
  const tail = `trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return fromLatin1(text + table + tail);
}

const stating = (slots: Json) => paper(canonical({ slots }));
const base = stating(printSlots(places));

async function withFace(face: Partial<SignatureWish> = {}, on = base): Promise<Uint8Array> {
  const wish = {
    ...places[0],
    appearance: mark,
    signerName: 'Wang',
    time: instantFromMs(1_795_271_400_000),
    contentsBytes: 1024,
    ...face,
  };
  return prepareSignature(await openPdf(on, nodeEngine), wish).bytes;
}

type Change = Readonly<Record<string, PdfValue>>;

/** The same addition with other members in its widget, its appearance form or its list of faces. */
async function altered(change: { widget?: Change; form?: Change; raw?: string }) {
  const file = await openPdf(await withFace(), nodeEngine);
  const [ref] = file.list(file.dict(file.catalog().entries.get('AcroForm'))?.entries.get('Fields'));
  const widget = file.dict(ref) ?? dictOf({});
  const face = file.dict(widget.entries.get('AP'))?.entries.get('N');
  const form = file.resolve(face);
  const increment = new Increment(file);
  if (ref?.kind !== 'ref' || face?.kind !== 'ref' || form.kind !== 'stream')
    throw new Error('face');
  increment.put(ref, without(withEntries(widget, change.widget ?? {})));
  const raw = change.raw === undefined ? form.raw : fromLatin1(change.raw);
  const dict = withEntries(form.dict, { Length: numberOf(raw.length), ...change.form });
  increment.put(face, { kind: 'stream', dict, raw });
  return increment.build().bytes;
}

/** A member set to null is left out. */
function without(dict: PdfDict): PdfDict {
  return { ...dict, entries: new Map([...dict.entries].filter(([, { kind }]) => kind !== 'null')) };
}

async function judge(after: Uint8Array, before = base): Promise<string[]> {
  const later = await openPdf(after, nodeEngine);
  const change = await compareRevisions(before, later, nodeEngine);
  const flaws = await judgeFaces({ base: before, later, change }, nodeEngine);
  return flaws.map(({ because, field, detail }) => `${because} ${field}: ${detail}`);
}

describe('the place of a face', () => {
  test('is the one the base states for its field', async () => {
    expect(await judge(await withFace())).toEqual([]);
    expect(await judge(base)).toEqual([]);
  });

  test('no other rect, no other page, no place of another field', async () => {
    const [moved] = await judge(await withFace({ rect: [20, 20.5, 80.126, 50.5] }));
    expect(moved).toBe('out_of_place borrower: [20 20.5 80.126 50.5] for [20 20.5 80.125 50.5]');
    expect(await judge(await withFace({ page: 2 }))).toEqual([
      'out_of_place borrower: on page 2, the place is on 1',
    ]);
    expect((await judge(await withFace({ field: 'guarantor' })))[0]).toMatch(/^out_of_place/);
    const two = await withFace({ field: 'lender', rect: places[1].rect, page: 1 });
    expect(await judge(two)).toEqual(['forbidden lender: a box [0 0 60.125 30] of another size']);
  });

  test('a base that states none, badly, or twice, has none', async () => {
    const rect = [20_000, 20_500, 80_125, 50_500];
    const slot = { field: 'borrower', page: 1, rect };
    const bad: Json[] = [
      null,
      [],
      'slots',
      [slot, slot],
      [slot, { ...slot, field: 'lender' }],
      [{ ...slot, page: 3 }],
      [slot, { ...slot, rect: [200_000, 20_500, 280_125, 50_500] }],
      [null],
      [['borrower', 1, rect]],
      [{ ...slot, rect: rect.map(String) }],
      [{ ...slot, more: 1 }],
      [{ field: 'borrower', page: 1 }],
      [{ ...slot, rect: [20_000, 20_500, 80_125] }],
      [{ ...slot, rect: [20_000, 20_500, 20_000, 50_500] }],
      [{ ...slot, rect: [20_000, 20_500, 80_125, 900_000] }],
      [{ ...slot, rect: [20_000, 20_500, 290_000, 50_500] }],
    ];
    for (const slots of bad) {
      const on = stating(slots);
      const said = await judge(await withFace({}, on), on);
      expect(said[0], canonical(slots)).toMatch(/^out_of_place borrower: the base states no/);
    }
    const loose = paper('{ "slots": [] }');
    expect((await judge(await withFace({}, loose), loose))[0]).toMatch('base.json_not_canonical');
    const text = canonical({ slots: printSlots(places) });
    const double = paper(text, '(data.json) 4 0 R (data.two) 4 0 R');
    expect((await judge(await withFace({}, double), double))[0]).toMatch(/^out_of_place/);
  });

  test('one field takes its place once, and an empty field of the base is no place', async () => {
    const first = await withFace();
    const file = await openPdf(first, nodeEngine);
    const page = file.pages()[0];
    const widget = refTo(file.size());
    const increment = new Increment(file);
    increment.allocate();
    const listed = file.list(page?.dict.entries.get('Annots'));
    const copy = file.dict(listed[0]) ?? dictOf({});
    increment.put(widget, copy);
    increment.put(refTo(page?.number ?? 0), {
      ...withEntries(page?.dict ?? dictOf({}), { Annots: arrayOf([...listed, widget]) }),
    });
    const form = file.catalog().entries.get('AcroForm');
    const dict = file.dict(form) ?? dictOf({});
    const fields = arrayOf([...file.list(dict.entries.get('Fields')), widget]);
    if (form?.kind === 'ref') increment.put(form, withEntries(dict, { Fields: fields }));
    expect(await judge(increment.build().bytes)).toEqual([
      'out_of_place borrower: the base states no such place, or it is taken',
    ]);
    const empty = await altered({ widget: { V: pdfNull } });
    const refill = new Increment(await openPdf(empty, nodeEngine));
    const signed = withEntries((await openPdf(empty, nodeEngine)).dict(listed[0]) ?? dictOf({}), {
      V: copy.entries.get('V') ?? pdfNull,
    });
    if (listed[0]?.kind === 'ref') refill.put(listed[0], signed);
    expect(await judge(refill.build().bytes, empty)).toEqual([
      'out_of_place borrower: a field of the base was filled',
    ]);
  });
});

describe('the widget and its appearance', () => {
  const cases: [string, Parameters<typeof altered>[0]][] = [
    ['a widget with /MK', { widget: { MK: dictOf({ BG: arrayOf([1, 1, 1].map(numberOf)) }) } }],
    ['a widget with /BS', { widget: { BS: dictOf({ W: numberOf(90) }) } }],
    ['other flags', { widget: { F: numberOf(134) } }],
    ['other flags', { widget: { F: pdfNull } }],
    ['a widget without a signature', { widget: { V: pdfNull } }],
    ['a widget without a signature', { widget: { V: textOf('x') } }],
    ['a widget of another page', { widget: { P: refTo(2) } }],
    ['no one normal appearance', { widget: { AP: pdfNull } }],
    ['no one normal appearance', { widget: { AP: dictOf({ N: dictOf({}) }) } }],
    ['an appearance with /Matrix', { form: { Matrix: arrayOf([9, 0, 0, 9, 0, 0].map(numberOf)) } }],
    ['an appearance with /Group', { form: { Group: dictOf({}) } }],
    ['an appearance with /Filter', { form: { Filter: nameOf('ASCIIHexDecode') } }],
    ['an appearance with resources', { form: { Resources: dictOf({ XObject: dictOf({}) }) } }],
    ['an appearance that is no form', { form: { Subtype: nameOf('Image') } }],
    [
      'a box [-9 0 60.125 30] of another size',
      { form: { BBox: arrayOf([-9, 0, 60.125, 30].map(numberOf)) } },
    ],
    ['a box [] of another size', { form: { BBox: pdfNull } }],
    ['the operator Do', { raw: '/Im0 Do\n'.replace('/Im0 ', '') }],
  ];

  test.each(cases)('%s is forbidden', async (why, change) => {
    expect(await judge(await altered(change))).toContain(`forbidden borrower: ${why}`);
  });

  test('an action or a second appearance is no plain field to begin with', async () => {
    for (const widget of [
      { A: dictOf({}) },
      { AA: dictOf({}) },
      { AP: dictOf({ N: refTo(8), D: refTo(8) }) },
    ]) {
      const after = await altered({ widget });
      expect(await compareRevisions(base, after, nodeEngine)).toMatchObject({ is: 'forbidden' });
    }
  });
});

describe('the content of a face', () => {
  const why = (content: string) => contentObjection(fromLatin1(content), size);

  test('is what our own seals and signature lines print', () => {
    const outlines = (text: string) =>
      [...text].map(() => ({
        advance: 1,
        steps: [
          { do: 'move' as const, to: [0.1, -0.1] as const },
          { do: 'quadratic' as const, by: [0.9, 0.9] as const, to: [0.1, 0.85] as const },
          { do: 'close' as const },
        ],
      }));
    const name = '示范联社';
    const sealSize = { width: 119.055, height: 119.055 };
    const round = {
      shape: 'round',
      diameterMm: 40,
      name,
      hasStar: true,
      line: '合同专用章',
    } as const;
    const oval = { shape: 'oval', widthMm: 40, heightMm: 30, name, line: '业务专用章' } as const;
    for (const figure of [round, oval, { shape: 'square', sideMm: 20, text: '示例印' } as const]) {
      const seal = sealInside(figure, sealSize, outlines);
      expect(seal).toMatchObject(sealSize);
      expect(contentObjection(fromLatin1(seal.content), seal)).toBeUndefined();
    }
    const line = signerLines({
      lines: ['签署人', '时间'],
      width: 187.087,
      height: 62.362,
      outlines,
    });
    expect(contentObjection(fromLatin1(line.content), line)).toBeUndefined();
    expect(why('')).toBeUndefined();
  });

  test.each([
    ['BT', 'the operator BT'],
    ['/Im0 Do', 'the operator /Im0'],
    ['0 0 30 30 re f', 'the operator re'],
    ['/Gs gs', 'the operator /Gs'],
    ['0 0 m W n', 'the operator W'],
    ['BI /W 1 ID x EI', 'the operator BI'],
    ['9 0 0 9 0 0 cm', 'the operator cm'],
    ['1 g', 'the operator g'],
    ['% 1', 'the operator %'],
    ['1 1 1 rg', 'the colour 1 1 1'],
    ['1 1 1 RG', 'the colour 1 1 1'],
    ['0.80 0.04 0.06 rg', 'the colour 0.80 0.04 0.06'],
    ['1 m', 'm with 1 numbers'],
    ['0 31 m', 'an outline outside the box'],
    ['60.2 0 l', 'an outline outside the box'],
    ['0 0 0 0 -1 0 c', 'an outline outside the box'],
    ['q', 'operators that do not close'],
    ['Q q', 'operators that do not close'],
    ['1 1', 'operators that do not close'],
    ['1e1 0 m', 'the operator 1e1'],
  ])('%s is refused', (content, objection) => {
    expect(why(content)).toBe(objection);
  });

  test('a content without end is refused unread', () => {
    expect(why(' '.repeat(1024 * 1024 + 1))).toBe('a content of unreasonable length');
  });
});

test('places are read back as they were stated, or refused with a Fault', async () => {
  expect(await readSlots(await openPdf(base, nodeEngine), nodeEngine)).toEqual(places);
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ noUnicodeString: true }), async (value) => {
      const text = JSON.stringify({ slots: value });
      const file = await openPdf(paper(text.replace(/[^ -~]/g, '?')), nodeEngine);
      const slots = await readSlots(file, nodeEngine).catch((thrown: unknown) => thrown);
      expect(slots instanceof Fault || Array.isArray(slots)).toBe(true);
    }),
  );
});

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromLatin1, utf8 } from '#base/bytes';
import { Increment } from './file/increment.ts';
import { readPdf } from './file/open.ts';
import {
  arrayOf,
  nameOf,
  numberOf,
  type PdfDict,
  type PdfValue,
  pdfNull,
  refTo,
  sameValue,
  textOf,
} from './file/value.ts';
import { judgeChanges } from './revisions/changes.ts';
import { reachable } from './revisions/touched.ts';
import { type Bodies, revise, signAgain, signedRich } from './signatures/rich.fixture.ts';
import { readSignatures } from './signatures/signatures.ts';

const corpus = fileURLToPath(
  new URL('../../../../shared/corpus/pdf-signed/pyhanko', import.meta.url),
);

/** Each way to alter a value a little, with the path to what was altered. */
function* alterations(value: PdfValue): Generator<[path: string, altered: PdfValue]> {
  if (value.kind === 'number') yield ['', numberOf(value.value + 7)];
  if (value.kind === 'boolean') yield ['', { kind: 'boolean', value: !value.value }];
  if (value.kind === 'name') yield ['', nameOf('Other')];
  if (value.kind === 'string') yield ['', textOf('9000')];
  if (value.kind === 'ref')
    yield* [
      ['', refTo(value.number === 4 ? 3 : 4)],
      [' gone', pdfNull],
    ] as const;
  if (value.kind === 'array') yield* alteredItems(value.items);
  if (value.kind === 'dict') yield* alteredMembers(value);
  if (value.kind !== 'stream') return;
  const raw = utf8('1 0 0 rg 0 0 50 50 re f');
  const plain = new Map(value.dict.entries).set('Length', numberOf(raw.length));
  plain.delete('Filter');
  yield [' content', { kind: 'stream', dict: { kind: 'dict', entries: plain }, raw }];
  for (const [path, dict] of alteredMembers(value.dict)) {
    if (!path.startsWith('/Length')) yield [path, { ...value, dict }];
  }
}

function* alteredItems(items: readonly PdfValue[]): Generator<[string, PdfValue]> {
  yield [' emptied', arrayOf([])];
  yield [' more', arrayOf([...items, items[0] ?? numberOf(1)])];
  if (items.length > 1) yield [' turned', arrayOf(items.toReversed())];
  for (const [at, item] of items.slice(0, 4).entries()) {
    for (const [path, other] of alterations(item))
      yield [`[${at}]${path}`, arrayOf(items.with(at, other))];
  }
}

function* alteredMembers(dict: PdfDict): Generator<[string, PdfDict]> {
  const { entries } = dict;
  yield [' /AA', { kind: 'dict', entries: new Map(entries).set('AA', arrayOf([])) }];
  for (const [key, item] of entries) {
    yield [
      `/${key} removed`,
      { kind: 'dict', entries: new Map([...entries].filter(([k]) => k !== key)) },
    ];
    for (const [path, other] of alterations(item)) {
      yield [`/${key}${path}`, { kind: 'dict', entries: new Map(entries).set(key, other) }];
    }
  }
}

/** Alters every object in every way, each in a revision of its own; what was let through. */
async function letThrough(
  bytes: Uint8Array,
): Promise<{ readonly passed: string[]; readonly tried: number }> {
  const file = await readPdf(bytes, nodeEngine);
  const signatures = readSignatures(file);
  const passed: string[] = [];
  let tried = 0;
  for (const number of reachable(file, file.trailer)) {
    for (const [path, altered] of alterations(file.object(number))) {
      const increment = new Increment(file);
      increment.put(refTo(number), altered);
      const later = await readPdf(increment.build().bytes, nodeEngine).catch(() => undefined);
      tried += 1;
      if (later === undefined) continue;
      const changes = await judgeChanges(later, signatures, nodeEngine);
      if (changes.at(-1)?.is !== 'forbidden') passed.push(`${number}${path}`);
    }
  }
  return { passed, tried };
}

describe('a contract whose objects are altered one by one after it was signed', () => {
  test('is let through only where nobody is shown anything else', async () => {
    const { passed, tried } = await letThrough(await signedRich(nodeEngine));
    expect(tried).toBeGreaterThan(400);
    // The catalogue's words on tagging and metadata; an empty field's flags and empty face; a box
    // not ticked; the face of a field that says what its value says; new names among resources.
    const silent =
      /^(1\/MarkInfo|1\/Metadata|24|27|21\/ParentTreeNextKey|9\/AP|8\/AP|11\/F|10\/(V|AS removed))/;
    expect(passed.filter((path) => !silent.test(path))).toEqual(['5/DR /AA', '5/DR/Font /AA']);
    expect(passed.filter((path) => /^[89]\/AP/.test(path))).toEqual([
      '9/AP removed',
      '9/AP/N removed',
      '9/AP/N gone',
      '8/AP removed',
      '8/AP/N removed',
      '8/AP/N gone',
    ]);
  });

  test('of another house: not one', async (context) => {
    const path = `${corpus}/form-update-override-appearance-stream.pdf`;
    if (!existsSync(path)) context.skip(`the corpus is not here: ${path}`);
    const { passed, tried } = await letThrough(new Uint8Array(readFileSync(path)));
    expect(tried).toBeGreaterThan(150);
    expect(passed.filter((one) => !/^\d+\/(ModDate|Producer)/.test(one))).toEqual([]);
  });
});

describe('objects of a signed contract in the place of others', () => {
  test('each for each: nothing is let through but what nobody is shown', async () => {
    const file = await readPdf(await signedRich(nodeEngine), nodeEngine);
    const signatures = readSignatures(file);
    const numbers = [...reachable(file, file.trailer)];
    const passed: string[] = [];
    let tried = 0;
    for (const [place, other] of numbers.flatMap((a) => numbers.map((b) => [a, b] as const))) {
      // Every second pair: the others differ from their neighbours in nothing that is judged.
      if ((place + other) % 2 === 1 || sameValue(file.object(place), file.object(other))) continue;
      const increment = new Increment(file);
      increment.put(refTo(place), file.object(other));
      const later = await readPdf(increment.build().bytes, nodeEngine).catch(() => undefined);
      tried += 1;
      if (later === undefined) continue;
      const [change] = await judgeChanges(later, signatures, nodeEngine);
      if (change?.is !== 'forbidden') passed.push(`${other} for ${place}`);
    }
    expect(tried).toBeGreaterThan(300);
    // The document's title and dates: any flat dictionary, and nobody is shown it as the document.
    expect(passed.filter((one) => !one.endsWith(' for 27'))).toEqual([]);
  });
});

describe('what is shown is exchanged by a later revision', () => {
  let signed: Uint8Array;
  beforeAll(async () => {
    signed = await signedRich(nodeEngine);
  });

  const face = (text: string): string => {
    const content = `BT /F1 12 Tf (${text}) Tj ET`;
    const head = '<< /Type /XObject /Subtype /Form /BBox [0 0 90 20] /Resources 7 0 R';
    return `${head} /Length ${content.length} >>\nstream\n${content}\nendstream`;
  };
  const widget = '<< /Type /Annot /Subtype /Widget /F 4 /P 3 0 R /FT /Tx';
  const amount = (value: string): string =>
    `${widget} /T (amount) /V (${value}) /Rect [50 600 140 620] /AP << /N 60 0 R >> >>`;
  const remark = (value: string): string =>
    `${widget} /T (remark) /V (${value}) /Rect [50 560 140 580] /AP << /N 60 0 R >> >>`;

  const prepared =
    '<< /Type /Annot /Subtype /Widget /F 4 /P 3 0 R /FT /Sig /T (prepared) /AP << /N 60 0 R >> /Rect [50 400 140 420] >>';

  async function judged(later: Bodies) {
    const file = await readPdf(revise(signed, later, '/Info 27 0 R'), nodeEngine);
    const [change] = await judgeChanges(file, readSignatures(file), nodeEngine);
    return change;
  }

  test('an empty field may be filled in, and shows what it says', async () => {
    expect(await judged({ 9: remark('good'), 60: face('good') })).toMatchObject({
      is: 'permitted',
    });
    expect(await judged({ 9: remark('good'), 60: face('bad') })).toMatchObject({
      is: 'forbidden',
      because: 'appearance_differs',
    });
  });

  test.each<[string, Bodies]>([
    ['a filled field says more', { 8: amount('9000'), 60: face('9000') }],
    ['a filled field shows more than it says', { 8: amount('5000'), 60: face('9000') }],
    ['the face of a field is exchanged in its place', { 13: face('9000') }],
    ['the font of page and form is another', { 6: '<< /Type /Font /Subtype /Type3 >>' }],
    ['the attached file is another', { 18: '<< /Length 4 >>\nstream\n{"a}\nendstream' }],
    ['a layer is called otherwise', { 16: '<< /Type /OCG /Name (final) >>' }],
    ['an image is another', { 15: '<< /Subtype /Image /Length 1 >>\nstream\nB\nendstream' }],
    ['a page is taken away', { 2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>' }],
    ['a page is put in', { 2: '<< /Type /Pages /Kids [3 0 R 26 0 R 3 0 R] /Count 3 >>' }],
    [
      'a field is turned into a group of nothing',
      { 9: `${widget} /T (remark) /Rect [50 560 140 580] /AP << /N 14 0 R >> /Kids [] >>` },
    ],
    ['an unsigned field shows a text', { 11: prepared, 60: face('x') }],
    [
      'an unsigned field paints over',
      { 11: prepared, 60: face(') Tj ET 1 g 0 0 90 20 re f BT (') },
    ],
  ])('is forbidden when %s', async (_, later) => {
    expect(await judged(later)).toMatchObject({ is: 'forbidden' });
  });

  test('a signature that lay in the file unused does not vouch for a field', async () => {
    const value = '<< /Type /Sig /Filter /X /ByteRange [0 1 2 3] /Contents <00> >>';
    const plain = '<< /Type /Annot /Subtype /Widget /F 4 /P 3 0 R /FT /Sig /Rect [0 0 0 0]';
    const filledWith = (number: number): Bodies => ({
      11: `${plain} /T (prepared) /V ${number} 0 R >>`,
    });
    const boobytrapped = await signedRich(nodeEngine, {
      11: `${plain} /T (prepared) >>`,
      85: value,
    });
    const judgedIn = async (later: Bodies) => {
      const file = await readPdf(revise(boobytrapped, later, '/Info 27 0 R'), nodeEngine);
      const first = readSignatures(file).filter(({ field }) => field === 'lender');
      return (await judgeChanges(file, first, nodeEngine))[0];
    };
    const because = { is: 'forbidden', because: 'form_changed' };
    expect(await judgedIn({ ...filledWith(86), 86: value })).toMatchObject({ is: 'permitted' });
    expect(await judgedIn(filledWith(85))).toMatchObject(because);
    const fonts = '/DR << /Font << /F1 6 0 R >> >> /DA (/F1 0 Tf) /SigFlags 3';
    const listed = (held: number): Bodies => ({
      5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 91 0 R 87 0 R] ${fonts} >>`,
      87: `${plain} /T (evil) /V ${held} 0 R >>`,
    });
    expect(await judgedIn({ ...listed(86), 86: value })).toMatchObject({ is: 'permitted' });
    expect(await judgedIn(listed(85))).toMatchObject(because);
  });

  test('an object written twice, the second where no cross-reference leads', async () => {
    const honest = await signAgain(signed, nodeEngine, 'second');
    const shadow = fromLatin1('4 0 obj\n<< /Length 3 >>\nstream\nq Q\nendstream\nendobj\n');
    const forged = new Uint8Array([...honest, ...shadow]);
    const file = await readPdf(forged, nodeEngine);
    const [first] = await judgeChanges(file, readSignatures(file), nodeEngine);
    expect(first).toMatchObject({ is: 'forbidden', because: 'viewers_differ' });
    const whole = await readPdf(honest, nodeEngine);
    const [fair] = await judgeChanges(whole, readSignatures(whole), nodeEngine);
    expect(fair).toMatchObject({ is: 'permitted', fields: ['second'] });
  });

  test('a broken end leaves viewers to repair the file, each in its own way', async () => {
    const broken = new Uint8Array([...signed, ...fromLatin1('junk startxref 7 %%EOF')]);
    const file = await readPdf(broken, nodeEngine);
    expect(file.facts.repaired).toBe(true);
    const [change] = await judgeChanges(file, readSignatures(file), nodeEngine);
    expect(change).toMatchObject({ is: 'forbidden', because: 'chain_broken' });
  });
});

describe('what signatures allow of the time after them', () => {
  const certified = (level: number): Bodies => ({
    1: `<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Perms << /DocMDP 40 0 R >> >>`,
    5: '<< /Fields [8 0 R 9 0 R 11 0 R 41 0 R] /SigFlags 3 >>',
    41: '<< /FT /Sig /T (author) /V 40 0 R >>',
    42: `<< /Type /TransformParams /P ${level} /V /1.2 >>`,
  });

  async function judgedUnder(level: number, lock: string, later: Bodies) {
    const marked = `<< /Type /SigRef /TransformMethod /DocMDP /TransformParams 42 0 R >> ${lock}`;
    const draft = (range: string): Uint8Array =>
      revise(fromLatin1('%PDF-1.7\n'), {
        ...richPlain,
        ...certified(level),
        40: `<< /Type /Sig /ByteRange ${range.padEnd(40)} /Contents <3000> /Reference [${marked}] >>`,
      });
    const first = new TextDecoder('latin1').decode(draft('[]')).indexOf('<3000>');
    const rest = draft('[]').length - first - 6;
    const bytes = draft(`[0 ${first} ${first + 6} ${rest}]`);
    const file = await readPdf(revise(bytes, later), nodeEngine);
    const [change] = await judgeChanges(file, readSignatures(file), nodeEngine);
    return change;
  }

  const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots';
  const richPlain: Bodies = {
    2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    3: `${page} [8 0 R 9 0 R 11 0 R] >>`,
    8: '<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (5000) /Rect [0 0 9 9] >>',
    9: '<< /Type /Annot /Subtype /Widget /FT /Tx /T (remark) /Rect [0 0 9 9] >>',
    11: '<< /Type /Annot /Subtype /Widget /FT /Sig /T (prepared) /Rect [0 0 9 9] >>',
  };
  const filled: Bodies = { 9: richPlain[9]?.replace('/T', '/V (x) /T') ?? '' };
  const noted: Bodies = {
    3: `${page} [8 0 R 9 0 R 11 0 R 50 0 R] >>`,
    50: '<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (note) >>',
  };
  const proved: Bodies = {
    1: `${certified(1)[1]?.slice(0, -3)} /DSS << /Certs [51 0 R] >> >>`,
    51: '<< /Length 1 >>\nstream\nx\nendstream',
  };

  test.each<[number, Bodies, 'permitted' | 'forbidden']>([
    [1, proved, 'permitted'],
    [1, filled, 'forbidden'],
    [1, noted, 'forbidden'],
    [2, proved, 'permitted'],
    [2, filled, 'permitted'],
    [2, noted, 'forbidden'],
    [3, filled, 'permitted'],
    [3, noted, 'permitted'],
  ])('P %i, case %#', async (level, later, is) => {
    expect(await judgedUnder(level, '', later)).toMatchObject({ is });
  });

  test('a locked field stays as it is, another may change', async () => {
    const lock = (action: string): string =>
      `<< /TransformMethod /FieldMDP /TransformParams << /Action /${action} /Fields [(remark)] >> >>`;
    expect(await judgedUnder(2, lock('Include'), filled)).toMatchObject({
      because: 'field_locked',
    });
    expect(await judgedUnder(2, lock('All'), filled)).toMatchObject({ because: 'field_locked' });
    expect(await judgedUnder(2, lock('Exclude'), filled)).toMatchObject({ is: 'permitted' });
  });

  test('annotations may be left on a page that is certified for them, pages not exchanged', async () => {
    const more = { ...noted, 3: noted[3]?.replace('842', '421') ?? '' };
    expect(await judgedUnder(3, '', more)).toMatchObject({ because: 'page_changed' });
  });
});

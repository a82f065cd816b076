/**
 * Seals and strokes are vectors that the judge of faces allows, the same on every computer.
 */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { loadFonts, outlinesOf } from '#adapters/typesetting';
import { utf8 } from '#base/bytes';
import { faultCode } from '#base/fault';
import {
  drawSeal,
  parseSealFigure,
  parseStrokes,
  type SealFigure,
  sealOfKind,
  signerStrokes,
  svgOf,
} from '../index.ts';
import { contentObjection } from '../revisions/face-content.ts';

const fonts = loadFonts();
const outlines = outlinesOf(fonts);
const name = '示例消费金融有限公司（测试）';
const code = '9199990000017';
const figures: readonly (readonly [string, SealFigure])[] = [
  ['公章', sealOfKind('official', { name, code })],
  ['合同专用章', sealOfKind('contract', { name, code })],
  ['财务专用章', sealOfKind('finance', { name })],
  ['发票专用章', sealOfKind('invoice', { name, code: '91999999MA0000017X' })],
  ['法人章', sealOfKind('representative', { name: '王小明印' })],
  ['a name of forty letters', sealOfKind('contract', { name: '农'.repeat(40), code })],
  ['one letter', sealOfKind('representative', { name: '一' })],
  ['a blue oval', { shape: 'oval', widthMm: 45, heightMm: 30, name, code, ink: 'blue' }],
];
const mm = 72 / 25.4;
const refusal = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (thrown) {
    return faultCode(thrown);
  }
};

test.each(figures)('S2-73 %s is drawn inside its own box with the means of a face', (_, figure) => {
  const face = drawSeal(figure, outlines);
  expect(contentObjection(utf8(face.content), face)).toBeUndefined();
  expect(drawSeal(figure, outlines).content).toBe(face.content);
  expect(svgOf(face)).toMatch(/^<svg [^>]*mm"[^>]*><g [^>]*>(<path [^>]*\/>)+<\/g><\/svg>$/);
});

test('a public seal has forty millimetres, and its bytes are these on every computer', () => {
  const face = drawSeal(sealOfKind('official', { name, code }), outlines);
  expect(face.width / mm).toBeCloseTo(40, 6);
  expect(createHash('sha256').update(face.content).digest('hex')).toMatchInlineSnapshot(
    `"235a45cde15c586d505d4528f79eeb2bdf67150bae78a09b92372ab104645d02"`,
  );
});

/** What 通用规范汉字表 holds beyond the basic plane (国发〔2013〕23号): names live there. */
const beyondBasic = [
  '𠅤𠙶𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘',
  '𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍣𫍯𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹',
  '𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫭼𫮃𫰛𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬𬘭𬘯𬙂',
  '𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀',
  '𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓',
].join('');

test('every letter of GB 2312 and of 通用规范汉字表 beyond the basic plane has an outline', () => {
  const gbk = new TextDecoder('gbk');
  let basic = '';
  for (let row = 0xb0; row <= 0xf7; row += 1) {
    for (let cell = 0xa1; cell <= 0xfe; cell += 1) basic += gbk.decode(Uint8Array.of(row, cell));
  }
  const letters = basic.match(/\p{Script=Han}/gu) ?? [];
  expect(letters.length).toBe(6763);
  expect(Array.from(beyondBasic).length).toBe(196);
  expect(fonts.missing(letters.join(''))).toEqual([]);
  expect(outlines(beyondBasic).filter(({ steps }) => steps.length === 0)).toEqual([]);
});

test('rare letters of names are drawn; one without a glyph is refused by its name', () => {
  for (const rare of ['䶮', '𬱖']) {
    const face = drawSeal(sealOfKind('representative', { name: `李${rare}` }), outlines);
    const without = drawSeal(sealOfKind('representative', { name: '李' }), outlines);
    expect(face.content.match(/f\n/g)?.length).toBe(2);
    expect(without.content.match(/f\n/g)?.length).toBe(1);
  }
  try {
    drawSeal(sealOfKind('representative', { name: '张𠮷' }), outlines);
    expect.unreachable();
  } catch (thrown) {
    expect(thrown).toMatchObject({
      code: 'catalog.glyph_missing',
      details: { characters: '𠮷' },
    });
  }
});

test('a figure from JSON is what it says, or pdf.seal_malformed', () => {
  const good = { shape: 'round', diameterMm: 40, name, hasStar: true, line: '合同专用章' };
  expect(parseSealFigure(good)).toEqual(good);
  const bad: readonly unknown[] = [
    null,
    [],
    'round',
    {},
    { shape: 'triangle' },
    { ...good, diameterMm: 400 },
    { ...good, diameterMm: Number.NaN },
    { ...good, name: '' },
    { ...good, name: '农'.repeat(41) },
    { ...good, ink: 'white' },
    { ...good, stray: 1 },
    { shape: 'square', sideMm: 20, text: '一二三四五六七' },
  ];
  for (const json of bad) expect(refusal(() => parseSealFigure(json))).toBe('pdf.seal_malformed');
});

const drawing = {
  height: 900,
  strokes: [
    [100, 100, 0, 400, 120, 80, 700, 90, 160],
    [400, 50, 300, 380, 500, 420, 300, 800, 600],
    [800, 200, 900],
  ],
  v: 1,
  width: 2000,
};
const wish = { lines: ['签署人：王小明', '时间：2026-01-05 10:12:30'], outlines };

test.each([
  [180, 44],
  [90, 80],
])('S2-73 strokes of a pad are ink inside a place of %d by %d', (width, height) => {
  const drawn = parseStrokes(utf8(JSON.stringify(drawing)));
  const face = signerStrokes({ ...wish, width, height, drawn });
  expect(contentObjection(utf8(face.content), face)).toBeUndefined();
  expect(face.content).not.toBe(
    signerStrokes({ ...wish, width, height, drawn: { ...drawn, strokes: drawn.strokes.slice(1) } })
      .content,
  );
});

test('pressure makes the ink wider', () => {
  const inked = (pressure: number) => {
    const strokes = [[100, 100, 0, pressure, 500, 100, 10, pressure, 900, 400, 20, pressure]];
    const drawn = parseStrokes(utf8(JSON.stringify({ height: 900, strokes, v: 2, width: 2000 })));
    return signerStrokes({ ...wish, width: 180, height: 44, drawn }).content;
  };
  expect(inked(0)).not.toBe(inked(1000));
});

test('what is no drawing is pdf.strokes_malformed', () => {
  const bad: readonly unknown[] = [
    null,
    [],
    {},
    { ...drawing, v: 3 },
    { ...drawing, width: 0 },
    { ...drawing, strokes: [] },
    { ...drawing, strokes: [[]] },
    { ...drawing, strokes: [[1, 2]] },
    { ...drawing, strokes: [[2001, 2, 0]] },
    { ...drawing, strokes: [[1, 901, 0]] },
    { ...drawing, strokes: [[1, 2, 9, 1, 2, 8]] },
    { ...drawing, strokes: [[1, -2, 0]] },
    { ...drawing, strokes: Array.from({ length: 65 }, () => [1, 1, 0]) },
    { ...drawing, strokes: [Array.from({ length: 3003 }, () => 0)] },
    { ...drawing, more: 1 },
  ];
  for (const json of bad) {
    expect(refusal(() => parseStrokes(utf8(JSON.stringify(json))))).toBe('pdf.strokes_malformed');
  }
  expect(refusal(() => parseStrokes(utf8('{"v": 1}')))).toBe('pdf.strokes_malformed');
  expect(refusal(() => parseStrokes(Uint8Array.of(0xff)))).toBe('pdf.strokes_malformed');
});

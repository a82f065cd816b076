/** Words in fonts of every kind: whatever a writer says of its letters, they are found. */
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromLatin1, latin1, toHex } from '#base/bytes';
import { faultCode } from '#base/fault';
import { openPdf } from '../file/open.ts';
import { findText } from './find-text.ts';

/** One page that shows the hex string at 100, 500 in 20 points; `objects` are numbered from 5. */
async function documentOf(font: string, show: string, ...objects: readonly string[]) {
  const content = `BT /F 20 Tf 100 500 Td ${show} ET`;
  const bodies = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 600 800] >>',
    `<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F << ${font} >> >> >> >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ...objects,
  ];
  let file = '%PDF-1.7\n';
  const rows = bodies.map((body, at) => {
    const row = `${String(file.length).padStart(10, '0')} 00000 n \n`;
    file += `${at + 1} 0 obj\n${body}\nendobj\n`;
    return row;
  });
  const size = bodies.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}`;
  const end = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return openPdf(fromLatin1(file + table + end), nodeEngine);
}

const utf16 = (text: string) => toHex(new Uint8Array(Buffer.from(text, 'utf16le').swap16()));
const wide = (encoding: string, more = '') =>
  `/Type /Font /Subtype /Type0 /BaseFont /Song /Encoding ${encoding} ${more}
  /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Song /DW 1000
  /W [1 [250] 814 [500]] >>]`;

describe('composite fonts without a table of their own', () => {
  test.each([
    ['UniGB-UCS2-H', utf16('甲方（盖章）'), '甲方'],
    ['UniGB-UTF16-H', utf16('𬱖䶮盖章'), '𬱖䶮'],
    ['GBK-EUC-H', 'bcd7b7bda3a8b8c7d5c2a3a9', '甲方（盖章）'],
    ['GB-EUC-H', 'bcd7b7bd', '甲方'],
    ['GBK2K-H', '8139ee39bcd7b7bd', '甲方'],
    ['GBKp-EUC-H', '41bcd7', 'A甲'],
    ['ETen-B5-H', 'a5d2a4e8', '甲方'],
    ['90ms-RKSJ-H', '8f9096bc', '署名'],
    ['EUC-H', 'bdf0ccbe', '署名'],
    ['KSCms-UHC-H', 'bcadb8ed', '서명'],
    ['UniJIS-UCS2-H', utf16('署名'), '署名'],
  ])('%s', async (encoding, hex, text) => {
    const file = await documentOf(wide(`/${encoding}`), `<${hex}> Tj`);
    const { rect } = await findText(file, { text });
    expect(rect[1]).toBeCloseTo(500 - 2.4, 3);
  });

  test('letters of ASCII are as wide as their collection says', async () => {
    const file = await documentOf(wide('/GBK-EUC-H'), '<2020bcd7> Tj');
    expect((await findText(file, { text: '甲' })).rect[0]).toBeCloseTo(120, 3);
    const narrow = await documentOf(wide('/UniGB-UCS2-H'), '<002000207532> Tj');
    expect((await findText(narrow, { text: '甲' })).rect[0]).toBeCloseTo(110, 3);
  });

  test('in columns each letter stands below the one before it', async () => {
    const file = await documentOf(wide('/UniGB-UCS2-V'), `<${utf16('甲方盖章')}> Tj`);
    const { rect } = await findText(file, { text: '盖章' });
    expect(rect.map((side) => Math.round(side))).toEqual([90, 420, 110, 460]);
    const spaced = await documentOf(
      wide('/UniGB-UCS2-V'),
      `[<${utf16('甲')}> 500 <${utf16('方')}>] TJ`,
    );
    expect((await findText(spaced, { text: '方' })).rect[3]).toBeCloseTo(470, 3);
  });

  test('codes of one byte and of two, by a CMap that stands in the file', async () => {
    const ranges = '2 begincodespacerange <00> <7f> <8000> <ffff> endcodespacerange';
    const cmap = `<< /Type /CMap /CMapName /X /Length ${ranges.length} >>\nstream\n${ranges}\nendstream`;
    const table = '2 beginbfchar <41> <7532> <8001> <65b9> endbfchar';
    const unicode = `<< /Length ${table.length} >>\nstream\n${table}\nendstream`;
    const font = wide('5 0 R', '/ToUnicode 6 0 R');
    const file = await documentOf(font, '<418001> Tj', cmap, unicode);
    expect((await findText(file, { text: '甲方' })).page).toBe(1);
  });

  test('glyph numbers that nothing explains are not found', async () => {
    const file = await documentOf(wide('/Identity-H'), '<00010002> Tj');
    const said = await findText(file, { text: '甲' }).catch((thrown: unknown) => faultCode(thrown));
    expect(said).toBe('pdf.text_missing');
  });
});

describe('simple fonts', () => {
  test.each([
    ['/Encoding /WinAnsiEncoding', '<80938494> Tj', '€“„”'],
    ['/Encoding /MacRomanEncoding', '<d2d3> Tj', '“”'],
    [
      '/Encoding << /Differences [1 /S /i /g /n /space /f_i /colon /uni7532 /u2CC56] >>',
      '<010203040506070809> Tj',
      'Sign fi:甲𬱖',
    ],
    ['', '(Sign) Tj', 'Sign'],
  ])('%s', async (encoding, show, text) => {
    const font = `/Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Own ${encoding}`;
    expect((await findText(await documentOf(font, show), { text })).page).toBe(1);
  });

  test('glyphs of Type 3 are measured in their own space', async () => {
    const font =
      '/Type /Font /Subtype /Type3 /FontMatrix [0.1 0 0 0.1 0 0] /FirstChar 65 /LastChar 66 /Widths [10 10]';
    const { rect } = await findText(await documentOf(font, '(AB) Tj'), { text: 'B' });
    expect(rect[0]).toBeCloseTo(120, 3);
  });
});

test('other forms of the same letters are the same words', async () => {
  const file = await documentOf(wide('/UniGB-UCS2-H'), `<${utf16('⽴即签署（盖章）：ﬁ')}> Tj`);
  for (const text of ['立即', '(盖章):', '（盖章）：', 'fi']) {
    expect((await findText(file, { text })).page).toBe(1);
  }
  expect(latin1(file.bytes.subarray(0, 5))).toBe('%PDF-');
});

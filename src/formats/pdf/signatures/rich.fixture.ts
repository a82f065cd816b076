/**
 * A contract with everything that a later revision could lie with: a font and an image on the page,
 * filled and empty fields, choices, a link, optional content, an attached file, an outline, tags.
 */
import { concat, fromHex, fromLatin1, latin1 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import type { Engine } from '#formats/crypto';
import { prepareSignature, type SignatureWish } from '../fields/prepare.ts';
import { openPdf } from '../file/open.ts';
import { embedSignature } from './embed.ts';

/** Object number to body. */
export type Bodies = Readonly<Record<number, string>>;

const face = (text: string): string => {
  const content = `/Tx BMC q BT /F1 12 Tf 2 4 Td (${text}) Tj ET Q EMC`;
  const head = '<< /Type /XObject /Subtype /Form /BBox [0 0 90 20] /Resources 7 0 R';
  return `${head} /Length ${content.length} >>\nstream\n${content}\nendstream`;
};
const content =
  'BT /F1 18 Tf 50 700 Td (Loan of 5000) Tj ET /OC /O1 BDC q 9 0 0 9 50 50 cm /I1 Do Q EMC';
const widget = '/Type /Annot /Subtype /Widget /F 4 /P 3 0 R';

export const richBodies: Bodies = {
  1: `<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /OCProperties <<
/OCGs [16 0 R] /D << /ON [16 0 R]
    >> >> /Names << /EmbeddedFiles << /Names [(data.json) 17 0 R] >> >> /Outlines 19 0 R
    /StructTreeRoot 21 0 R /MarkInfo << /Marked true >> /Lang (zh) /Metadata 24 0 R >>`,
  2: '<< /Type /Pages /Kids [3 0 R 26 0 R] /Count 2 >>',
  3: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /StructParents 0
    /Resources << /Font << /F1 6 0 R >> /XObject << /I1 15 0 R >> /Properties << /O1 16 0 R >> >>
    /Annots [8 0 R 9 0 R 10 0 R 11 0 R 12 0 R] >>`,
  4: `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
  5: '<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R] /DR << /Font << /F1 6 0 R >> >> /DA (/F1 0 Tf) >>',
  6: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  7: '<< /Font << /F1 6 0 R >> >>',
  8: `<< ${widget} /FT /Tx /T (amount) /V (5000) /Rect [50 600 140 620] /AP << /N 13 0 R >> >>`,
  9: `<< ${widget} /FT /Tx /T (remark) /Rect [50 560 140 580] /AP << /N 14 0 R >> >>`,
  10: `<< ${widget} /FT /Btn /T (agreed) /V /Off /AS /Off /Rect [50 520 60 530]
    /AP << /N << /Yes 13 0 R >> >> >>`,
  11: `<< ${widget} /FT /Sig /T (prepared) /Rect [50 400 140 420] >>`,
  12: '<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.org) >> >>',
  13: face('5000'),
  14: face(''),
  15: `<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8
    /ColorSpace /DeviceGray /Length 1 >>\nstream\nA\nendstream`,
  16: '<< /Type /OCG /Name (draft) >>',
  17: '<< /Type /Filespec /F (data.json) /UF (data.json) /EF << /F 18 0 R >> >>',
  18: '<< /Type /EmbeddedFile /Length 2 >>\nstream\n{}\nendstream',
  19: '<< /Type /Outlines /First 20 0 R /Last 20 0 R /Count 1 >>',
  20: '<< /Title (Loan) /Parent 19 0 R /Dest [3 0 R /Fit] >>',
  21: '<< /Type /StructTreeRoot /K [22 0 R] /ParentTree 25 0 R /ParentTreeNextKey 1 >>',
  22: '<< /Type /StructElem /S /Document /P 21 0 R /K [23 0 R] >>',
  23: '<< /Type /StructElem /S /P /P 22 0 R /Pg 3 0 R /K [0] >>',
  24: '<< /Type /Metadata /Subtype /XML /Length 4 >>\nstream\n<x/>\nendstream',
  25: '<< /Nums [0 [23 0 R]] >>',
  26: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
  27: '<< /Producer (a writer) /Title (Loan) >>',
};

/** Appends objects, a table and a trailer; without `/Prev` on an empty file. */
export function revise(before: Uint8Array, objects: Bodies, trailer = ''): Uint8Array {
  const start = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(latin1(before))?.[1];
  const stated = [...latin1(before).matchAll(/\/Size (\d+)/g)].map(([, size]) => Number(size));
  const size = Math.max(90, ...stated, ...Object.keys(objects).map((number) => Number(number) + 1));
  let text = '';
  let table = '';
  for (const [number, body] of Object.entries(objects)) {
    const at = before.length + text.length;
    table += `${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`;
    text += `${number} 0 obj\n${body}\nendobj\n`;
  }
  const previous = start === undefined ? '' : `/Prev ${start}`;
  const root = trailer.includes('/Root') ? '' : '/Root 1 0 R';
  const tail = `xref\n${table}trailer\n<< /Size ${size} ${root} ${previous} ${trailer} >>\n`;
  const offset = before.length + text.length;
  return concat(before, fromLatin1(`${text}${tail}startxref\n${offset}\n%%EOF\n`));
}

const wish: SignatureWish = {
  field: 'lender',
  page: 1,
  rect: [300, 100, 400, 150],
  appearance: { width: 100, height: 50, content: '0.2 w 0 0 m 100 50 l S' },
  signerName: '示范银行(TEST)',
  time: instantFromMs(1_795_000_000_000),
  contentsBytes: 1024,
};

/** The contract with a signature in a place of its own; its octets are no CMS. */
export async function signedRich(engine: Engine, more: Bodies = {}): Promise<Uint8Array> {
  const base = revise(fromLatin1('%PDF-1.7\n'), { ...richBodies, ...more }, '/Info 27 0 R');
  return signAgain(base, engine);
}

export async function signAgain(
  bytes: Uint8Array,
  engine: Engine,
  field = wish.field,
): Promise<Uint8Array> {
  const prepared = prepareSignature(await openPdf(bytes, engine), { ...wish, field });
  return embedSignature(prepared.bytes, prepared.byteRange, fromHex('3003020101'));
}

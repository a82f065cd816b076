/**
 * What honest programs put behind signatures: none of it may cost a signature its verdict.
 */
import { concat, fromLatin1, latin1 } from '#base/bytes';
import {
  annotations,
  catalog,
  certified,
  certifiedBase,
  face,
  form,
  pageBody,
  plainBodies,
  revise,
  type Shape,
  stream,
  widget,
} from './shapes.fixture.ts';

const filled = {
  9: plainBodies[9]?.replace('/FT', '/V (x) /FT').replace('14 0 R', '61 0 R') ?? '',
  61: face('x'),
};
const prop =
  '/Prop_Build << /App << /Name /Adobe#20Acrobat#20Pro /R 1 /REx (2020.1) /OS [/Win] >> /Filter << /Name /Adobe.PPKLite /Date (May 1 2020) /R 131104 /V 2 >> /PubSec << /Date (May) /NonEFontNoWarn true /R 1 >> >> /Prop_AuthTime 5 /Prop_AuthType /PINPad';
const noted = (subtype: string, more: string) => ({
  3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R 53 0 R]')} >>`,
  50: `<< /Type /Annot /Subtype /${subtype} /F 28 /Rect [60 200 200 240] /Contents (agreed?) /M (D:2021) /CreationDate (D:2021) /NM (a) /T (Li) /P 3 0 R /Popup 53 0 R ${more} >>`,
  53: '<< /Type /Annot /Subtype /Popup /Rect [300 200 400 240] /Parent 50 0 R /Open false >>',
});

export const honest: Readonly<Record<string, Shape>> = {
  'nothing came': { later: (signed) => signed },
  'a file with /Prop_Build and a lock of nothing': {
    more: prop,
    base: {
      30:
        plainBodies[30]?.replace(
          '/FT',
          '/Lock << /Type /SigFieldLock /Action /Include /Fields [] >> /FT',
        ) ?? '',
    },
    later: (signed) => signed,
  },
  'a field is filled in': { later: filled },
  'a field is filled in and certified for it': {
    base: certifiedBase,
    more: certified(2),
    later: filled,
  },
  'a box is ticked': { later: { 10: plainBodies[10]?.replaceAll('/Off', '/Yes') ?? '' } },
  'a comment, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: noted('Text', '/Name /Note /C [1 1 0]'),
  },
  'a comment in free text beside the words': {
    base: certifiedBase,
    more: certified(3),
    later: { ...noted('FreeText', '/DA (/F1 12 Tf) /AP << /N 61 0 R >>'), 61: face('agreed?') },
  },
  'words are marked': {
    base: certifiedBase,
    more: certified(3),
    later: {
      ...noted(
        'Highlight',
        '/C [1 1 0] /QuadPoints [40 720 300 720 40 690 300 690] /AP << /N 61 0 R >>',
      ),
      61: stream(
        '/G gs 1 1 0 rg 40 690 260 30 re f',
        '/Type /XObject /Subtype /Form /BBox [40 690 300 720] /Group << /S /Transparency >> /Resources << /ExtGState << /G << /BM /Multiply >> >> >>',
      ),
    },
  },
  'proofs are kept': {
    later: {
      1: `<< ${catalog} /DSS 50 0 R >>`,
      50: '<< /Type /DSS /Certs [51 0 R] /VRI << /ABCD << /Cert [51 0 R] /TU (D:2021) >> >> >>',
      51: stream('x'),
    },
  },
  'proofs are kept and extensions named, certified against changes': {
    base: certifiedBase,
    more: certified(1),
    later: {
      1: `<< ${catalog} /Perms << /DocMDP 31 0 R >> /DSS 50 0 R /Extensions << /ADBE << /BaseVersion /1.7 /ExtensionLevel 8 >> /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 >> >> >>`,
      50: '<< /Certs [51 0 R] >>',
      51: stream('x'),
    },
  },
  'metadata and information are written anew': {
    base: {
      1: `<< ${catalog} /Metadata 50 0 R >>`,
      50: stream('<x/>', '/Type /Metadata /Subtype /XML'),
      27: '<< /Producer (a) >>',
    },
    later: {
      50: stream('<y/>', '/Type /Metadata /Subtype /XML'),
      1: `<< ${catalog} /Metadata 50 0 R /Version /2.0 >>`,
      27: '<< /Producer (a) /ModDate (D:2021) >>',
    },
    trailer: '/Info 27 0 R',
  },
  'an empty signature field is added': {
    later: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R 50 0 R] ${form} >>`,
      50: `<< ${widget} /FT /Sig /T (third) /Rect [0 0 0 0] >>`,
    },
  },
  'a document with private data of its maker': {
    base: {
      1: `<< ${catalog} /PieceInfo << /X << /LastModified (D:2020) /Private 50 0 R >> >> >>`,
      50: '<< /A 1 >>',
    },
    later: filled,
  },
  'usage rights and a signature': {
    base: {
      1: `<< ${catalog} /Perms << /UR3 50 0 R >> >>`,
      50: '<< /Type /Sig /Filter /Adobe.PPKLite /Reference [<< /TransformMethod /UR3 /TransformParams << /Document [/FullSave] /V /2.2 >> >>] >>',
    },
    later: filled,
  },
  'a page was edited at a time, in an order of tabs': {
    later: {
      3: `<< ${pageBody} /Annots ${annotations} /Tabs /S /LastModified (D:2021) >>`,
      ...filled,
    },
  },
  'the form wants its values drawn': {
    later: {
      5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form} /NeedAppearances true >>`,
      9: plainBodies[9]?.replace('/FT', '/V (x) /FT').replace('/AP << /N 14 0 R >>', '') ?? '',
    },
  },
  'a revision without a change': { later: { 60: '<< /Nothing true >>' } },
  'the same page is written again': { later: { 3: plainBodies[3] ?? '' } },
  'the parent of fields is a group': {
    base: {
      5: `<< /Fields [8 0 R 50 0 R 10 0 R 11 0 R 30 0 R] ${form} >>`,
      9: plainBodies[9]?.replace('/T (remark)', '/T (remark) /Parent 50 0 R') ?? '',
      50: '<< /T (group) /FT /Tx /Kids [9 0 R] >>',
    },
    later: { ...filled, 9: filled[9].replace('/T (remark)', '/T (remark) /Parent 50 0 R') },
  },
  'a field whose value stands at its parent': {
    base: {
      5: `<< /Fields [8 0 R 50 0 R 10 0 R 11 0 R 30 0 R] ${form} >>`,
      9: `<< ${widget} /Parent 50 0 R /Rect [50 560 140 580] /AP << /N 14 0 R >> >>`,
      50: '<< /T (remark) /FT /Tx /Kids [9 0 R] >>',
    },
    later: {
      9: `<< ${widget} /Parent 50 0 R /Rect [50 560 140 580] /AP << /N 61 0 R >> >>`,
      50: '<< /T (remark) /FT /Tx /V (x) /Kids [9 0 R] >>',
      61: face('x'),
    },
  },
  'choices: one is picked': {
    base: {
      9: `<< ${widget} /FT /Ch /Ff 131072 /T (remark) /Opt [[(a) (Alpha)] [(b) (Beta)]] /Rect [50 560 140 580] /AP << /N 14 0 R >> >>`,
    },
    later: {
      9: `<< ${widget} /FT /Ch /Ff 131072 /T (remark) /Opt [[(a) (Alpha)] [(b) (Beta)]] /V (b) /I [1] /Rect [50 560 140 580] /AP << /N 61 0 R >> >>`,
      61: face('Beta'),
    },
  },
  'radio buttons: one is picked': {
    base: {
      5: `<< /Fields [8 0 R 9 0 R 50 0 R 11 0 R 30 0 R] ${form} >>`,
      10: `<< ${widget} /Parent 50 0 R /AS /Off /Rect [50 520 60 530] /AP << /N << /A 13 0 R /Off 14 0 R >> >> >>`,
      50: '<< /FT /Btn /Ff 49152 /T (choice) /V /Off /Kids [10 0 R] >>',
    },
    later: {
      10: `<< ${widget} /Parent 50 0 R /AS /A /Rect [50 520 60 530] /AP << /N << /A 13 0 R /Off 14 0 R >> >> >>`,
      50: '<< /FT /Btn /Ff 49152 /T (choice) /V /A /Kids [10 0 R] >>',
    },
  },
  'lists become objects of their own': {
    later: {
      3: `<< ${pageBody} /Annots 70 0 R >>`,
      5: `<< /Fields 71 0 R /DR 72 0 R /DA (/F1 0 Tf 0 g) /SigFlags 3 >>`,
      70: annotations,
      71: '[8 0 R 9 0 R 10 0 R 11 0 R 30 0 R]',
      72: '<< /Font << /F1 6 0 R >> >>',
      ...filled,
    },
  },
  'the form stood in the catalogue and becomes an object': {
    base: {
      1: `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form} >> >>`,
    },
    later: {
      1: `<< /Type /Catalog /Pages 2 0 R /AcroForm 70 0 R >>`,
      70: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form} >>`,
      ...filled,
    },
  },
  'the trailer gains an identifier': {
    later: filled,
    trailer: '/ID [<00112233445566778899aabbccddeeff> <ffeeddccbbaa99887766554433221100>]',
  },
  'a comment is answered, certified for comments': {
    base: {
      ...certifiedBase,
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /Text /F 28 /Rect [40 690 60 710] /Contents (why?) /P 3 0 R >>',
    },
    more: certified(3),
    later: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R 54 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /Text /F 28 /Rect [40 690 60 710] /Contents (why?) /P 3 0 R /M (D:2021) >>',
      54: '<< /Type /Annot /Subtype /Text /F 30 /Rect [40 690 60 710] /Contents (so) /IRT 50 0 R /P 3 0 R >>',
    },
  },
  'words are struck out and underlined by the viewer itself, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: noted('StrikeOut', '/C [1 0 0] /QuadPoints [40 720 300 720 40 690 300 690]'),
  },
  'a drawing by hand around words, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: {
      ...noted('Ink', '/InkList [[40 690 300 720]] /AP << /N 61 0 R >>'),
      61: stream(
        '1 0 0 RG 2 w 40 690 m 300 720 l S',
        '/Type /XObject /Subtype /Form /BBox [40 690 300 720]',
      ),
    },
  },
  'a comment is taken away again, certified for comments': {
    base: {
      ...certifiedBase,
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /Text /F 28 /Rect [40 690 60 710] /Contents (why?) /P 3 0 R >>',
    },
    more: certified(3),
    later: { 3: `<< ${pageBody} /Annots ${annotations} >>` },
  },
  'white space behind the end': { later: (signed) => concat(signed, fromLatin1('\r\n\r\n')) },
  'a hybrid file is filled in': {
    later: (signed) => {
      const held = latin1(revise(signed, filled));
      const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(held)?.[1]);
      const body = held.slice(signed.length, start);
      const hidden = '62 0 obj\n(hidden)\nendobj\n';
      const at = signed.length + body.length + hidden.length;
      const data = String.fromCharCode(1, 0, 0, 0, 0, 0, 0);
      const offset = signed.length + body.length;
      const bytes = [...data];
      bytes[1] = String.fromCharCode((offset >> 24) & 255);
      bytes[2] = String.fromCharCode((offset >> 16) & 255);
      bytes[3] = String.fromCharCode((offset >> 8) & 255);
      bytes[4] = String.fromCharCode(offset & 255);
      const section = `95 0 obj\n<< /Type /XRef /W [1 4 2] /Index [62 1] /Size 99 /Length 7 >>\nstream\n${bytes.join('')}\nendstream\nendobj\n`;
      const table = held
        .slice(start)
        .replace(/trailer\n<</, `trailer\n<< /XRefStm ${at}`)
        .replace(`startxref\n${start}`, `startxref\n${at + section.length}`);
      return concat(signed, fromLatin1(body + hidden + section + table));
    },
  },
  'a revision in object streams': {
    later: (signed) => {
      const values: [number, string][] = [[9, filled[9]]];
      const head = `9 0 `;
      const inner = head + (values[0]?.[1] ?? '');
      const stm = `60 0 obj\n<< /Type /ObjStm /N 1 /First ${head.length} /Length ${inner.length} >>\nstream\n${inner}\nendstream\nendobj\n`;
      const ap = `61 0 obj\n${filled[61]}\nendobj\n`;
      const at = [
        signed.length,
        signed.length + stm.length,
        signed.length + stm.length + ap.length,
      ];
      const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(latin1(signed))?.[1]);
      const four = (n: number) =>
        String.fromCharCode((n >> 24) & 255, (n >> 16) & 255, (n >> 8) & 255, n & 255);
      const data = `\x02${four(60)}\0\0\x01${four(at[0] ?? 0)}\0\0\x01${four(at[1] ?? 0)}\0\0\x01${four(at[2] ?? 0)}\0\0`;
      const section = `63 0 obj\n<< /Type /XRef /W [1 4 2] /Index [9 1 60 2 63 1] /Size 99 /Root 1 0 R /Prev ${start} /Length ${data.length} >>\nstream\n${data}\nendstream\nendobj\nstartxref\n${at[2]}\n%%EOF\n`;
      return concat(signed, fromLatin1(stm + ap + section));
    },
  },
};

/**
 * Attacks by what a page shows: layers, fonts, contents, boxes, what lies over it.
 */

import {
  annotations,
  type Bodies,
  catalog,
  certified,
  certifiedBase,
  cover,
  face,
  lie,
  page,
  pageBody,
  type Shape,
  stream,
  text,
  xobject,
} from './shapes.fixture.ts';
import { pointing, row } from './shapes-files.fixture.ts';

export const pageAttacks: Readonly<Record<string, Shape>> = {
  // Shadows: what is seen was there when it was signed, and something else too.
  'hide: a layer is switched off': {
    base: {
      1: `<< ${catalog} /OCProperties << /OCGs [16 0 R] /D << /ON [16 0 R] >> >> >>`,
      3: `<< ${pageBody.replace('>> >>', '>> /Properties << /O1 16 0 R >> >>')} /Annots ${annotations} >>`,
      4: stream(`/OC /O1 BDC ${text} EMC`),
      16: '<< /Type /OCG /Name (clause) >>',
    },
    later: { 1: `<< ${catalog} /OCProperties << /OCGs [16 0 R] /D << /OFF [16 0 R] >> >> >>` },
  },
  'hide: the state of layers stands in an object of its own': {
    base: {
      1: `<< ${catalog} /OCProperties 17 0 R >>`,
      4: stream(`/OC /O1 BDC ${text} EMC`),
      16: '<< /Type /OCG /Name (clause) >>',
      17: '<< /OCGs [16 0 R] /D 18 0 R >>',
      18: '<< /ON [16 0 R] >>',
    },
    later: { 18: '<< /OFF [16 0 R] >>' },
  },
  'hide: a layer learns when it is shown': {
    base: {
      1: `<< ${catalog} /OCProperties << /OCGs [16 0 R] /D << /ON [16 0 R] /AS [<< /Event /Print /OCGs [16 0 R] /Category [/Print] >>] >> >> >>`,
      16: '<< /Type /OCG /Name (clause) >>',
    },
    later: { 16: '<< /Type /OCG /Name (clause) /Usage << /Print << /PrintState /OFF >> >> >>' },
  },
  'hide: an image over the text loses its last reference and becomes text': {
    base: {
      3: `<< ${pageBody.replace('/Font', '/XObject << /X 40 0 R >> /Font')} /Annots ${annotations} >>`,
      4: stream(`${text} /X Do`),
      40: stream('', xobject),
    },
    later: { 40: stream(cover, xobject) },
  },
  'hide: the covering form is freed': {
    base: {
      3: `<< ${pageBody.replace('/Font', '/XObject << /X 40 0 R >> /Font')} /Annots ${annotations} >>`,
      4: stream(`${text} /X Do`),
      40: stream(cover, xobject),
    },
    later: (signed) => pointing(signed, `40 1\n${row(0, 'f')}`),
  },
  'replace: the font of the page is another': {
    later: { 6: '<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>' },
  },
  'replace: the encoding of the font': {
    base: {
      6: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding 41 0 R >>',
      41: '<< /Type /Encoding /Differences [53 /five] >>',
    },
    later: { 41: '<< /Type /Encoding /Differences [53 /nine] >>' },
  },
  'replace: what copied text says (ToUnicode)': {
    base: {
      6: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 41 0 R >>',
      41: stream('begincmap endcmap'),
    },
    later: { 41: stream('begincmap 1 beginbfchar <35> <0039> endbfchar endcmap') },
  },
  'replace: the program of the font': {
    base: {
      6: '<< /Type /Font /Subtype /TrueType /BaseFont /X /FontDescriptor 41 0 R >>',
      41: '<< /Type /FontDescriptor /FontName /X /Flags 32 /FontFile2 42 0 R >>',
      42: stream('font one'),
    },
    later: { 42: stream('font two') },
  },
  'replace: the glyph of a drawn font': {
    base: {
      6: '<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /CharProcs << /five 42 0 R >> /Encoding << /Differences [53 /five] >> /FirstChar 53 /LastChar 53 /Widths [1] >>',
      42: stream('1 0 d0 0 0 1 1 re f'),
    },
    later: { 42: stream('1 0 d0 0 0 1 1 re S') },
  },
  'replace: the page names a content stream that comes only later': {
    base: { 3: `<< ${pageBody.replace('4 0 R', '[4 0 R 43 0 R]')} /Annots ${annotations} >>` },
    later: { 43: lie },
  },
  'replace: the length of the content stands in a later object': {
    base: { 4: `<< /Length 44 0 R >>\nstream\n${text}\nendstream`, 44: String(text.length) },
    later: { 44: '4' },
  },
  'replace: two page trees': {
    base: {
      50: `<< /Type /Pages /Kids [51 0 R] /Count 1 /MediaBox [0 0 595 842] >>`,
      51: `<< ${pageBody.replace('2 0 R', '50 0 R').replace('4 0 R', '52 0 R')} >>`,
      52: lie,
    },
    later: { 1: `<< ${catalog.replace('/Pages 2', '/Pages 50')} >>` },
  },
  'replace: two catalogues': {
    base: {
      50: `<< /Type /Catalog /Pages 53 0 R /AcroForm 5 0 R >>`,
      51: `<< ${pageBody.replace('2 0 R', '53 0 R').replace('4 0 R', '52 0 R')} >>`,
      52: lie,
      53: '<< /Type /Pages /Kids [51 0 R] /Count 1 /MediaBox [0 0 595 842] >>',
    },
    later: { 60: '(nothing)' },
    trailer: '/Root 50 0 R',
  },
  'replace: the kids of the tree are exchanged by an object in between': {
    base: {
      2: '<< /Type /Pages /Kids 45 0 R /Count 1 /MediaBox [0 0 595 842] >>',
      45: '[3 0 R]',
      51: `<< ${pageBody.replace('4 0 R', '52 0 R')} >>`,
      52: lie,
    },
    later: { 45: '[51 0 R]' },
  },
  // Pages: what is inherited, turned, cut.
  'the page is turned through its parent': {
    later: { 2: '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] /Rotate 180 >>' },
  },
  'the page is turned': { later: { 3: page('/Rotate 90') } },
  'the page is cut': { later: { 3: page('/CropBox [0 0 595 650]') } },
  'the page is cut by a box that is inherited and stands elsewhere': {
    base: { 2: '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox 46 0 R >>', 46: '[0 0 595 842]' },
    later: { 46: '[0 0 595 300]' },
  },
  'the unit of the page is another': { later: { 3: page('/UserUnit 2') } },
  'the page gains resources for a name it uses': {
    base: { 4: stream(`${text} /X Do`) },
    later: {
      3: `<< ${pageBody.replace('/Font', '/XObject << /X 40 0 R >> /Font')} /Annots ${annotations} >>`,
      40: stream(cover, xobject),
    },
  },
  'the page inherits resources for a name it uses': {
    base: {
      3: `<< ${pageBody.replace(/\/Resources.*$/s, '')} /Annots ${annotations} >>`,
      2: '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] /Resources << /Font << /F1 6 0 R >> >> >>',
    },
    later: {
      2: '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] /Resources << /Font << /F1 47 0 R >> >> >>',
      47: '<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>',
    },
  },
  'a page dictionary learns an action': {
    later: { 3: page('/AA << /O << /S /JavaScript /JS (app.alert(1)) >> >>') },
  },
  'a page gains a thread, a transition': { later: { 3: page('/Trans << /S /Split >> /Dur 1') } },
  // Annotations.
  'an annotation covers the page, certified for forms': {
    base: certifiedBase,
    more: certified(2),
    later: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /FreeText /Rect [40 690 300 720] /Contents (Loan of 9000) /DA (/F1 18 Tf) >>',
    },
  },
  'an annotation writes over signed words, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /FreeText /F 4 /Rect [40 690 300 720] /Contents (Loan of 9000) /DA (/F1 18 Tf) /AP << /N 51 0 R >> >>',
      51: stream(
        '1 g 0 0 260 30 re f BT 0 g /F1 18 Tf 10 10 Td (Loan of 9000) Tj ET',
        '/Type /XObject /Subtype /Form /BBox [0 0 260 30] /Resources 7 0 R',
      ),
    },
  },
  'a picture lies over signed words, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /Stamp /F 4 /Rect [40 690 300 720] /AP << /N 51 0 R >> >>',
      51: stream(
        '/I Do',
        '/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /I 52 0 R >> >>',
      ),
      52: stream(
        'A',
        '/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray',
      ),
    },
  },
  'a highlight that is white, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /Highlight /F 4 /Rect [40 690 300 720] /QuadPoints [40 720 300 720 40 690 300 690] /AP << /N 51 0 R >> >>',
      51: stream(
        '1 g 0 0 260 30 re f BT 0 g /F1 18 Tf 10 10 Td (Loan of 9000) Tj ET',
        '/Type /XObject /Subtype /Form /BBox [0 0 260 30] /Resources 7 0 R',
      ),
    },
  },
  'a redaction waits to be applied, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /Redact /F 4 /Rect [40 690 300 720] /OverlayText (Loan of 9000) /IC [1 1 1] /AP << /N 51 0 R >> >>',
      51: stream('1 g 0 0 260 30 re f', '/Type /XObject /Subtype /Form /BBox [0 0 260 30]'),
    },
  },
  'the order of annotations puts the covering one on top': {
    base: {
      3: `<< ${pageBody} /Annots [50 0 R 8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] >>`,
      50: '<< /Type /Annot /Subtype /FreeText /F 4 /Rect [50 600 140 620] /Contents (9000) /DA (/F1 12 Tf) /AP << /N 51 0 R >> >>',
      51: face('9000'),
    },
    later: { 3: `<< ${pageBody} /Annots [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R 50 0 R] >>` },
  },
  'an annotation that was hidden is shown': {
    base: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /Stamp /F 2 /Rect [50 600 140 620] /AP << /N 51 0 R >> >>',
      51: face('9000'),
    },
    later: {
      50: '<< /Type /Annot /Subtype /Stamp /F 4 /Rect [50 600 140 620] /AP << /N 51 0 R >> >>',
    },
  },
  'a link leads elsewhere': {
    base: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://a.example) >> >>',
    },
    later: {
      50: '<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://b.example) >> >>',
    },
  },
  'a band of ink hides words, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' << /Type /Annot /Subtype /Ink /F 4 /Rect [40 690 300 720] /InkList [[40 705 300 705]] /AP << /N 51 0 R >> >>]')} >>`,
      51: stream('1 G 30 w 0 15 m 260 15 l S', '/Type /XObject /Subtype /Form /BBox [0 0 260 30]'),
    },
  },
  'a white square, drawn by the viewer itself, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /Square /F 4 /Rect [300 720 40 690] /IC [1 1 1] /C [1 1 1] >>',
    },
  },
  'a comment that was signed is moved over the words, certified for comments': {
    base: {
      ...certifiedBase,
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /FreeText /F 4 /Rect [40 190 300 220] /Contents (9000) /DA (/F1 12 Tf) /AP << /N 51 0 R >> >>',
      51: face('9000'),
    },
    more: certified(3),
    later: {
      50: '<< /Type /Annot /Subtype /FreeText /F 4 /Rect [40 690 300 720] /Contents (9000) /DA (/F1 12 Tf) /AP << /N 51 0 R >> >>',
    },
  },
  'the picture of a note that was signed is another, certified for forms': {
    base: {
      ...certifiedBase,
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /Stamp /F 4 /Rect [40 190 300 220] /AP << /N 51 0 R >> >>',
      51: face('approved'),
    },
    more: certified(2),
    later: { 51: face('refused') },
  },
  'a covering stamp is freed': {
    base: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /Stamp /F 4 /Rect [40 690 300 720] /AP << /N 51 0 R >> >>',
      51: face('void'),
    },
    later: (signed) => pointing(signed, `50 1\n${row(0, 'f')}`),
  },
  'a stamp changes its state': {
    base: {
      3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
      50: '<< /Type /Annot /Subtype /Stamp /F 4 /Rect [40 690 300 720] /AS /A /AP << /N << /A 51 0 R /B 52 0 R >> >> >>',
      51: face('void'),
      52: face('9000'),
    },
    later: {
      50: '<< /Type /Annot /Subtype /Stamp /F 4 /Rect [40 690 300 720] /AS /B /AP << /N << /A 51 0 R /B 52 0 R >> >> >>',
    },
  },
  'the coat of the text becomes clear': {
    base: {
      3: `<< ${pageBody.replace('/Font', '/ExtGState << /G 40 0 R >> /Font')} /Annots ${annotations} >>`,
      4: stream(`/G gs ${text}`),
      40: '<< /Type /ExtGState /ca 1 >>',
    },
    later: { 40: '<< /Type /ExtGState /ca 0 >>' },
  },
  'a colour space is another': {
    base: {
      3: `<< ${pageBody.replace('/Font', '/ColorSpace << /C 40 0 R >> /Font')} /Annots ${annotations} >>`,
      4: stream(`/C cs 0 scn ${text}`),
      40: '[/Indexed /DeviceGray 1 <00FF>]',
    },
    later: { 40: '[/Indexed /DeviceGray 1 <FF00>]' },
  },
  'what is read out is another': {
    base: {
      1: `<< ${catalog} /StructTreeRoot 40 0 R /MarkInfo << /Marked true >> >>`,
      40: '<< /Type /StructTreeRoot /K [41 0 R] >>',
      41: '<< /Type /StructElem /S /P /P 40 0 R /Pg 3 0 R /K [0] /ActualText (Loan of 5000) >>',
    },
    later: {
      41: '<< /Type /StructElem /S /P /P 40 0 R /Pg 3 0 R /K [0] /ActualText (Loan of 9000) >>',
    },
  },
  'a bookmark says something else': {
    base: {
      1: `<< ${catalog} /Outlines 40 0 R >>`,
      40: '<< /Type /Outlines /First 41 0 R /Last 41 0 R /Count 1 >>',
      41: '<< /Title (Loan) /Parent 40 0 R /Dest [3 0 R /Fit] >>',
    },
    later: { 41: '<< /Title (Gift) /Parent 40 0 R /Dest [3 0 R /Fit] >>' },
  },
  'the profile of colours is another': {
    base: {
      1: `<< ${catalog} /OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (x) /DestOutputProfile 40 0 R >>] >>`,
      40: stream('icc', '/N 3'),
    },
    later: { 40: stream('ICC', '/N 3') },
  },
  'a broad line, drawn by the viewer itself, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: annotated('/Subtype /Ink /InkList [[40 705 300 705]] /C [1 1 1] /BS << /W 30 >>'),
  },
  'a film plays over the words, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: annotated('/Subtype /RichMedia /RichMediaContent << >>'),
  },
  'a comment that acts, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: annotated('/Subtype /Link /A << /S /JavaScript /JS (x) >>'),
  },
  'a comment that acts when the page opens, certified for comments': {
    base: certifiedBase,
    more: certified(3),
    later: annotated('/Subtype /Text /AA << /PO << /S /Hide /T (amount) >> >>'),
  },
};

/** The page with one more annotation over its words. */
function annotated(entries: string): Bodies {
  return {
    3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
    50: `<< /Type /Annot /F 4 /Rect [40 690 300 720] ${entries} >>`,
  };
}

/**
 * Attacks on what one reader shows and another does not: keys that stand twice, grounds that a
 * viewer paints by itself, letters with another glyph, words that are only read aloud.
 */
import {
  annotations,
  type Bodies,
  catalog,
  certified,
  certifiedBase,
  face,
  form,
  lie,
  pageBody,
  plainBodies,
  type Shape,
  stream,
  text,
  widget,
} from './shapes.fixture.ts';

const overWords = '/Rect [40 690 300 720]';
const place = '/Rect [50 560 140 580]';
const formObject = '/Type /XObject /Subtype /Form /BBox [0 0 90 20]';

/** The text field with a value and the face that is said to show it. */
const filled = (keys: string, bodies: Bodies): Shape => ({
  later: { 9: `<< ${widget} /FT /Tx /T (remark) ${place} ${keys} >>`, ...bodies },
});

/** A face that says 5000 in a font of the filler's own. */
const inFont = (font: string, bodies: Bodies = {}): Shape =>
  filled('/V (5000) /AP << /N 60 0 R >>', {
    60: stream(
      '/Tx BMC q BT /F9 12 Tf 2 4 Td (5000) Tj ET Q EMC',
      `${formObject} /Resources << /Font << /F9 61 0 R >> >>`,
    ),
    61: font,
    ...bodies,
  });

const good = filled('/V (good) /AP << /N 60 0 R >>', { 60: face('good') });
const locking = (keys: string): string =>
  `/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /Data 1 0 R ${keys} >>]`;

/** A place for one more signature, with nothing in it. */
const unsigned = (keys: string): Bodies => ({
  3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 70 0 R]')} >>`,
  5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R 70 0 R] ${form} >>`,
  70: `<< ${widget} /FT /Sig /T (second) ${overWords} ${keys} >>`,
});

const tagged: Bodies = {
  1: `<< ${catalog} /StructTreeRoot 40 0 R /MarkInfo << /Marked true >> >>`,
  3: `<< ${pageBody} /Annots ${annotations} /StructParents 0 >>`,
  4: stream(`/P << /MCID 0 >> BDC ${text} EMC`),
  40: '<< /Type /StructTreeRoot /K [41 0 R] /ParentTree 42 0 R /ParentTreeNextKey 1 >>',
  41: '<< /Type /StructElem /S /Document /P 40 0 R /K [43 0 R] >>',
  42: '<< /Nums [0 [43 0 R]] >>',
  43: '<< /Type /StructElem /S /P /P 41 0 R /Pg 3 0 R /K 0 >>',
};
/** One more element beside those of the page. */
const element = (keys: string): Shape => ({
  base: tagged,
  later: {
    41: '<< /Type /StructElem /S /Document /P 40 0 R /K [43 0 R 44 0 R] >>',
    44: `<< /Type /StructElem /P 41 0 R ${keys} >>`,
  },
});

/** Another document that waits behind a second /Root. */
const behind: Bodies = {
  50: '<< /Type /Catalog /Pages 53 0 R /AcroForm 5 0 R >>',
  51: `<< ${pageBody.replace('2 0 R', '53 0 R').replace('4 0 R', '52 0 R')} >>`,
  52: lie,
  53: '<< /Type /Pages /Kids [51 0 R] /Count 1 /MediaBox [0 0 595 842] >>',
};
const type1 = (encoding: string): string =>
  `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica ${encoding} >>`;

export const readersAttacks: Readonly<Record<string, Shape>> = {
  'a trailer whose first /Root is another document': {
    base: behind,
    later: { 60: '(x)' },
    trailer: '/Root 50 0 R /Root 1 0 R',
  },
  'a face named twice inside /AP': filled('/V (good) /AP << /N 61 0 R /N 60 0 R >>', {
    60: face('good'),
    61: face('bad'),
  }),
  'a face whose /Matrix stands twice': filled('/V (good) /AP << /N 60 0 R >>', {
    60: face('good').replace(
      '/Resources 7 0 R',
      '/Resources 7 0 R /Matrix [1 0 0 1 0 0] /Matrix [9 0 0 9 -100 0]',
    ),
  }),
  'an empty place for a signature with a white ground over the words': {
    later: unsigned('/MK << /BG [1 1 1] /CA (Loan of 9000) >>'),
  },
  'an empty place with a coloured border': { later: unsigned('/MK << /BC [1 1 1] >>') },
  'a face whose letters have the glyphs of others': inFont(
    type1('/Encoding << /Differences [53 /nine] >>'),
  ),
  'a face whose letters are drawn by the filler': inFont(
    '<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [.001 0 0 .001 0 0] /CharProcs << /five 62 0 R /zero 62 0 R >> /Encoding << /Differences [48 /zero 53 /five] >> /FirstChar 48 /LastChar 53 /Widths [500 500 500 500 500 500] >>',
    { 62: stream('500 0 d0 0 0 400 700 re f') },
  ),
  'a field filled in, after a certification without a list around it': {
    more: '/Reference << /TransformMethod /DocMDP /TransformParams << /P 1 >> >>',
    ...good,
  },
  'a field filled in, after a lock whose fields are no list': {
    more: locking('/TransformParams << /Action /Include /Fields (remark) >>'),
    ...good,
  },
  'a field filled in, after a lock that names no fields': {
    more: locking('/TransformParams << /Action /Include >>'),
    ...good,
  },
  'a field filled in, after a lock without parameters': { more: locking(''), ...good },
  'a face in a layer that is off': {
    base: {
      1: `<< ${catalog} /OCProperties << /OCGs [16 0 R] /D << /OFF [16 0 R] >> >> >>`,
      16: '<< /Type /OCG /Name (x) >>',
    },
    ...filled('/V (good) /AP << /N 60 0 R >>', {
      60: face('good').replace('/Resources 7 0 R', '/Resources 7 0 R /OC 16 0 R'),
    }),
  },
  'words that are read aloud for the words of the page': element(
    '/S /Figure /Alt (Loan of 9000) /K << /Type /MCR /MCID 0 /Pg 3 0 R >>',
  ),
  'words that are read aloud beside the page': element('/S /Figure /Alt (Loan of 9000)'),
  'a heading that stands for nothing': element('/S /H1 /T (Loan of 9000) /Pg 3 0 R'),
  'other words for a field that was signed': element(
    '/S /Form /Alt (9000) /K << /Type /OBJR /Obj 8 0 R /Pg 3 0 R >>',
  ),
  'an older version of the format': {
    base: { 1: `<< ${catalog} /Version /2.0 >>` },
    later: { 1: `<< ${catalog} /Version /1.2 >>` },
  },
  'flags of a field where nothing may change': {
    base: certifiedBase,
    more: certified(1),
    later: { 8: (plainBodies[8] ?? '').replace('/T (amount)', '/T (amount) /Ff 1') },
  },
};

/** What looks like those and deceives nobody. */
export const readersHonest: Readonly<Record<string, Shape>> = {
  'an empty place for a signature that says nothing of colours': { later: unsigned('/MK << >>') },
  'a face in a font that names its letters as they are': inFont(
    type1('/Encoding << /Type /Encoding /Differences [48 /zero 53 /five] >>'),
  ),
  'a newer version of the format': {
    base: { 1: `<< ${catalog} /Version /1.5 >>` },
    later: { 1: `<< ${catalog} /Version /1.7 >>` },
  },
};

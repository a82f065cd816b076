/**
 * Attacks and habits of what lies over the words of a page: how dark, how thick, how much of it
 * (Rohlmann et al. 2021, and what a reader of our rules would try next).
 */
import {
  annotations,
  certified,
  certifiedBase,
  face,
  pageBody,
  plainBodies,
  type Shape,
  stream,
  widget,
} from './shapes.fixture.ts';

const form = '/Type /XObject /Subtype /Form';
const quads = '/QuadPoints [40 720 300 720 40 690 300 690]';
const overWords = '/Rect [40 690 300 720]';
const wholePage = '/Rect [0 0 595 842]';

/** One annotation over the words "Loan of 5000" of a document that is certified for comments. */
const over = (subtype: string, more: string, appearance?: string): Shape => ({
  base: certifiedBase,
  more: certified(3),
  later: {
    3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 50 0 R]')} >>`,
    50: `<< /Type /Annot /Subtype /${subtype} /F 4 ${overWords} ${more} ${appearance === undefined ? '' : '/AP << /N 51 0 R >>'} >>`,
    ...(appearance === undefined ? {} : { 51: appearance }),
  },
});

/** The same with a rectangle in which there are no words. */
const away = (subtype: string, more: string): Shape => {
  const shape = over(subtype, more);
  const { 50: body = '', ...others } = shape.later as Record<number, string>;
  return { ...shape, later: { ...others, 50: body.replace(overWords, '/Rect [400 400 401 401]') } };
};
const whiteBand = '/C [1 1 1] /BS << /W 30 >>';

/** A face in coordinates of the page; `state` is what /G names. */
const drawn = (content: string, state = ''): string =>
  stream(
    content,
    `${form} /BBox [40 690 300 720] /Resources << /ExtGState << /G << ${state} >> >> >>`,
  );
const band = '40 690 260 30 re f';

const white = stream(
  '1 g 0 0 595 842 re f BT 0 g /F1 18 Tf 50 700 Td (Loan of 9000) Tj ET',
  `${form} /BBox [0 0 595 842] /Resources 7 0 R`,
);
const box = (state: string, faces: string): string =>
  `<< ${widget} /FT /Btn /T (agreed) /V /${state} /AS /${state} ${wholePage} /AP << /N << ${faces} >> >> >>`;
const remark = (more: string): string => `<< ${widget} /FT /Tx /T (remark) ${overWords} ${more} >>`;
const filling = (content: string): string =>
  stream(
    `${content} /Tx BMC q BT 0 g /F1 12 Tf 2 2 Td (x) Tj ET Q EMC`,
    `${form} /BBox [0 0 260 30] /Resources 7 0 R`,
  );
const ground = '1 g 0 0 260 30 re f';

export const paintAttacks: Readonly<Record<string, Shape>> = {
  'a box whose tick covers the page': {
    base: { 10: box('Off', '/Yes 61 0 R'), 61: white },
    later: { 10: box('Yes', '/Yes 61 0 R') },
  },
  'a box whose tick covers the page, certified for forms': {
    base: { ...certifiedBase, 10: box('Off', '/Yes 61 0 R /Off 62 0 R'), 61: white, 62: face('') },
    more: certified(2),
    later: { 10: box('Yes', '/Yes 61 0 R /Off 62 0 R') },
  },
  'a field over words is filled in on a ground of its own': {
    base: { 9: remark('/AP << /N 14 0 R >>') },
    later: { 9: remark('/V (x) /AP << /N 61 0 R >>'), 61: filling(ground) },
  },
  'a mark that only darkens, in black': over(
    'Highlight',
    quads,
    drawn(`/G gs 0 g ${band}`, '/BM /Multiply'),
  ),
  'a mark in the colour that nobody set': over(
    'Highlight',
    quads,
    drawn(`/G gs ${band}`, '/BM /Darken'),
  ),
  'a mark in black, drawn by the viewer itself': over('Highlight', `/C [0 0 0] ${quads}`),
  'a thin coat of white': over('Square', '', drawn(`/G gs 1 g ${band}`, '/ca .7')),
  'a coat that ends before the surface': over(
    'Stamp',
    '',
    drawn(`q /G gs Q 1 g ${band}`, '/ca .1'),
  ),
  'a coat of lines alone': over('Stamp', '', drawn(`/G gs 1 g ${band}`, '/CA .1')),
  'a thin line under a matrix': over(
    'Stamp',
    '',
    drawn('q 1 0 0 100 0 0 cm 1 G .3 w 40 7 m 300 7 l S Q'),
  ),
  'a thin line in a small box': over(
    'Ink',
    '',
    stream('1 G 3 w 0 1.5 m 26 1.5 l S', `${form} /BBox [0 0 26 3]`),
  ),
  'a width among the parameters': over(
    'Ink',
    '',
    drawn('/G gs 1 G 40 705 m 300 705 l S', '/LW 30'),
  ),
  'a pattern that darkens': over(
    'Stamp',
    '',
    drawn(`/G gs /Pattern cs /P scn ${band}`, '/BM /Multiply'),
  ),
  'a border as broad as the words': over('Link', '/Border [0 0 60] /C [1 1 1]'),
  'a broad white line runs beside its rectangle': away('Line', `${whiteBand} /L [40 705 300 705]`),
  'a broad white line of ink beside its rectangle': away(
    'Ink',
    `${whiteBand} /InkList [[40 705 300 705]]`,
  ),
  'a filled corner beside its rectangle': away(
    'Polygon',
    '/IC [1 1 1] /Vertices [40 690 300 690 300 720 40 720]',
  ),
  'a black mark beside its rectangle': away('Highlight', `/C [0 0 0] ${quads}`),
  'lines in the colour of the paper, as many as it takes': over(
    'Ink',
    '',
    drawn(
      `1 G ${Array.from({ length: 30 }, (_, y) => `40 ${690 + y} m 300 ${690 + y} l S`).join(' ')}`,
    ),
  ),
  'the same, drawn by the viewer itself': over(
    'Ink',
    `/C [1 1 1] /InkList [${Array.from({ length: 30 }, (_, y) => `[40 ${690 + y} 300 ${690 + y}]`).join(' ')}]`,
  ),
  'lines in a pattern': over('Ink', '', drawn('/Pattern CS /P SCN 40 700 m 300 700 l S')),
  'a mark that is told to cover': over('Highlight', `/BM /Normal /C [1 1 1] ${quads}`),
  'a mark that makes black letters yellow': over('Highlight', `/BM /Screen /C [1 1 0] ${quads}`),
  'a face whose blend the annotation names': over(
    'Stamp',
    '/BM /Difference',
    drawn(`/G gs 1 1 0 rg ${band}`, '/BM /Multiply'),
  ),
  'a watermark': over('Watermark', '', white),
};

export const paintHonest: Readonly<Record<string, Shape>> = {
  'a mark in yellow by way of a form within': {
    ...over(
      'Highlight',
      `/C [1 1 0] ${quads}`,
      stream(
        '/G gs /F Do',
        `${form} /BBox [40 690 300 720] /Resources << /XObject << /F 52 0 R >> /ExtGState << /G << /BM /Multiply >> >> >>`,
      ),
    ),
    base: { ...certifiedBase, 52: drawn(`1 1 0 rg ${band}`) },
  },
  'a mark in a thin coat of yellow': over(
    'Highlight',
    quads,
    drawn(`/G gs 1 1 0 rg ${band}`, '/ca .5'),
  ),
  'a coat in one parameter, a blend in the next': over(
    'Highlight',
    quads,
    drawn(`/G gs q .2 w 1 1 0 rg ${band} Q`, '/BM [/Multiply /Normal] /ca 1'),
  ),
  'a field over words, whose ground was there': {
    base: { 9: remark('/AP << /N 62 0 R >>'), 62: filling(ground).replace('(x)', '()') },
    later: { 9: remark('/V (x) /AP << /N 61 0 R >>'), 61: filling(ground) },
  },
  'a field over words is filled in on no ground': {
    base: { 9: remark('/AP << /N 14 0 R >>') },
    later: { 9: remark('/V (x) /AP << /N 61 0 R >>'), 61: filling('') },
  },
  'a box with a ground over a printed letter': {
    base: {
      10:
        plainBodies[10]
          ?.replace('[50 520 60 530]', '[50 700 58 710]')
          .replace('13 0 R', '61 0 R') ?? '',
      61: filling('1 g 0 0 8 10 re f'),
    },
    later: {
      10:
        plainBodies[10]
          ?.replace('[50 520 60 530]', '[50 700 58 710]')
          .replace('13 0 R', '61 0 R')
          .replaceAll('/Off', '/Yes') ?? '',
    },
  },
};

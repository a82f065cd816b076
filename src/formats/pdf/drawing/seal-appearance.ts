/**
 * Draws seals from data: ring or frame, star, the name along the rim, lines and code. Pure vectors
 * in device RGB, which the file's sRGB output intent covers.
 *
 * All measures are shares of the seal's own size, so that a seal of any size looks the same, and
 * the same figure gives the same bytes on every computer.
 */
import {
  type Appearance,
  type GlyphOutline,
  type Matrix,
  number,
  type OutlineSource,
  type PathStep,
  type Point,
  pathOf,
  sealRed,
  signerBlue,
} from './appearance.ts';
import { filled, textOnRim } from './arc-text.ts';
import { fittedFace } from './fitted-face.ts';
import {
  checkedFigure,
  type OvalSeal,
  type RoundSeal,
  type SealFigure,
  type SquareSeal,
} from './seal-figures.ts';

const pointsPerMm = 72 / 25.4;
const circleControl = 0.5523; // control distance of the cubic that best follows a quarter circle
const nameArcShare = 250 / 360;
const namePitch = 1.32;
const codePitch = 0.86;
const starInner = 0.382; // of a regular pentagram: inner radius over outer
const ascent = 0.88; // of a Chinese letter above its feet, in em

/** Of a round seal, as shares of its diameter. */
const round = {
  ring: 0.028,
  nameFeet: 0.345,
  name: 0.115,
  line: 0.098,
  lineFeet: 0.235,
  lineWidth: 0.52,
  star: 0.165,
  code: 0.062,
  codeFeet: 0.452,
};
/** Of an oval one, as shares of its height. */
const oval = {
  ring: 0.033,
  gap: 0.03,
  name: 0.14,
  middle: 0.125,
  middleWidth: 0.66, // of the width
  line: 0.145,
  lineFeet: 0.16,
  lineWidth: 0.5, // of the width
  code: 0.085,
};
/** Of a square one, as shares of its side. */
const square = { frame: 0.05, gap: 0.045 };

/** The seal in its own size; refuses with pdf.seal_malformed, and as `outlines` does a letter. */
export function drawSeal(figure: SealFigure, outlines: OutlineSource): Appearance {
  const seal = checkedFigure(figure);
  const ink = seal.ink === 'blue' ? signerBlue : sealRed;
  if (seal.shape === 'square') return drawn(squareSeal(seal, outlines), ink);
  if (seal.shape === 'oval') return drawn(ovalSeal(seal, outlines), ink);
  return drawn(ringSeal(seal, { diameter: seal.diameterMm * pointsPerMm, outlines }), ink);
}

/**
 * The seal in the middle of a place of that size and as large as it may be. Its outlines are moved
 * themselves: the face of a house's own contract may hold no matrix.
 */
export function sealInside(
  figure: SealFigure,
  size: { readonly width: number; readonly height: number },
  outlines: OutlineSource,
): Appearance {
  const diameter = Math.min(size.width, size.height);
  if (figure.shape !== 'round') return fittedFace(drawSeal(figure, outlines), size);
  checkedFigure(figure);
  const ink = figure.ink === 'blue' ? signerBlue : sealRed;
  return fittedFace(drawn(ringSeal(figure, { diameter, outlines }), ink), size);
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Width of the ring or frame, and its path. */
  readonly ring: number;
  readonly frame: string;
  readonly filled: readonly string[];
}

function drawn({ width, height, ring, frame, filled: shapes }: Drawing, ink: string): Appearance {
  const inks = `${ink} rg ${ink} RG ${number(ring)} w`;
  const parts = ['q', inks, `${frame} S`, ...shapes.filter((path) => path !== ''), 'Q'];
  return { width, height, content: `${parts.join('\n')}\n` };
}

function ringSeal(seal: RoundSeal, by: { diameter: number; outlines: OutlineSource }): Drawing {
  const { diameter, outlines } = by;
  const centre: Point = [diameter / 2, diameter / 2];
  const ring = diameter * round.ring;
  const share = (one: number): number => diameter * one;
  const rim = { centre, pitch: namePitch, shareMax: nameArcShare };
  const name = textOnRim(outlines(seal.name), {
    ...rim,
    axes: [share(round.nameFeet), share(round.nameFeet)],
    half: 'upper',
    size: share(round.name),
  });
  return {
    width: diameter,
    height: diameter,
    ring,
    frame: ellipse(centre, [(diameter - ring) / 2, (diameter - ring) / 2]),
    filled: [
      seal.hasStar ? `${star(centre, share(round.star))} f` : '',
      name,
      centredLine(outlines(seal.line ?? ''), {
        size: share(round.line),
        widthMax: share(round.lineWidth),
        x: centre[0],
        y: share(round.lineFeet),
      }),
      codeOnRim(outlines(seal.code ?? ''), {
        centre,
        size: share(round.code),
        axes: [share(round.codeFeet), share(round.codeFeet)],
      }),
    ],
  };
}

function ovalSeal(seal: OvalSeal, outlines: OutlineSource): Drawing {
  const [width, height] = [seal.widthMm * pointsPerMm, seal.heightMm * pointsPerMm];
  const centre: Point = [width / 2, height / 2];
  const share = (one: number): number => height * one;
  const ring = share(oval.ring);
  const inset = (by: number): Point => [
    width / 2 - ring - share(oval.gap) - by,
    height / 2 - ring - share(oval.gap) - by,
  ];
  const name = textOnRim(outlines(seal.name), {
    centre,
    axes: inset(share(oval.name) * ascent),
    half: 'upper',
    size: share(oval.name),
    pitch: namePitch,
    shareMax: seal.middle === undefined ? 0.58 : 0.46,
  });
  const raised = seal.code === undefined ? 0 : share(oval.code);
  return {
    width,
    height,
    ring,
    frame: ellipse(centre, [(width - ring) / 2, (height - ring) / 2]),
    filled: [
      name,
      centredLine(outlines(seal.middle ?? ''), {
        size: share(oval.middle),
        widthMax: width * oval.middleWidth,
        x: centre[0],
        y: centre[1] - share(oval.middle) / 2.6,
      }),
      centredLine(outlines(seal.line ?? ''), {
        size: share(oval.line),
        widthMax: width * oval.lineWidth,
        x: centre[0],
        y: share(oval.lineFeet) + raised,
      }),
      codeOnRim(outlines(seal.code ?? ''), {
        centre,
        size: share(oval.code),
        axes: inset(0),
      }),
    ],
  };
}

/** Columns from the right, each letter filling its cell, as they are cut in stone. */
function squareSeal(seal: SquareSeal, outlines: OutlineSource): Drawing {
  const side = seal.sideMm * pointsPerMm;
  const frame = side * square.frame;
  const gap = side * square.gap;
  const inner = side - 2 * frame - 2 * gap;
  const letters = outlines(seal.text);
  const rows = letters.length === 1 ? 1 : Math.ceil(letters.length / 2);
  // Of an odd number the first column has one less: the family name stands alone and tall.
  const first = letters.length <= 2 ? letters.length : Math.floor(letters.length / 2);
  const columns = [letters.slice(0, first), letters.slice(first)].filter(({ length }) => length);
  const width = inner / columns.length;
  const cells = columns.flatMap((column, place) =>
    column.map((glyph, row) => {
      const height = inner / column.length;
      const left = side - frame - gap - (place + 1) * width;
      const bottom = side - frame - gap - (row + 1) * height;
      const room = gap * (rows > 1 ? 1 : 0.5);
      return stretched(glyph, [
        left + room / 2,
        bottom + room / 2,
        left + width - room / 2,
        bottom + height - room / 2,
      ]);
    }),
  );
  const edge = frame / 2;
  const corners: Point[] = [
    [edge, edge],
    [side - edge, edge],
    [side - edge, side - edge],
    [edge, side - edge],
  ];
  return { width: side, height: side, ring: frame, frame: polygon(corners), filled: cells };
}

/** The letter's own outline fills the box, whatever its font leaves around it. */
function stretched(glyph: GlyphOutline, box: readonly [number, number, number, number]): string {
  const points = glyph.steps.flatMap((step) => (step.do === 'close' ? [] : [step.to]));
  if (points.length === 0) return '';
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [bottom, top] = [Math.min(...ys), Math.max(...ys)];
  // A letter like 一 would become a bar: no letter grows to more than its em and a half.
  const a = (box[2] - box[0]) / Math.max(right - left, 0.66);
  const d = (box[3] - box[1]) / Math.max(top - bottom, 0.66);
  const x = (box[0] + box[2] - a * (left + right)) / 2;
  const y = (box[1] + box[3] - d * (bottom + top)) / 2;
  const matrix: Matrix = [a, 0, 0, d, x, y];
  return filled(glyph, matrix);
}

function codeOnRim(
  glyphs: readonly GlyphOutline[],
  at: { centre: Point; axes: Point; size: number },
): string {
  if (glyphs.length === 0) return '';
  return textOnRim(glyphs, { ...at, half: 'lower', pitch: codePitch, shareMax: 0.26 });
}

function centredLine(
  glyphs: readonly GlyphOutline[],
  place: { size: number; x: number; y: number; widthMax: number },
): string {
  const ems = glyphs.reduce((sum, { advance }) => sum + advance, 0);
  if (ems === 0) return '';
  const size = Math.min(place.size, place.widthMax / ems);
  return lineOfText(glyphs, { size, x: place.x - (ems * size) / 2, y: place.y });
}

/** One straight line of filled outlines. */
export function lineOfText(
  glyphs: readonly GlyphOutline[],
  place: { size: number; x: number; y: number },
): string {
  let { x } = place;
  const paths = glyphs.map((glyph) => {
    const matrix: Matrix = [place.size, 0, 0, place.size, x, place.y];
    x += glyph.advance * place.size;
    return filled(glyph, matrix);
  });
  return paths.filter((path) => path !== '').join('\n');
}

function ellipse([x, y]: Point, [a, b]: Point): string {
  const [k, l] = [circleControl * a, circleControl * b];
  const steps: PathStep[] = [
    { do: 'move', to: [a, 0] },
    quarter([a, l], [k, b], [0, b]),
    quarter([-k, b], [-a, l], [-a, 0]),
    quarter([-a, -l], [-k, -b], [0, -b]),
    quarter([k, -b], [a, -l], [a, 0]),
    { do: 'close' },
  ];
  return pathOf(steps, [1, 0, 0, 1, x, y]);
}

function quarter(one: Point, two: Point, to: Point): PathStep {
  return { do: 'cubic', by: [one, two], to };
}

function star([x, y]: Point, radius: number): string {
  const points = Array.from({ length: 10 }, (_, corner): Point => {
    const angle = Math.PI / 2 + (corner * Math.PI) / 5;
    const reach = corner % 2 === 0 ? radius : radius * starInner;
    return [x + reach * Math.cos(angle), y + reach * Math.sin(angle)];
  });
  return polygon(points);
}

function polygon(points: readonly Point[]): string {
  const steps = points.map((to, place): PathStep => ({ do: place === 0 ? 'move' : 'line', to }));
  return pathOf([...steps, { do: 'close' }], [1, 0, 0, 1, 0, 0]);
}

/**
 * Draws the round red seal of an institution: ring, star, its name along the arc, the kind of seal
 * (合同专用章) under the star. Pure vectors in device RGB, which the file's sRGB output intent covers.
 *
 * Measures follow what registered seals look like (GA/T 1106 gives 38 to 58 mm for the circle);
 * they are proportions of the diameter, so a seal of any size looks the same.
 */
import { Fault } from '#base/fault';
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
} from './appearance.ts';

const circleControl = 0.5523; // control distance of the cubic that best follows a quarter circle
const ringShare = 0.028; // width of the ring, share of the diameter
const nameRadiusShare = 0.345; // where the baseline of the arc text runs
const nameArcMax = (250 / 180) * Math.PI;
const nameSizeShare = 0.115;
const kindSizeShare = 0.098;
const kindHeightShare = 0.235; // baseline of the kind above the lower edge
const starRadiusShare = 0.15;
const starInner = 0.382; // of a regular pentagram: inner radius over outer
const nameLettersMax = 40;

export interface SealWish {
  readonly organisation: string;
  /** For example 合同专用章. */
  readonly kind: string;
  /** In points. */
  readonly diameter: number;
  readonly outlines: OutlineSource;
}

export function roundSeal(wish: SealWish): Appearance {
  const { diameter } = wish;
  if ([...wish.organisation].length > nameLettersMax) {
    throw new Fault('pdf.limit', { limit: 'nameLettersMax' });
  }
  const centre: Point = [diameter / 2, diameter / 2];
  const ring = diameter * ringShare;
  const parts = [
    'q',
    `${sealRed} rg ${sealRed} RG ${number(ring)} w`,
    `${circle(centre, (diameter - ring) / 2)} S`,
    `${star(centre, diameter * starRadiusShare)} f`,
    arcText(wish, centre),
    kindText(wish),
    'Q',
  ];
  return { width: diameter, height: diameter, content: `${parts.join('\n')}\n` };
}

function circle([x, y]: Point, radius: number): string {
  const k = circleControl * radius;
  const steps: PathStep[] = [
    { do: 'move', to: [radius, 0] },
    {
      do: 'cubic',
      by: [
        [radius, k],
        [k, radius],
      ],
      to: [0, radius],
    },
    {
      do: 'cubic',
      by: [
        [-k, radius],
        [-radius, k],
      ],
      to: [-radius, 0],
    },
    {
      do: 'cubic',
      by: [
        [-radius, -k],
        [-k, -radius],
      ],
      to: [0, -radius],
    },
    {
      do: 'cubic',
      by: [
        [k, -radius],
        [radius, -k],
      ],
      to: [radius, 0],
    },
    { do: 'close' },
  ];
  return pathOf(steps, [1, 0, 0, 1, x, y]);
}

function star([x, y]: Point, radius: number): string {
  const points = Array.from({ length: 10 }, (_, corner): PathStep => {
    const angle = Math.PI / 2 + (corner * Math.PI) / 5;
    const reach = corner % 2 === 0 ? radius : radius * starInner;
    const to: Point = [reach * Math.cos(angle), reach * Math.sin(angle)];
    return corner === 0 ? { do: 'move', to } : { do: 'line', to };
  });
  return pathOf([...points, { do: 'close' }], [1, 0, 0, 1, x, y]);
}

/** Letters stand upright on the arc, centred at its top, closer together when they are many. */
function arcText(wish: SealWish, [x, y]: Point): string {
  const glyphs = wish.outlines(wish.organisation);
  const radius = wish.diameter * nameRadiusShare;
  const size = wish.diameter * nameSizeShare;
  const wide = (glyphs.length * 1.32 * size) / radius;
  const step = Math.min(wide, nameArcMax) / Math.max(1, glyphs.length);
  const squeeze = Math.min(1, (step * (radius + size / 2)) / (1.05 * size));
  return glyphs
    .map((glyph, place) => {
      const turn = ((glyphs.length - 1) / 2 - place) * step;
      const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
      const width = size * squeeze;
      const shift = (-glyph.advance * width) / 2;
      const matrix: Matrix = [
        width * cos,
        width * sin,
        -size * sin,
        size * cos,
        x + shift * cos - radius * sin,
        y + shift * sin + radius * cos,
      ];
      return fill(glyph, matrix);
    })
    .join('\n');
}

function kindText(wish: SealWish): string {
  const glyphs = wish.outlines(wish.kind);
  const size = wish.diameter * kindSizeShare;
  const width = glyphs.reduce((sum, glyph) => sum + glyph.advance * size, 0);
  return lineOfText(glyphs, {
    size,
    x: (wish.diameter - width) / 2,
    y: wish.diameter * kindHeightShare,
  });
}

/** One straight line of filled outlines. */
export function lineOfText(
  glyphs: readonly GlyphOutline[],
  place: { size: number; x: number; y: number },
): string {
  let { x } = place;
  const drawn = glyphs.map((glyph) => {
    const matrix: Matrix = [place.size, 0, 0, place.size, x, place.y];
    x += glyph.advance * place.size;
    return fill(glyph, matrix);
  });
  return drawn.filter((path) => path !== '').join('\n');
}

function fill(glyph: GlyphOutline, matrix: Matrix): string {
  return glyph.steps.length === 0 ? '' : `${pathOf(glyph.steps, matrix)}\nf`;
}

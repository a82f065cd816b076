/**
 * Draws a person's signature on the page: a line each for who and when, as outlines, and beside or
 * above them what the person drew.
 */
import { type Appearance, number, type OutlineSource, signerBlue } from './appearance.ts';
import { lineOfText } from './seal-appearance.ts';
import { type InkBox, inkIn, type Strokes } from './strokes.ts';

const ruleWidth = 0.6; // points
const marginShare = 0.06; // of the height
const penShare = 0.04; // of the height of the ink
const lineShare = 0.72; // of its part of the height
const pitchMax = 1.7; // from line to line, in em
const drawnShare = 0.45; // of the width, or of the height of a narrow place

/** What is to be read in the place of a signature. */
export interface SignerWish {
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly outlines: OutlineSource;
}

/** The lines share the height; a line too long for the width makes all of them smaller. */
export function signerLines(wish: SignerWish): Appearance {
  const { width, height } = wish;
  const margin = height * marginShare;
  const box = { x: margin, y: margin, width: width - 2 * margin, height: height - 2 * margin };
  return signed(wish, linesIn(wish, box));
}

/** The same with a person's strokes: on the left, or above the lines where the place is narrow. */
export function signerStrokes(wish: SignerWish & { readonly drawn: Strokes }): Appearance {
  const { width, height } = wish;
  const margin = height * marginShare;
  const box = { x: margin, y: margin, width: width - 2 * margin, height: height - 2 * margin };
  const isWide = width > 1.6 * height;
  const ink: InkBox = isWide
    ? { ...box, width: box.width * drawnShare }
    : { ...box, y: box.y + box.height * (1 - drawnShare), height: box.height * drawnShare };
  const text: InkBox = isWide
    ? { ...box, x: box.x + ink.width + margin, width: box.width - ink.width - margin }
    : { ...box, height: box.height - ink.height - margin };
  return signed(wish, [inkIn(wish.drawn, ink, ink.height * penShare), ...linesIn(wish, text)]);
}

function linesIn(wish: SignerWish, box: InkBox): string[] {
  const rows = wish.lines.map((line) => wish.outlines(line));
  const widest = Math.max(
    1,
    ...rows.map((row) => row.reduce((sum, { advance }) => sum + advance, 0)),
  );
  const share = box.height / Math.max(1, rows.length);
  const size = Math.min(share * lineShare, box.width / widest);
  // Where the width made the lines small they stay together, in the middle of the height.
  const pitch = Math.min(share, size * pitchMax);
  const top = box.y + (box.height + pitch * rows.length) / 2;
  return rows.map((row, place) =>
    lineOfText(row, { size, x: box.x, y: top - (place + 0.78) * pitch }),
  );
}

/** All of it above a rule. */
function signed({ width, height }: SignerWish, drawn: readonly string[]): Appearance {
  const margin = height * marginShare;
  const [from, to] = [number(margin), number(width - margin)];
  const rule = `${from} ${from} m ${to} ${from} l S`;
  const parts = ['q', `${signerBlue} rg ${signerBlue} RG ${ruleWidth} w`, rule, ...drawn, 'Q'];
  const content = `${parts.filter((part) => part !== '').join('\n')}\n`;
  return { width, height, content };
}

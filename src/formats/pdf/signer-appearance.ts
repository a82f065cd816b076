/**
 * Draws a person's signature on the page: a line each for who and when, as outlines.
 */
import { type Appearance, number, type OutlineSource, signerBlue } from './appearance.ts';
import { lineOfText } from './seal-appearance.ts';

const ruleWidth = 0.6; // points
const marginShare = 0.06; // of the height

export interface SignerWish {
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly outlines: OutlineSource;
}

/** The lines share the height; a line too long for the width makes all of them smaller. */
export function signerLines(wish: SignerWish): Appearance {
  const margin = wish.height * marginShare;
  const rows = wish.lines.map((line) => wish.outlines(line));
  const pitch = (wish.height - 2 * margin) / Math.max(1, rows.length);
  const widest = Math.max(
    1,
    ...rows.map((row) => row.reduce((sum, { advance }) => sum + advance, 0)),
  );
  const size = Math.min(pitch * 0.72, (wish.width - 2 * margin) / widest);
  const drawn = rows.map((row, place) =>
    lineOfText(row, { size, x: margin, y: wish.height - margin - (place + 0.78) * pitch }),
  );
  const [from, to] = [number(margin), number(wish.width - margin)];
  const rule = `${from} ${from} m ${to} ${from} l S`;
  const parts = ['q', `${signerBlue} rg ${signerBlue} RG ${ruleWidth} w`, rule, ...drawn, 'Q'];
  return {
    width: wish.width,
    height: wish.height,
    content: `${parts.filter((part) => part !== '').join('\n')}\n`,
  };
}

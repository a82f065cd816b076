/**
 * Letters as outlines, for what is drawn after a document is set: seals and signature lines.
 *
 * The steps are those of the font's own glyph tables, scaled to one em, so that no font has to be
 * embedded in a later revision. A letter without a glyph is catalog.glyph_missing.
 */
import type { Font } from 'fontkit';
import { Fault } from '#base/fault';
import type { GlyphOutline, OutlineSource, PathStep, Point } from '#formats/pdf';
import type { Fonts } from './fonts.ts';

export function outlinesOf(fonts: Fonts): OutlineSource {
  return (given) => {
    const text = composed(given, fonts);
    // What is layout to a page has no outline: the font would draw its empty box.
    const missing = [...fonts.missing(text), ...(text.match(/[\n\u200b]|\p{M}/gu) ?? [])];
    if (missing.length > 0) {
      throw new Fault('catalog.glyph_missing', { characters: missing.join('') });
    }
    return Array.from(text, (letter) => outline(fonts.bold, letter));
  };
}

/**
 * Letters in one piece: a mark of its own has no width and no place on an arc. What Unicode calls
 * the same character is drawn by the glyph that is there.
 */
function composed(text: string, fonts: Fonts): string {
  const joined = text.replace(/\P{M}\p{M}+/gu, (letters) => letters.normalize('NFC'));
  return Array.from(joined, (letter) =>
    fonts.missing(letter).length === 0 ? letter : letter.normalize('NFC'),
  ).join('');
}

function outline(font: Font, letter: string): GlyphOutline {
  const glyph = font.glyphForCodePoint(letter.codePointAt(0) ?? 0);
  const em = font.unitsPerEm;
  const steps = glyph.path.commands.map(({ command, args }): PathStep => {
    const points = pairs(args, em);
    const [first, second, third] = points;
    if (command === 'closePath') return { do: 'close' };
    if (command === 'moveTo' && first !== undefined) return { do: 'move', to: first };
    if (command === 'lineTo' && first !== undefined) return { do: 'line', to: first };
    if (command === 'quadraticCurveTo' && first !== undefined && second !== undefined) {
      return { do: 'quadratic', by: first, to: second };
    }
    if (first !== undefined && second !== undefined && third !== undefined) {
      return { do: 'cubic', by: [first, second], to: third };
    }
    throw new Fault('catalog.font_differs', { why: command });
  });
  return { advance: glyph.advanceWidth / em, steps };
}

function pairs(args: readonly number[], em: number): Point[] {
  const points: Point[] = [];
  for (let at = 0; at + 1 < args.length; at += 2) {
    points.push([(args[at] ?? 0) / em, (args[at + 1] ?? 0) / em]);
  }
  return points;
}

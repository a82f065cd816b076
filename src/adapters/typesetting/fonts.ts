/**
 * The two fonts every document is set in, from a package whose bytes are fixed by digest.
 *
 * A contract's bytes must not depend on the computer: no system font is ever asked, and a font file
 * other than the pinned one is catalog.font_differs. Coverage is known before anything is set.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Font } from 'fontkit';
import * as fontkit from 'fontkit';
import { Fault } from '#base/fault';

export interface Fonts {
  /** Font files as the compiler takes them. */
  readonly files: readonly Buffer[];
  /** The bold face, whose outlines draw seals and signature lines. */
  readonly bold: Font;
  readonly regular: Font;
  /** The characters of a text that one of the faces has no glyph for, each once. */
  missing(text: string): readonly string[];
}

const regularSha256 = 'c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742';
const boldSha256 = '9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6';

// Line breaks and the zero-width space are layout, not letters.
const layoutCharacters = new Set(['\n', '\u200b']);

export function loadFonts(): Fonts {
  const require = createRequire(import.meta.url);
  const regularFile = readPinned(
    require.resolve('@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf'),
    regularSha256,
  );
  const boldFile = readPinned(
    require.resolve('@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf'),
    boldSha256,
  );
  const regular = openFont(regularFile);
  const bold = openFont(boldFile);
  const inBold = new Set(bold.characterSet);
  const covered = new Set(regular.characterSet.filter((code) => inBold.has(code)));
  return {
    files: [regularFile, boldFile],
    regular,
    bold,
    missing: (text) => {
      const seen = new Set(text);
      return Array.from(seen).filter((letter) => !isSettable(letter, covered));
    },
  };
}

/** Control, format and private characters are refused even where a font would draw something. */
function isSettable(letter: string, covered: ReadonlySet<number>): boolean {
  if (layoutCharacters.has(letter)) return true;
  const code = letter.codePointAt(0);
  return code !== undefined && !/\p{C}/u.test(letter) && covered.has(code);
}

function readPinned(path: string, sha256: string): Buffer {
  const bytes = readFileSync(path);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new Fault('catalog.font_differs');
  }
  return bytes;
}

function openFont(bytes: Buffer): Font {
  const font = fontkit.create(bytes);
  if (!('characterSet' in font)) throw new Fault('catalog.font_differs', { why: 'collection' });
  return font;
}

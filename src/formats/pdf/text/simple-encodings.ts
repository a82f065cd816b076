/**
 * What the codes of simple fonts mean where the font has no table of its own (ISO 32000-1 §9.6.6,
 * annex D): a named encoding, and the glyphs' names that differ from it.
 */
import type { PdfFile } from '../file/file.ts';
import { integer, type PdfDict, type PdfValue } from '../file/value.ts';

/** Names of the Adobe Glyph List for what is no letter and no digit of its own name. */
const glyphWords =
  'zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 period . ' +
  'comma , colon : semicolon ; hyphen - minus - underscore _ slash / backslash \\ parenleft ( ' +
  'parenright ) bracketleft [ bracketright ] braceleft { braceright } exclam ! question ? ' +
  'quotesingle \' quotedbl " quoteleft ‘ quoteright ’ quotedblleft “ quotedblright ” at @ ' +
  'numbersign # dollar $ percent % ampersand & asterisk * plus + equal = less < greater > ' +
  'bar | asciitilde ~ asciicircum ^ grave ` endash – emdash — bullet • ellipsis … section § ' +
  'yen ¥ Euro € sterling £ copyright © registered ® degree ° f_f ff f_i fi f_l fl ff ff fi fi ' +
  'fl fl ffi ffi ffl ffl Adieresis Ä Odieresis Ö Udieresis Ü adieresis ä odieresis ö udieresis ü ' +
  'germandbls ß eacute é egrave è agrave à ccedilla ç ecircumflex ê aacute á oacute ó ntilde ñ';
const glyphNames = new Map([
  ['space', ' '],
  ...Array.from(
    glyphWords.matchAll(/(\S+) (\S+)/g),
    ([, name = '', text = '']) => [name, text] as const,
  ),
] as const);

const labels: ReadonlyMap<string, string> = new Map([
  ['WinAnsiEncoding', 'windows-1252'],
  ['MacRomanEncoding', 'macintosh'],
]);

/** The letters of a code by the font's /Encoding; ISO 8859-1 where it says nothing. */
export function simpleEncoding(file: PdfFile, font: PdfDict): (code: number) => string {
  const encoding = file.resolve(font.entries.get('Encoding'));
  const dict = encoding.kind === 'dict' ? encoding : undefined;
  const base = dict === undefined ? encoding : file.resolve(dict.entries.get('BaseEncoding'));
  const label = base.kind === 'name' ? labels.get(base.name) : undefined;
  const decoder = label === undefined ? undefined : new TextDecoder(label);
  const differing = differences(file, dict?.entries.get('Differences'));
  return (code) =>
    differing.get(code) ?? decoder?.decode(Uint8Array.of(code)) ?? String.fromCharCode(code);
}

function differences(file: PdfFile, list: PdfValue | undefined): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  let code = 0;
  for (const item of file.list(list)) {
    const value = file.resolve(item);
    code = integer(value) ?? code;
    if (value.kind !== 'name') continue;
    const text = textOfGlyph(value.name);
    if (text !== undefined) found.set(code, text);
    code += 1;
  }
  return found;
}

/** Of the names that mean something: `A`, `comma`, `uni7532`, `u2CC56`, each with a suffix. */
function textOfGlyph(name: string): string | undefined {
  const [plain = ''] = name.split('.');
  const known = glyphNames.get(plain);
  if (known !== undefined) return known;
  const [, four, more] = /^(?:uni([0-9A-F]{4})|u([0-9A-F]{4,6}))$/.exec(plain) ?? [];
  const code = Number.parseInt(four ?? more ?? '', 16);
  if (code <= 0x10ffff) return String.fromCodePoint(code);
  return /^[A-Za-z]$/.test(plain) ? plain : undefined;
}

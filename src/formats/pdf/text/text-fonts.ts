/**
 * What the letters of a font mean and how wide they are (ISO 32000-1 §9.6 to §9.10), for finding
 * words on a page. Fonts are not opened: the file itself says both.
 */
import { latin1 } from '#base/bytes';
import { codeMapOf } from '../file/code-maps.ts';
import type { PdfFile } from '../file/file.ts';
import { decodeStream } from '../file/filters.ts';
import { SyntaxReader } from '../file/syntax.ts';
import { isName, type PdfDict, type PdfValue, textFrom } from '../file/value.ts';
import { simpleEncoding } from './simple-encodings.ts';
import { standardWidths } from './standard-widths.ts';

const usualWidth = 500; // of a simple letter whose width stands in no table
const usualWideWidth = 1000; // §9.7.4.3: of a letter of a composite font
const usualDown = -1000; // §9.7.4.3: from a letter to the one below it
const mappedMax = 70_000; // letters of one font

/** One letter as it is shown: what it means, and its width in thousandths of an em. */
export interface ShownLetter {
  readonly text: string;
  readonly width: number;
  /** Word spacing counts for it (§9.3.3). */
  readonly isSpace: boolean;
  /** The next letter stands below it, so far from it in thousandths of an em (§9.7.4.3). */
  readonly down?: number;
}

/** Takes the string that is shown apart into letters. */
export type TextFont = (bytes: Uint8Array) => readonly ShownLetter[];

export async function textFontOf(file: PdfFile, font: PdfDict): Promise<TextFont> {
  const meaning = await meaningsOf(file, font);
  const isWide = isName(file.resolve(font.entries.get('Subtype')), 'Type0');
  return isWide ? wideFont(file, font, meaning) : simpleFont(file, font, meaning);
}

type Meanings = ReadonlyMap<number, string>;

function simpleFont(file: PdfFile, font: PdfDict, meaning: Meanings): TextFont {
  const widths = simpleWidths(file, font);
  const encoding = simpleEncoding(file, font);
  return (bytes) =>
    Array.from(bytes, (code) => ({
      text: meaning.get(code) ?? encoding(code),
      width: widths(code),
      isSpace: code === 0x20,
    }));
}

async function wideFont(file: PdfFile, font: PdfDict, meaning: Meanings): Promise<TextFont> {
  const { usual, widths, down } = wideWidths(file, font);
  const map = await codeMapOf(file, font);
  // Some name a CMap where a table is asked for: their codes are letters.
  const isText = file.resolve(font.entries.get('ToUnicode')).kind === 'name';
  return (bytes) =>
    map.split(bytes).map(({ code, text, cid }) => ({
      text: meaning.get(code) ?? text ?? (isText ? String.fromCharCode(code) : ''),
      width: (cid === undefined ? undefined : widths.get(cid)) ?? usual,
      isSpace: false,
      ...(map.isVertical ? { down } : {}),
    }));
}

function simpleWidths(file: PdfFile, font: PdfDict): (code: number) => number {
  const first = numberIn(file, font.entries.get('FirstChar')) ?? 0;
  const widths = file.list(font.entries.get('Widths')).map((one) => numberIn(file, one));
  const base = file.resolve(font.entries.get('BaseFont'));
  const standard = standardWidths(base.kind === 'name' ? base.name : '');
  const descriptor = file.dict(font.entries.get('FontDescriptor'));
  const missing = numberIn(file, descriptor?.entries.get('MissingWidth')) ?? usualWidth;
  // The glyphs of Type 3 have a space of their own (§9.6.5).
  const matrix = file.list(font.entries.get('FontMatrix'));
  const scale = matrix.length === 0 ? 1 : 1000 * (numberIn(file, matrix[0]) ?? 0.001);
  return (code) => (widths[code - first] ?? standard(code) ?? missing) * scale;
}

/** §9.7.4.3: `c [w …]` and `first last w`. The code is the glyph's number where it is Identity. */
function wideWidths(
  file: PdfFile,
  font: PdfDict,
): {
  readonly usual: number;
  readonly widths: ReadonlyMap<number, number>;
  readonly down: number;
} {
  const [descendant] = file.list(font.entries.get('DescendantFonts'));
  const entries = file.dict(descendant)?.entries;
  const usual = numberIn(file, entries?.get('DW')) ?? usualWideWidth;
  const widths = new Map<number, number>();
  const list = file.list(entries?.get('W'));
  for (let at = 0; at + 1 < list.length; ) {
    const first = numberIn(file, list[at]) ?? 0;
    const second = file.resolve(list[at + 1]);
    if (second.kind === 'array') {
      second.items.forEach((item, place) => {
        widths.set(first + place, numberIn(file, item) ?? usual);
      });
      at += 2;
      continue;
    }
    const last = Math.min(numberIn(file, second) ?? first, first + mappedMax);
    for (let code = first; code <= last && widths.size < mappedMax; code += 1) {
      widths.set(code, numberIn(file, list[at + 2]) ?? usual);
    }
    at += 3;
  }
  const down = numberIn(file, file.list(entries?.get('DW2'))[1]) ?? usualDown;
  return { usual, widths, down };
}

/** §9.10.3: the letters behind the codes, from the font's own table. */
async function meaningsOf(file: PdfFile, font: PdfDict): Promise<ReadonlyMap<number, string>> {
  const stream = file.resolve(font.entries.get('ToUnicode'));
  const meanings = new Map<number, string>();
  if (stream.kind !== 'stream') return meanings;
  const bytes = await decodeStream(stream, file.reading, (value) => file.resolve(value));
  file.reading.work.spend(bytes.length);
  const text = latin1(bytes);
  for (const [, body = ''] of text.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    const pairs = valuesIn(body, file);
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      put(meanings, codeOf(pairs[at]), lettersOf(pairs[at + 1]));
    }
  }
  for (const [, body = ''] of text.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    const triples = valuesIn(body, file);
    for (let at = 0; at + 2 < triples.length; at += 3) {
      putRange(meanings, [triples[at], triples[at + 1], triples[at + 2]]);
    }
  }
  return meanings;
}

function putRange(
  meanings: Map<number, string>,
  [from, to, target]: readonly (PdfValue | undefined)[],
): void {
  const first = codeOf(from);
  const last = Math.min(codeOf(to), first + 0xffff);
  const start = lettersOf(target);
  const base = start.slice(0, -1);
  for (let code = first; code <= last; code += 1) {
    const place = code - first;
    const listed = target?.kind === 'array' ? lettersOf(target.items[place]) : undefined;
    const counted = base + String.fromCharCode(start.charCodeAt(base.length) + place);
    put(meanings, code, listed ?? counted);
  }
}

function put(meanings: Map<number, string>, code: number, text: string): void {
  if (meanings.size < mappedMax) meanings.set(code, text);
}

function valuesIn(body: string, { reading }: PdfFile): PdfValue[] {
  const bytes = Uint8Array.from(body, (letter) => letter.charCodeAt(0));
  const reader = new SyntaxReader(bytes, 0, { loose: true, work: reading.work });
  const values: PdfValue[] = [];
  for (reader.skipSpace(); reader.at < bytes.length; reader.skipSpace()) {
    values.push(reader.value());
  }
  return values;
}

function codeOf(value: PdfValue | undefined): number {
  if (value?.kind !== 'string') return -1;
  return value.bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Written in UTF-16BE without its mark. */
function lettersOf(value: PdfValue | undefined): string {
  if (value?.kind !== 'string') return '';
  const bytes = new Uint8Array(value.bytes.length + 2);
  bytes.set([0xfe, 0xff]);
  bytes.set(value.bytes, 2);
  return textFrom({ ...value, bytes });
}

function numberIn(file: PdfFile, value: PdfValue | undefined): number | undefined {
  const found = file.resolve(value);
  return found.kind === 'number' ? found.value : undefined;
}

/**
 * The letters of a page with the place of each, in the order in which they are drawn
 * (ISO 32000-1 §9.4): text operators, the matrices around them, and the forms they stand in.
 */
import { concat } from '#base/bytes';
import type { Matrix } from '../drawing/appearance.ts';
import type { Rect } from '../fields/prepare.ts';
import type { PdfFile } from '../file/file.ts';
import { decodeStream } from '../file/filters.ts';
import { within } from '../file/limits.ts';
import { inherited, type PdfPage } from '../file/pages.ts';
import { isName, type PdfDict, type PdfStream, type PdfValue } from '../file/value.ts';
import { operationsIn } from './content-operators.ts';
import { type ShownLetter, type TextFont, textFontOf } from './text-fonts.ts';

const formDepthMax = 8;
const statesMax = 1_000;
const lettersMax = 500_000; // of one page
const [ascent, descent] = [0.88, 0.12]; // of a letter over and under its line, in em
const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** A letter without white space, and the box around it in points. */
export interface ShownAt {
  readonly text: string;
  readonly box: Rect;
}

/** Refuses with a `pdf.*` code what cannot be read. */
export async function lettersOn(file: PdfFile, page: PdfPage): Promise<readonly ShownAt[]> {
  const letters: ShownAt[] = [];
  const contents = file.resolve(page.dict.entries.get('Contents'));
  const streams = contents.kind === 'array' ? contents.items : [contents];
  const parts: Uint8Array[] = [];
  for (const one of streams) {
    const stream = file.resolve(one);
    if (stream.kind === 'stream') parts.push(await plain(file, stream), Uint8Array.of(0x0a));
  }
  const resources = file.dict(inherited(file, page, 'Resources'));
  const walk = { file, letters, fonts: new Map<PdfDict, TextFont>(), depth: 0 };
  await readLetters(walk, { content: concat(...parts), resources, base: identity });
  return letters;
}

interface LetterWalk {
  readonly file: PdfFile;
  readonly letters: ShownAt[];
  readonly fonts: Map<PdfDict, TextFont>;
  readonly depth: number;
}

interface Scene {
  readonly content: Uint8Array;
  readonly resources: PdfDict | undefined;
  readonly base: Matrix;
}

/** §8.4 and §9.3, as far as they move letters. */
interface TextState {
  matrix: Matrix;
  font: TextFont | undefined;
  size: number;
  spacing: number;
  wordSpacing: number;
  scale: number;
  leading: number;
  rise: number;
}

async function readLetters(walk: LetterWalk, scene: Scene): Promise<void> {
  const { file } = walk;
  const { content } = scene;
  file.reading.work.spend(content.length);
  const pen = new Pen(walk, scene);
  for (const { operator, operands } of operationsIn(content, file.reading.work)) {
    await pen.take(operator, operands);
  }
}

class Pen {
  readonly #walk: LetterWalk;
  readonly #scene: Scene;
  readonly #states: TextState[] = [];
  #state: TextState;
  #line: Matrix = identity;
  #text: Matrix = identity;
  /** As the last letter was: the steps between letters go the same way. */
  #isVertical = false;

  constructor(walk: LetterWalk, scene: Scene) {
    this.#walk = walk;
    this.#scene = scene;
    this.#state = {
      matrix: scene.base,
      font: undefined,
      size: 1,
      spacing: 0,
      wordSpacing: 0,
      scale: 1,
      leading: 0,
      rise: 0,
    };
  }

  async take(operator: string, operands: readonly PdfValue[]): Promise<void> {
    if (operator === 'Tf') await this.#setFont(operands);
    else if (operator === 'Do') await this.#enter(operands.at(-1));
    else if (!this.#set(operator, operands)) this.#draw(operator, operands);
  }

  #set(operator: string, operands: readonly PdfValue[]): boolean {
    const state = this.#state;
    const [value = 0] = numbersIn(operands);
    switch (operator) {
      case 'q':
        if (this.#states.length < statesMax) this.#states.push({ ...state });
        return true;
      case 'Q':
        this.#state = this.#states.pop() ?? state;
        return true;
      case 'cm':
        state.matrix = times(matrixIn(operands), state.matrix);
        return true;
      case 'Tc':
        state.spacing = value;
        return true;
      case 'Tw':
        state.wordSpacing = value;
        return true;
      case 'Tz':
        state.scale = value / 100;
        return true;
      case 'TL':
        state.leading = value;
        return true;
      case 'Ts':
        state.rise = value;
        return true;
      default:
        return false;
    }
  }

  #draw(operator: string, operands: readonly PdfValue[]): void {
    const [x = 0, y = 0] = numbersIn(operands);
    const state = this.#state;
    if (operator === 'BT') this.#start(identity);
    else if (operator === 'Tm') this.#start(matrixIn(operands));
    else if (operator === 'Td') this.#move(x, y);
    else if (operator === 'TD') {
      state.leading = -y;
      this.#move(x, y);
    } else if (operator === 'T*') this.#move(0, -state.leading);
    else if (operator === 'Tj' || operator === 'TJ') this.#show(operands.at(-1));
    else if (operator === "'" || operator === '"') {
      if (operator === '"') [state.wordSpacing, state.spacing] = [x, y];
      this.#move(0, -state.leading);
      this.#show(operands.at(-1));
    }
  }

  #start(matrix: Matrix): void {
    this.#line = matrix;
    this.#text = matrix;
  }

  #move(x: number, y: number): void {
    this.#start(times([1, 0, 0, 1, x, y], this.#line));
  }

  #show(value: PdfValue | undefined): void {
    if (value?.kind === 'array') for (const item of value.items) this.#show(item);
    else if (value?.kind === 'string') {
      for (const letter of this.#state.font?.(value.bytes) ?? []) this.#letter(letter);
    } else if (value?.kind === 'number') {
      const by = (-value.value / 1000) * this.#state.size;
      if (this.#isVertical) this.#sink(by);
      else this.#advance(by * this.#state.scale);
    }
  }

  #letter({ text, width, isSpace, down }: ShownLetter): void {
    const { size, scale, spacing, wordSpacing, rise, matrix } = this.#state;
    const wide = (width / 1000) * size * scale;
    const place = times(this.#text, matrix);
    const shown = text.replace(/\s+/gu, '');
    if (shown !== '') {
      const tall = (ascent + descent) * size;
      // A letter of a column hangs from the middle of its upper side (§9.7.4.3, figure 55).
      const own: Rect =
        down === undefined
          ? [0, rise - descent * size, wide, rise + ascent * size]
          : [-wide / 2, rise - tall, wide / 2, rise];
      this.#walk.letters.push({ text: shown, box: boxOf(place, own) });
      within(this.#walk.letters.length, lettersMax, 'lettersMax');
    }
    const more = spacing + (isSpace ? wordSpacing : 0);
    this.#isVertical = down !== undefined;
    if (down === undefined) this.#advance(wide + more * scale);
    else this.#sink((down / 1000) * size + more);
  }

  #advance(by: number): void {
    this.#text = times([1, 0, 0, 1, by, 0], this.#text);
  }

  #sink(by: number): void {
    this.#text = times([1, 0, 0, 1, 0, by], this.#text);
  }

  async #setFont(operands: readonly PdfValue[]): Promise<void> {
    const [name] = operands;
    const { file, fonts } = this.#walk;
    this.#state.size = numbersIn(operands.slice(-1))[0] ?? 1;
    const held = this.#resource('Font', name);
    const dict = file.dict(held);
    if (dict === undefined) {
      this.#state.font = undefined;
      return;
    }
    const known = fonts.get(dict) ?? (await textFontOf(file, dict));
    fonts.set(dict, known);
    this.#state.font = known;
  }

  /** §8.10: a form is drawn under its own matrix, with its own resources if it has some. */
  async #enter(name: PdfValue | undefined): Promise<void> {
    const { file, depth } = this.#walk;
    const form = file.resolve(this.#resource('XObject', name));
    if (form.kind !== 'stream' || depth >= formDepthMax) return;
    if (!isName(file.resolve(form.dict.entries.get('Subtype')), 'Form')) return;
    const own = matrixIn(file.list(form.dict.entries.get('Matrix')));
    await readLetters(
      { ...this.#walk, depth: depth + 1 },
      {
        content: await plain(file, form),
        resources: file.dict(form.dict.entries.get('Resources')) ?? this.#scene.resources,
        base: times(own, this.#state.matrix),
      },
    );
  }

  #resource(kind: string, name: PdfValue | undefined): PdfValue | undefined {
    if (name?.kind !== 'name') return undefined;
    const group = this.#walk.file.dict(this.#scene.resources?.entries.get(kind));
    return group?.entries.get(name.name);
  }
}

function plain(file: PdfFile, stream: PdfStream): Promise<Uint8Array> {
  return decodeStream(stream, file.reading, (value) => file.resolve(value));
}

function numbersIn(operands: readonly PdfValue[]): number[] {
  return operands.flatMap((one) => (one.kind === 'number' ? [one.value] : []));
}

function matrixIn(operands: readonly PdfValue[]): Matrix {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = numbersIn(operands);
  return [a, b, c, d, e, f];
}

/** First `one`, then `other` (§8.3.4). */
function times(one: Matrix, other: Matrix): Matrix {
  const [a, b, c, d, e, f] = one;
  const [g, h, i, j, k, l] = other;
  return [
    a * g + b * i,
    a * h + b * j,
    c * g + d * i,
    c * h + d * j,
    e * g + f * i + k,
    e * h + f * j + l,
  ];
}

function boxOf(matrix: Matrix, [left, bottom, right, top]: Rect): Rect {
  const [a, b, c, d, e, f] = matrix;
  const corners = [
    [left, bottom],
    [right, bottom],
    [left, top],
    [right, top],
  ].map(([x = 0, y = 0]) => [a * x + c * y + e, b * x + d * y + f] as const);
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

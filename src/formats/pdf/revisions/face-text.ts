/**
 * Does an appearance say what its field says (ISO 32000-1 §12.7.3.3)? A face that shows another
 * amount than the value is how a filled-in form lies.
 *
 * The text is read where its fonts have a letter a byte, by the names of their glyphs; what is
 * drawn in composite fonts cannot be read here and passes, for it came with a value into an empty
 * field. Pictures pass nowhere in a text, and without a new value there is no new face.
 */
import { latin1 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import type { PdfFile } from '../file/file.ts';
import { decodeStream } from '../file/filters.ts';
import type { Work } from '../file/limits.ts';
import {
  isName,
  type PdfDict,
  type PdfStream,
  type PdfValue,
  sameValue,
  textFrom,
} from '../file/value.ts';
import { operationsIn } from '../text/content-operators.ts';
import { simpleEncoding } from '../text/simple-encodings.ts';
import type { ChangedFace, RevisionJudge } from './revision-judge.ts';

export async function judgeFaceTexts(judge: RevisionJudge, engine: Engine): Promise<void> {
  for (const changed of judge.faces) {
    if (changed.type === 'Sig' && changed.valueChanged) continue;
    const objection = await objectionTo(judge, changed, engine);
    if (objection !== undefined) judge.object(changed.object, objection, 'appearance_differs');
  }
}

interface Drawn {
  readonly text: string;
  /** Text in fonts whose letters are not known by their bytes. */
  readonly isOpaque: boolean;
  readonly hasPictures: boolean;
  /** Filled or stroked shapes: a white one hides what lies below. */
  readonly hasShapes: boolean;
  /** Text that nobody sees, or that is painted over when it stands. */
  readonly isHidden: boolean;
}

const nothingDrawn: Drawn = {
  text: '',
  isOpaque: false,
  hasPictures: false,
  hasShapes: false,
  isHidden: false,
};

async function objectionTo(
  judge: RevisionJudge,
  changed: ChangedFace,
  engine: Engine,
): Promise<string | undefined> {
  const { after, before, policy } = judge;
  const drawn = changed.face && (await drawnBy(after, changed.face, engine));
  if (changed.before === undefined) return unsignedObjection(drawn ?? nothingDrawn);
  const said = changed.before.face && (await drawnBy(before, changed.before.face, engine));
  const held = valuesOf(before, changed.before.value).map(plain);
  if (changed.valueChanged && !policy.isCertified) {
    const wasEmpty = held.every((text) => text === '');
    if (!wasEmpty) return 'a value that was signed was changed';
  }
  const isSame = sameFace(changed.before.face, changed.face);
  if (changed.face !== undefined && !changed.valueChanged) {
    return isSame ? undefined : 'the appearance changed, the value did not';
  }
  // What a face shows beside its value is what was signed; it was read, and must not vanish.
  if (
    said !== undefined &&
    !(said.isOpaque ? drawn !== undefined : held.includes(plain(said.text)))
  ) {
    return 'the appearance that was signed said something else than the value';
  }
  // A face that stayed shows what was signed; some writers fill in values and leave it so.
  return drawn === undefined || isSame ? undefined : textObjection(after, changed, drawn);
}

function sameFace(a: PdfStream | undefined, b: PdfStream | undefined): boolean {
  return a !== undefined && b !== undefined && sameValue(a, b);
}

function unsignedObjection(drawn: Drawn): string | undefined {
  const { text, isOpaque, hasPictures, hasShapes } = drawn;
  const isBlank = text.trim() === '' && !isOpaque && !hasPictures && !hasShapes;
  return isBlank ? undefined : 'a signature field without a signature shows something';
}

function textObjection(file: PdfFile, face: ChangedFace, drawn: Drawn): string | undefined {
  if (drawn.hasPictures) return 'the appearance of a text shows a picture';
  if (drawn.isHidden) return 'the appearance hides its own text';
  if (drawn.isOpaque) return undefined;
  const shown = plain(drawn.text);
  const wanted = valuesOf(file, face.value).map(plain);
  if (wanted.includes(shown)) return undefined;
  // One of several choices is shown by the name the form gives it.
  if (face.type === 'Ch' && face.valueChanged) return undefined;
  return `the appearance shows "${shown.slice(0, 40)}", the value is another`;
}

/** Letters beyond ASCII have other bytes in other encodings: only their number is compared. */
function plain(text: string): string {
  return text.replace(/\s+/g, '').replace(/[^!-~]/g, '?');
}

function valuesOf(file: PdfFile, value: PdfValue | undefined): string[] {
  const found = file.resolve(value);
  if (found.kind === 'null') return [''];
  if (found.kind === 'string') return [textFrom(found)];
  if (found.kind === 'name') return [found.name];
  if (found.kind === 'stream') return [latin1(found.raw)];
  return found.kind === 'array' ? found.items.flatMap((item) => valuesOf(file, item)) : [];
}

async function drawnBy(file: PdfFile, face: PdfStream, engine: Engine): Promise<Drawn> {
  try {
    const parts = { engine, work: file.reading.work };
    const content = await decodeStream(face, parts, (value) => file.resolve(value));
    file.reading.work.spend(content.length);
    return readContent(content, fontsOf(file, face), file.reading.work);
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code === 'pdf.limit') throw thrown;
    return { ...nothingDrawn, isOpaque: true };
  }
}

type Fonts = (name: string) => { readonly file: PdfFile; readonly font: PdfDict } | undefined;

function fontsOf(file: PdfFile, face: PdfStream): Fonts {
  const form = file.dict(file.catalog().entries.get('AcroForm'));
  const holders = [face.dict.entries.get('Resources'), form?.entries.get('DR')];
  const fonts = holders.map((holder) => file.dict(file.dict(holder)?.entries.get('Font')));
  return (name) => {
    for (const dict of fonts) {
      const font = file.dict(dict?.entries.get(name));
      if (font !== undefined) return { file, font };
    }
    return undefined;
  };
}

const textOperators = new Set(['Tj', 'TJ', "'", '"']);
const pictureOperators = new Set(['Do', 'BI', 'sh']);
/** ISO 32000-1 §8.5.3. */
const shapeOperators = new Set('f F f* B B* b b* S s'.split(' '));
const fillOperators = new Set('f F f* B B* b b*'.split(' '));
/** §9.3.6: neither filled nor stroked. */
const unseenModes = new Set([3, 7]);

function readContent(content: Uint8Array, fonts: Fonts, work: Work): Drawn {
  let [text, isOpaque, hasPictures, hasShapes] = ['', false, false, false];
  let letters = plainLetters;
  let isUnseen = false;
  let isHidden = false;
  for (const { operator, operands } of operationsIn(content, work)) {
    const last = operands.at(-1);
    if (operator === 'Tf') letters = lettersIn(operands.at(-2), fonts);
    if (operator === 'Tr') isUnseen = last?.kind === 'number' && unseenModes.has(last.value);
    if (pictureOperators.has(operator)) hasPictures = true;
    if (shapeOperators.has(operator)) hasShapes = true;
    if (fillOperators.has(operator) && text.trim() !== '') isHidden = true;
    if (textOperators.has(operator)) {
      const codes = stringsIn(last);
      const said = Array.from(codes, (one) => letters.meaning(one.charCodeAt(0))).join('');
      isOpaque ||= letters.are === 'opaque' && said !== '';
      hasPictures ||= letters.are === 'pictures' && said !== '';
      isHidden ||= isUnseen && said.trim() !== '';
      text += said;
    }
  }
  return { text, isOpaque, hasPictures, hasShapes, isHidden };
}

/** What the bytes of a string mean, and whether they can be known. */
interface Letters {
  readonly are: 'plain' | 'opaque' | 'pictures';
  readonly meaning: (code: number) => string;
}

/** Viewers show text whose font is missing in one of their own, a letter a byte. */
const plainLetters: Letters = { are: 'plain', meaning: (code) => String.fromCharCode(code) };

function lettersIn(name: PdfValue | undefined, fonts: Fonts): Letters {
  const found = name?.kind === 'name' ? fonts(name.name) : undefined;
  if (found === undefined) return plainLetters;
  const { file, font } = found;
  const subtype = font.entries.get('Subtype');
  if (isName(subtype, 'Type0')) return { ...plainLetters, are: 'opaque' };
  // §9.6.5: each letter is a drawing of the filler's own.
  if (isName(subtype, 'Type3')) return { ...plainLetters, are: 'pictures' };
  // A code whose glyph has another name shows that one.
  return { are: 'plain', meaning: simpleEncoding(file, font) };
}

function stringsIn(value: PdfValue | undefined): string {
  if (value?.kind === 'string') return latin1(value.bytes);
  return value?.kind === 'array' ? value.items.map(stringsIn).join('') : '';
}

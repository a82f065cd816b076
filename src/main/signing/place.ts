/**
 * What `fubie sign` is told of where a signature stands and what is seen there: a field, a place,
 * words of the text, the edges of all pages; the signer's name, or a seal that is drawn from data.
 */
import { nodeEngine } from '#adapters/engine';
import { toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import {
  type Appearance,
  drawSeal,
  fittedFace,
  type OutlineSource,
  openToSign,
  type Point,
  parseSealFigure,
  type Rect,
  type SealKind,
  sealKinds,
  sealOfKind,
  seenPlace,
  signerLines,
} from '#formats/pdf';
import type { SignaturePlace } from '#trust/signing';
import { bytesOf, optionOf, textOf } from '../options.ts';

/** Words of a command line that stand before another word, for this file's part of it. */
export const placeOptions =
  '--field --at --keyword --occurrence --offset --pages --seal --seal-kind --seal-code'.split(' ');

/** Points; a line with a name over words of the text, where no seal says its own size. */
const nameSize = { width: 120, height: 36 };
const ways = ['--at', '--keyword', '--straddle'] as const;

/** What is drawn in a place of this size, in points. */
export type Face = (size: { width: number; height: number }) => Appearance;

/** A page, counted from 1, and the place on it. */
export interface PlaceOnPage {
  readonly page: number;
  readonly rect: Rect;
}

/** The seal that is asked for, in its own size: a figure in a file, or a name and a kind. */
export async function givenSeal(args: readonly string[]): Promise<Appearance | undefined> {
  const given = optionOf(args, '--seal');
  if (given === undefined) {
    if (args.includes('--straddle')) throw new Fault('main.usage', { needs: '--seal FILE|TEXT' });
    return undefined;
  }
  const code = optionOf(args, '--seal-code');
  const figure = given.endsWith('.json')
    ? parseSealFigure(jsonIn(textOf(await bytesOf(given))))
    : sealOfKind(kindFrom(args), { name: given, ...(code === undefined ? {} : { code }) });
  return drawSeal(figure, await houseOutlines());
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault('pdf.seal_malformed', { why: 'JSON' }, { cause });
  }
}

function kindFrom(args: readonly string[]): SealKind {
  const wanted = optionOf(args, '--seal-kind') ?? 'official';
  for (const kind of ['official', 'contract', 'finance', 'invoice', 'representative'] as const) {
    if (kind === wanted) return kind;
  }
  throw new Fault('main.usage', { needs: `--seal-kind ${Object.keys(sealKinds).join('|')}` });
}

/**
 * A new place goes under `--field`'s name if one is given; alone, `--field` is an empty field of
 * the document.
 */
export async function placeFrom(
  args: readonly string[],
  document: Uint8Array,
  seal: Appearance | undefined,
): Promise<SignaturePlace> {
  const given = optionOf(args, '--field');
  const [way, ...more] = ways.filter((one) => args.includes(one));
  if (more.length > 0) throw new Fault('main.usage', { needs: ways.join(' | ') });
  if (way === undefined) {
    if (given === undefined || given === '') throw new Fault('main.usage', { needs: '--field' });
    return { is: 'field', field: given };
  }
  const field = given ?? (await newName(document));
  if (way === '--at') {
    const place = placeOf(optionOf(args, '--at') ?? '', atWords, seal);
    const [seen] = await placesOn(document, [{ is: 'new', field, ...place } as const]);
    if (seen !== undefined) return seen;
  }
  if (way === '--keyword') return overWords(args, field, seal ?? nameSize);
  if (seal === undefined) throw new Fault('main.usage', { needs: '--seal FILE|TEXT' });
  const pages = pagesFrom(args);
  return { is: 'straddle', field, seal, ...(pages === undefined ? {} : { pages }) };
}

/**
 * Places as a person measures them, in points from the lower left corner of what is seen, where
 * the document has them: its pages may be turned, cut, or in another unit.
 */
export async function placesOn<Place extends PlaceOnPage & { readonly field: string }>(
  document: Uint8Array,
  places: readonly Place[],
): Promise<readonly Place[]> {
  const file = await openToSign(document, nodeEngine);
  return places.map((place) => ({ ...place, rect: seenPlace(file, place) }));
}

const atWords = '--at PAGE,X,Y,WIDTH,HEIGHT | --at PAGE,X,Y --seal FILE|TEXT';

/** `PAGE,X,Y,WIDTH,HEIGHT`; of a seal PAGE,X,Y, for it has a size. */
export function placeOf(
  text: string,
  needs: string,
  size?: { readonly width: number; readonly height: number },
): PlaceOnPage {
  const match = /^(\d{1,5})((?:,-?\d{1,5}(?:\.\d{1,3})?){2,4})$/.exec(text);
  const numbers = (match?.[2] ?? '').split(',').slice(1).map(Number);
  const [left, bottom, width = size?.width, height = size?.height] = numbers;
  if (left === undefined || bottom === undefined || numbers.length === 3) {
    throw new Fault('main.usage', { needs, given: text });
  }
  if (width === undefined || height === undefined) {
    throw new Fault('main.usage', { needs, given: text });
  }
  return { page: Number(match?.[1]), rect: [left, bottom, left + width, bottom + height] };
}

function overWords(
  args: readonly string[],
  field: string,
  { width, height }: { readonly width: number; readonly height: number },
): SignaturePlace {
  const occurrence = Number(optionOf(args, '--occurrence') ?? '1');
  if (!Number.isSafeInteger(occurrence) || occurrence === 0) {
    throw new Fault('main.usage', { needs: '--occurrence N' });
  }
  const text = optionOf(args, '--keyword') ?? '';
  const offset = pointFrom(optionOf(args, '--offset') ?? '0,0');
  return { is: 'text', field, find: { text, occurrence }, width, height, offset };
}

function pointFrom(text: string): Point {
  const [, x, y] = /^(-?\d{1,5}(?:\.\d{1,3})?),(-?\d{1,5}(?:\.\d{1,3})?)$/.exec(text) ?? [];
  if (x === undefined) throw new Fault('main.usage', { needs: '--offset X,Y' });
  return [Number(x), Number(y)];
}

function pagesFrom(args: readonly string[]): { from: number; to: number } | undefined {
  const text = optionOf(args, '--pages');
  if (text === undefined) return undefined;
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  if (from === undefined) throw new Fault('main.usage', { needs: '--pages FROM-TO' });
  return { from: Number(from), to: Number(to) };
}

async function newName(document: Uint8Array): Promise<string> {
  const digest = await nodeEngine.digest('sha256', (await openToSign(document, nodeEngine)).bytes);
  return `Signature-${toHex(digest).slice(0, 12)}`;
}

/** Loaded for who draws letters: fonts and what reads them are half of this program. */
async function houseOutlines(): Promise<OutlineSource> {
  const { loadFonts, outlinesOf } = await import('#adapters/typesetting');
  return outlinesOf(loadFonts());
}

/** The seal as large as the place lets it be, or the signer's name in the house's font. */
export async function faceOf(name: string, seal: Appearance | undefined): Promise<Face> {
  if (seal !== undefined) return (size) => fittedFace(seal, size);
  const outlines = await houseOutlines();
  return (size) => signerLines({ ...size, lines: [name], outlines });
}

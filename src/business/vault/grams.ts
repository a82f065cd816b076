/**
 * Which pieces of a value are filed, so that it is found by the whole, by a part, or by its end.
 *
 * Chinese names have no words to split: their characters and neighbouring pairs are the pieces.
 */
import type { IndexKind } from './ports.ts';

const tailCharacters = 4;
const gramsMax = 64;

/** One spelling for one value: composed, without outer spaces, letters large (身份证 ends in X). */
export function normalised(value: string): string {
  return value.normalize('NFC').trim().toUpperCase();
}

/** What is filed under a kind; each piece once. */
export function piecesOf(kind: IndexKind, value: string): readonly string[] {
  const text = normalised(value);
  if (text === '') return [];
  if (kind === 'exact') return [text];
  const characters = [...text];
  if (kind === 'tail') return characters.length < tailCharacters ? [] : [tailOf(characters)];
  return [...new Set([...characters, ...pairsOf(characters)])].slice(0, gramsMax);
}

/** Which pieces a part of a value is looked up by: the longest there are. */
export function piecesAsked(kind: IndexKind, part: string): readonly string[] {
  const characters = [...normalised(part)];
  if (kind !== 'grams') return piecesOf(kind, part);
  return characters.length < 2 ? characters : [...new Set(pairsOf(characters))].slice(0, gramsMax);
}

/** Does the value contain the part in the way the kind of index means? */
export function isLike(kind: IndexKind, value: string, part: string): boolean {
  const [text, asked] = [normalised(value), normalised(part)];
  if (kind === 'exact') return text === asked;
  return kind === 'tail' ? text.endsWith(asked) : text.includes(asked);
}

function pairsOf(characters: readonly string[]): string[] {
  return characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}

function tailOf(characters: readonly string[]): string {
  return characters.slice(-tailCharacters).join('');
}

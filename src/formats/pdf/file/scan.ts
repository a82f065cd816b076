/**
 * Looks through bytes for objects and trailers without asking any cross-reference, as a viewer does
 * whose cross-references lead nowhere: `12 0 obj` wherever it stands.
 */
import { fromLatin1 } from '#base/bytes';
import { objectNumberMax, type Work, within, xrefEntriesMax } from './limits.ts';

/** An object that the bytes define, whoever refers to it. */
export interface Definition {
  readonly number: number;
  readonly generation: number;
  readonly offset: number;
}

const objectWord = fromLatin1('obj');
const trailerWord = fromLatin1('trailer');
const digitsMax = 10;

/** Where `word` next stands. Without a view for each try: hostile files are all first letters. */
export function findWord(bytes: Uint8Array, word: Uint8Array, from: number): number {
  const [first = 0, second = 0, third = 0] = word;
  const last = bytes.length - word.length;
  for (let at = bytes.indexOf(first, from); at >= 0 && at <= last; at += 1) {
    if (bytes[at] !== first) {
      at = bytes.indexOf(first, at);
      if (at < 0 || at > last) return -1;
    }
    if (bytes[at + 1] !== second || bytes[at + 2] !== third) continue;
    let place = 3;
    while (place < word.length && bytes[at + place] === word[place]) place += 1;
    if (place === word.length) return at;
  }
  return -1;
}

/** Where `word` stands last, at or behind `from`; -1 where it does not. */
export function findLastWord(bytes: Uint8Array, word: Uint8Array, from: number): number {
  for (let at = bytes.length - word.length; at >= from; at -= 1) {
    let place = 0;
    while (place < word.length && bytes[at + place] === word[place]) place += 1;
    if (place === word.length) return at;
  }
  return -1;
}

/** All definitions from `from` on, in the order of the file. */
export function scanDefinitions(bytes: Uint8Array, work: Work, from = 0): Definition[] {
  work.scanned(bytes.length - from);
  const found: Definition[] = [];
  for (
    let at = findWord(bytes, objectWord, from);
    at >= 0;
    at = findWord(bytes, objectWord, at + 3)
  ) {
    const definition = definitionBefore(bytes, at, from);
    if (definition !== undefined) found.push(definition);
    within(found.length, xrefEntriesMax, 'xrefEntriesMax');
  }
  return found;
}

/** The offsets behind each word `trailer`. */
export function scanTrailers(bytes: Uint8Array, work: Work, from = 0): number[] {
  work.scanned(bytes.length - from);
  const found: number[] = [];
  let at = findWord(bytes, trailerWord, from);
  while (at >= 0) {
    found.push(at + trailerWord.length);
    within(found.length, trailersMax, 'trailersMax');
    at = findWord(bytes, trailerWord, at + trailerWord.length);
  }
  return found;
}

const trailersMax = 4096;

function definitionBefore(bytes: Uint8Array, at: number, from: number): Definition | undefined {
  const generation = numberBefore(bytes, skipBack(bytes, at, from), from);
  if (generation === undefined || generation.value > 65_535) return undefined;
  const gap = skipBack(bytes, generation.start, from);
  const number = gap === generation.start ? undefined : numberBefore(bytes, gap, from);
  if (number === undefined || number.value > objectNumberMax) return undefined;
  return { number: number.value, generation: generation.value, offset: number.start };
}

function skipBack(bytes: Uint8Array, at: number, from: number): number {
  let place = at;
  while (place > from && place > at - gapMax && isSpace(bytes[place - 1])) place -= 1;
  return place;
}

const gapMax = 64; // bytes of white space between two words of one definition

function numberBefore(
  bytes: Uint8Array,
  end: number,
  from: number,
): { readonly value: number; readonly start: number } | undefined {
  let start = end;
  let value = 0;
  for (let weight = 1; start > from && end - start < digitsMax; weight *= 10) {
    const digit = (bytes[start - 1] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    value += digit * weight;
    start -= 1;
  }
  return start === end ? undefined : { value, start };
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c;
}

/**
 * Walks over the characters of an XML text: what is next, take it, or refuse with its place.
 */
import { Fault } from '#base/fault';
import { xmlNameCharactersMax } from './limits.ts';

/** XML 1.0 §2.3, without the colon, which namespaces reserve. */
const nameStart =
  'A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d' +
  '\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}';
const nameRest = `${nameStart}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040`;
const part = `[${nameStart}][${nameRest}]*`;
const nameHere = new RegExp(`${part}(?::${part})?`, 'uy');
const spaceHere = /[ \t\n]*/y;
const reference = /&([^;&]{0,16})(;?)/g;

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** A place in an XML text that only moves forward. */
export class XmlScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  peek(characters: number): string {
    return this.#text.slice(this.#at, this.#at + characters);
  }

  sees(word: string): boolean {
    return this.#text.startsWith(word, this.#at);
  }

  /** Steps over a word if it is next. */
  skips(word: string): boolean {
    if (!this.sees(word)) return false;
    this.#at += word.length;
    return true;
  }

  take(word: string): void {
    if (!this.skips(word)) this.refuse(`${word} expected`);
  }

  /** Steps over white space; was there any? */
  space(): boolean {
    return this.#match(spaceHere).length > 0;
  }

  /** A qualified name: `local` or `prefix:local`. */
  name(): string {
    const name = this.#match(nameHere);
    if (name === '') this.refuse('name expected');
    if (name.length > xmlNameCharactersMax) this.#limit('length of a name');
    return name;
  }

  /** What stands before the next `end`, or all that is left; stops at `end`. */
  until(end: string): string {
    const found = this.#text.indexOf(end, this.#at);
    const from = this.#at;
    this.#at = found === -1 ? this.#text.length : found;
    return this.#text.slice(from, this.#at);
  }

  /** What stands before the next `end`, which must come and is stepped over. */
  through(end: string): string {
    const text = this.until(end);
    this.take(end);
    return text;
  }

  /** A text with its references replaced (§4.1): characters by number and the five names. */
  resolved(raw: string): string {
    if (!raw.includes('&')) return raw;
    return raw.replaceAll(reference, (_, name: string, end: string) => {
      const character = end === ';' ? (entities.get(name) ?? numbered(name)) : undefined;
      return character ?? this.refuse('reference');
    });
  }

  refuse(why: string): never {
    throw new Fault('xml.malformed', { at: this.#at, why });
  }

  #limit(why: string): never {
    throw new Fault('xml.limit', { at: this.#at, why });
  }

  #match(here: RegExp): string {
    here.lastIndex = this.#at;
    const found = here.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}

/** §4.1: `#38` or `#x26`, a character that XML allows. */
function numbered(name: string): string | undefined {
  const digits = /^#(?:x([0-9A-Fa-f]+)|([0-9]+))$/.exec(name);
  if (digits === null) return undefined;
  const code = Number.parseInt(digits[1] ?? digits[2] ?? '', digits[1] === undefined ? 10 : 16);
  const isAllowed =
    code === 0x9 ||
    code === 0xa ||
    code === 0xd ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff);
  return isAllowed ? String.fromCodePoint(code) : undefined;
}

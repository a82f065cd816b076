/**
 * The part of Structured Fields (RFC 8941) that message signatures are written in: dictionaries of
 * inner lists of strings, and of byte sequences.
 *
 * Stricter than the RFC in one thing: a name that stands twice is refused instead of the last one
 * winning, so that two readers never see two values.
 */
import { fromBase64, toBase64 } from '#base/bytes';
import { Fault } from '#base/fault';

/** A bare item: an integer, a string, a token or a truth. */
export type BareItem = number | string | boolean | { readonly token: string };

/** A list of strings in brackets with parameters after it, in their order. */
export interface InnerList {
  readonly items: readonly string[];
  readonly parameters: ReadonlyMap<string, BareItem>;
}

const fieldCharactersMax = 8_192;
const itemsMax = 32;
const keyPattern = /[a-z*][a-z0-9_.*-]*/y;
const integerPattern = /-?\d{1,15}(?![\d.])/y;
const stringPattern = /"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"/y;
const tokenPattern = /[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*/y;
const bytesPattern = /:([A-Za-z0-9+/]*={0,2}):/y;

/** A dictionary whose members are inner lists, such as Signature-Input. */
export function parseInnerLists(text: string): ReadonlyMap<string, InnerList> {
  return parseDictionary(text, (reader) => reader.innerList());
}

/** A dictionary whose members are byte sequences, such as Signature and Content-Digest. */
export function parseByteSequences(text: string): ReadonlyMap<string, Uint8Array> {
  return parseDictionary(text, (reader) => reader.bytes());
}

/** RFC 8941 §4.1.1.1, the one spelling that goes into a signature base. */
export function printInnerList(list: InnerList): string {
  const items = list.items.map(printString).join(' ');
  const parameters = [...list.parameters].map(([key, value]) => `;${key}${printValue(value)}`);
  return `(${items})${parameters.join('')}`;
}

export function printBytes(bytes: Uint8Array): string {
  return `:${toBase64(bytes)}:`;
}

function parseDictionary<T>(
  text: string,
  member: (reader: FieldReader) => T,
): ReadonlyMap<string, T> {
  const reader = new FieldReader(text);
  const found = new Map<string, T>();
  do {
    const key = reader.key();
    if (found.has(key) || found.size >= itemsMax) throw malformed('member');
    reader.expect('=');
    found.set(key, member(reader));
  } while (reader.comma());
  return found;
}

/** Walks over one field value; whatever it does not expect is httpsig.malformed. */
class FieldReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    if (text.length > fieldCharactersMax) throw malformed('length');
    this.#text = text.replace(/^ +| +$/g, '');
  }

  key(): string {
    return this.#match(keyPattern) ?? fail('key');
  }

  expect(letter: string): void {
    if (!this.#take(letter)) throw malformed('letter');
  }

  /** Is there another member? At the end of the text there is none. */
  comma(): boolean {
    this.#match(/[ \t]*/y);
    if (this.#at === this.#text.length) return false;
    this.expect(',');
    this.#match(/[ \t]*/y);
    return true;
  }

  innerList(): InnerList {
    this.expect('(');
    const items: string[] = [];
    for (;;) {
      const gap = this.#match(/ */y) ?? '';
      if (this.#take(')')) break;
      if ((items.length > 0 && gap === '') || items.length >= itemsMax) throw malformed('list');
      items.push(this.#string());
      // Parameters of an item change what it means; nothing here knows any.
      if (this.#text[this.#at] === ';') throw new Fault('httpsig.component_unsupported');
    }
    return { items, parameters: this.#parameters() };
  }

  bytes(): Uint8Array {
    const match = this.#match(bytesPattern) ?? fail('bytes');
    return fromBase64(match.slice(1, -1));
  }

  #parameters(): ReadonlyMap<string, BareItem> {
    const found = new Map<string, BareItem>();
    while (this.#take(';')) {
      this.#match(/ */y);
      const key = this.key();
      if (found.has(key) || found.size >= itemsMax) throw malformed('parameter');
      found.set(key, this.#take('=') ? this.#bareItem() : true);
    }
    return found;
  }

  #bareItem(): BareItem {
    const first = this.#text[this.#at] ?? '';
    if (first === '"') return this.#string();
    if (first === '?') return this.#truth();
    if (/[\d-]/.test(first)) return Number(this.#match(integerPattern) ?? fail('integer'));
    return { token: this.#match(tokenPattern) ?? fail('item') };
  }

  #string(): string {
    const quoted = this.#match(stringPattern) ?? fail('string');
    return quoted.slice(1, -1).replace(/\\(["\\])/g, '$1');
  }

  #truth(): boolean {
    const text = this.#match(/\?[01]/y) ?? fail('truth');
    return text === '?1';
  }

  #take(letter: string): boolean {
    if (this.#text[this.#at] !== letter) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}

function printValue(value: BareItem): string {
  if (value === true) return '';
  if (value === false) return '=?0';
  if (typeof value === 'number') return `=${value}`;
  return typeof value === 'string' ? `=${printString(value)}` : `=${value.token}`;
}

function printString(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text)) throw malformed('string');
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function malformed(why: string): Fault {
  return new Fault('httpsig.malformed', { why });
}

function fail(why: string): never {
  throw malformed(why);
}

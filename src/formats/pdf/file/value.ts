/**
 * The eight kinds of PDF object (ISO 32000-1 §7.3) and the questions one asks of them.
 *
 * Numbers keep their spelling and strings their place in the file, so that what is printed again
 * is what was read and a signature's /Contents can be found to the byte.
 */
import { equal, toHex } from '#base/bytes';
import { Fault } from '#base/fault';

export interface PdfName {
  readonly kind: 'name';
  readonly name: string;
}

export interface PdfString {
  readonly kind: 'string';
  readonly bytes: Uint8Array;
  readonly hex: boolean;
  /** Where the string stands, delimiters included, in the bytes it was parsed from. */
  readonly from: number;
  readonly to: number;
}

export interface PdfNumber {
  readonly kind: 'number';
  readonly value: number;
  readonly text: string;
}

export interface PdfRef {
  readonly kind: 'ref';
  readonly number: number;
  readonly generation: number;
}

export interface PdfArray {
  readonly kind: 'array';
  readonly items: readonly PdfValue[];
}

export interface PdfDict {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<string, PdfValue>;
  /** Keys that stand more than once, of which readers take different ones; absent if none. */
  readonly twice?: readonly string[];
}

export interface PdfStream {
  readonly kind: 'stream';
  readonly dict: PdfDict;
  /** As stored: still filtered, and still encrypted in an encrypted file. */
  readonly raw: Uint8Array;
  /** The stored bytes without the file's encryption; absent where there is none. */
  readonly deciphered?: () => Uint8Array;
}

export type PdfValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | PdfNumber
  | PdfName
  | PdfString
  | PdfRef
  | PdfArray
  | PdfDict
  | PdfStream;

export const pdfNull: PdfValue = { kind: 'null' };

export function nameOf(text: string): PdfName {
  return { kind: 'name', name: text };
}

export function refTo(number: number, generation = 0): PdfRef {
  return { kind: 'ref', number, generation };
}

export function arrayOf(items: readonly PdfValue[]): PdfArray {
  return { kind: 'array', items };
}

export function dictOf(entries: Readonly<Record<string, PdfValue>>): PdfDict {
  return { kind: 'dict', entries: new Map(Object.entries(entries)) };
}

/** The same dictionary with some members set; the order of old members is kept. */
export function withEntries(dict: PdfDict, changed: Readonly<Record<string, PdfValue>>): PdfDict {
  return { kind: 'dict', entries: new Map([...dict.entries, ...Object.entries(changed)]) };
}

/** A number as we print it: at most four places, no exponent (ISO 32000-1 §7.3.3 has none). */
export function numberOf(value: number): PdfNumber {
  if (!Number.isFinite(value)) throw new Fault('pdf.syntax', { at: 'number' });
  const text = Number.isInteger(value) ? value.toFixed(0) : value.toFixed(4).replace(/\.?0+$/, '');
  return { kind: 'number', value: Number(text), text: text === '-0' ? '0' : text };
}

/** A text string (ISO 32000-1 §7.9.2.2): plain when it is ASCII, else UTF-16BE with its mark. */
export function textOf(text: string): PdfString {
  const plain = /^[ -~]*$/.test(text);
  const bytes = new Uint8Array(plain ? text.length : 2 + 2 * text.length);
  const units = plain ? text : `\ufeff${text}`;
  for (let at = 0; at < units.length; at += 1) {
    const code = units.charCodeAt(at);
    if (plain) {
      bytes[at] = code;
    } else {
      bytes[2 * at] = code >> 8;
      bytes[2 * at + 1] = code;
    }
  }
  return { kind: 'string', bytes, hex: !plain, from: 0, to: 0 };
}

/** The text of a text string; PDFDocEncoding is read as ISO 8859-1, which agrees for our own. */
export function textFrom(value: PdfString): string {
  const { bytes } = value;
  let text = '';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    for (let at = 2; at + 1 < bytes.length; at += 2) {
      text += String.fromCharCode(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    }
    return text;
  }
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

export function isName(value: PdfValue | undefined, name: string): boolean {
  return value?.kind === 'name' && value.name === name;
}

/** A whole number, or undefined for anything else. */
export function integer(value: PdfValue | undefined): number | undefined {
  return value?.kind === 'number' && Number.isSafeInteger(value.value) ? value.value : undefined;
}

/** Two values mean the same: order of members and spelling of numbers and strings aside. */
export function sameValue(a: PdfValue, b: PdfValue): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'stream' && b.kind === 'stream' && !equal(a.raw, b.raw)) return false;
  return fingerprint(a) === fingerprint(b);
}

function fingerprint(value: PdfValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(value.value);
    case 'number':
      return String(value.value);
    case 'name':
      return `/${JSON.stringify(value.name)}`;
    case 'string':
      return `<${toHex(value.bytes)}>`;
    case 'ref':
      return `${value.number} ${value.generation} R`;
    case 'array':
      return `[${value.items.map(fingerprint).join(',')}]`;
    case 'dict':
      return `{${[...value.entries]
        .filter(([, item]) => item.kind !== 'null')
        .map(([key, item]) => `${JSON.stringify(key)}:${fingerprint(item)}`)
        .toSorted()
        .join(',')}}${value.twice?.join('/') ?? ''}`;
    case 'stream':
      return `stream${fingerprint(value.dict)}`;
  }
}

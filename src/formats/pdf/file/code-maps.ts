/**
 * How the strings of composite fonts come apart into letters (ISO 32000-1 §9.7.5): predefined CMaps
 * say by their names what the codes mean, so that words are found in a font that has no table of
 * its own. Chinese, Japanese and Korean files of many writers name one and embed nothing.
 */
import { latin1 } from '#base/bytes';
import type { PdfFile } from './file.ts';
import { decodeStream } from './filters.ts';
import { integer, type PdfDict } from './value.ts';

/** One code of a string. */
export interface WideCode {
  readonly code: number;
  /** What the CMap's name says of it; undefined where it says nothing. */
  readonly text: string | undefined;
  /** Under which its width stands; undefined where only the usual width is known. */
  readonly cid: number | undefined;
}

export interface CodeMap {
  split(bytes: Uint8Array): readonly WideCode[];
  /** Letters stand below each other. */
  readonly isVertical: boolean;
}

/** How many bytes the code that begins here takes. */
type SizeOf = (bytes: Uint8Array, at: number) => number;

interface Family {
  readonly pattern: RegExp;
  readonly label: string;
  readonly sizeOf: SizeOf;
}

const highLead: SizeOf = (bytes, at) => ((bytes[at] ?? 0) > 0x80 ? 2 : 1);
/** §9.7.5.2 table 116, by the character sets behind the names. */
const families: readonly Family[] = [
  { pattern: /^GBK2K-/, label: 'gb18030', sizeOf: gb18030Size },
  { pattern: /^GB/, label: 'gb18030', sizeOf: highLead },
  { pattern: /^(?:B5pc|HKscs-B5|ETen-B5|ETenms-B5)-/, label: 'big5', sizeOf: highLead },
  { pattern: /RKSJ-/, label: 'shift_jis', sizeOf: shiftJisSize },
  { pattern: /^EUC-/, label: 'euc-jp', sizeOf: highLead },
  { pattern: /^KSC/, label: 'euc-kr', sizeOf: highLead },
  { pattern: /^Uni.*-UCS2-/, label: 'utf-16be', sizeOf: () => 2 },
  { pattern: /^Uni.*-UTF16-/, label: 'utf-16be', sizeOf: utf16Size },
];

/** Where the letters of ASCII have their widths: the half as wide as high, by their CMaps. */
const halfWidth: readonly (readonly [pattern: RegExp, cid: number])[] = [
  [/^(?:GB-EUC|GBK-EUC)-/, 814],
  [/^(?:UniJIS-UCS2-HW|90ms-RKSJ|Ext-RKSJ|EUC)-/, 231],
  [/^(?:KSC-EUC|KSCms-UHC-HW)-/, 8094],
  [/^ETen-B5-/, 13_648],
];
const proportional = 1; // in all of Adobe's collections

export async function codeMapOf(file: PdfFile, font: PdfDict): Promise<CodeMap> {
  const encoding = file.resolve(font.entries.get('Encoding'));
  if (encoding.kind === 'stream') {
    const text = latin1(await decodeStream(encoding, file.reading, (value) => file.resolve(value)));
    const isVertical = integer(file.resolve(encoding.dict.entries.get('WMode'))) === 1;
    return { isVertical, split: (bytes) => plainCodes(bytes, spaceSize(text)) };
  }
  const name = encoding.kind === 'name' ? encoding.name : '';
  const isVertical = name === 'V' || name.endsWith('-V');
  const family = families.find(({ pattern }) => pattern.test(name));
  if (family === undefined) return { isVertical, split: (bytes) => plainCodes(bytes, () => 2) };
  return { isVertical, split: (bytes) => namedCodes(bytes, name, family) };
}

function plainCodes(bytes: Uint8Array, sizeOf: SizeOf): readonly WideCode[] {
  return cut(bytes, sizeOf).map((part) => {
    const code = numberFrom(part);
    return { code, cid: code, text: undefined };
  });
}

function namedCodes(bytes: Uint8Array, name: string, family: Family): readonly WideCode[] {
  const decoder = new TextDecoder(family.label);
  const base = halfWidth.find(([pattern]) => pattern.test(name))?.[1] ?? proportional;
  return cut(bytes, family.sizeOf).map((part) => {
    const text = decoder.decode(part);
    const letter = text.length === 1 ? text.charCodeAt(0) : 0;
    const isAscii = letter >= 0x20 && letter < 0x7f;
    const cid = isAscii ? base + letter - 0x20 : undefined;
    return { code: numberFrom(part), text, cid };
  });
}

function cut(bytes: Uint8Array, sizeOf: SizeOf): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = sizeOf(bytes, at);
    if (at + size <= bytes.length) parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return parts;
}

/** Codes of one byte, where the CMap that stands in the file says so (§9.7.6.2). */
function spaceSize(text: string): SizeOf {
  const [, ranges = ''] = /begincodespacerange([\s\S]*?)endcodespacerange/.exec(text) ?? [];
  const short = [...ranges.matchAll(/<([0-9a-f]{2})>\s*<([0-9a-f]{2})>/gi)].map(
    ([, from = '', to = '']) => [Number.parseInt(from, 16), Number.parseInt(to, 16)] as const,
  );
  return (bytes, at) => {
    const byte = bytes[at] ?? 0;
    return short.some(([from, to]) => byte >= from && byte <= to) ? 1 : 2;
  };
}

function gb18030Size(bytes: Uint8Array, at: number): number {
  const second = bytes[at + 1] ?? 0;
  if ((bytes[at] ?? 0) <= 0x80) return 1;
  return second >= 0x30 && second <= 0x39 ? 4 : 2;
}

function shiftJisSize(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] ?? 0;
  return (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc) ? 2 : 1;
}

function utf16Size(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) & 0xfc) === 0xd8 ? 4 : 2;
}

function numberFrom(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

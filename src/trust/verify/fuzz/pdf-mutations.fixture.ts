/**
 * Damage by somebody who knows what a PDF is made of: objects, cross-references, streams.
 */
import { fromLatin1, latin1, toHex } from '#base/bytes';
import { mutatedDer } from './der-mutations.fixture.ts';
import { type Dice, spliced } from './dice.fixture.ts';

interface Found {
  readonly at: number;
  readonly text: string;
}

const foundMax = 400;
const bodyMax = 300;
const head = ' 0 obj';
const tail = 'endobj';

/** Places of a pattern, from a random one on: large files are not always hit at the front. */
function places(text: string, pattern: RegExp, dice: Dice): Found[] {
  const found: Found[] = [];
  const from = dice.number(2) === 0 ? 0 : dice.number(text.length);
  pattern.lastIndex = from;
  for (let hit = pattern.exec(text); hit !== null; hit = pattern.exec(text)) {
    found.push({ at: hit.index, text: hit[0] });
    if (found.length >= foundMax) break;
  }
  return found;
}

/**
 * Heads of objects, or whole short objects: `\d+ 0 obj\b` and `\d+ 0 obj[^]{0,300}?endobj`, found
 * word by word. As patterns they cost more than all verdicts together, for every digit of a large
 * file began a search of its own.
 */
function objectsIn(text: string, dice: Dice, part: 'head' | 'whole'): Found[] {
  const found: Found[] = [];
  let from = dice.number(2) === 0 ? 0 : dice.number(text.length);
  let end = -1;
  for (let at = text.indexOf(head, from); at !== -1; at = text.indexOf(head, at + 1)) {
    let start = at;
    while (start > from && isDigit(text.charCodeAt(start - 1))) start -= 1;
    let until = at + head.length;
    if (part === 'whole') {
      if (end < until) end = text.indexOf(tail, until);
      if (end === -1) break;
      if (end - until > bodyMax) continue;
      until = end + tail.length;
    } else if (/\w/.test(text.charAt(until))) continue;
    if (start === at) continue;
    found.push({ at: start, text: text.slice(start, until) });
    if (found.length >= foundMax) break;
    from = until;
    at = until - 1;
  }
  return found;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const keys =
  'Type Kids Parent Annots AP N V FT T Rect Contents ByteRange Length Filter DecodeParms Prev Root Size W Index First Extends Pages AcroForm Fields Perms DSS Encrypt XRefStm Lock Reference';
const keyList = keys.split(' ');
const values = [
  'null',
  'true',
  '-1',
  '99999999999',
  '1.5.2',
  '<<',
  '>>',
  '[',
  ']',
  '0 0 R',
  '1 0 R',
  '99 0 R',
  '/Name',
  '(text)',
  '<00>',
  '[ [ [ [ ] ] ] ]',
  '<< /Kids [1 0 R] >>',
];

/** A value, a key or a reference of some object is another one. */
export function mutatedObjects(bytes: Uint8Array, dice: Dice): Uint8Array {
  const text = latin1(bytes);
  const kind = dice.number(5);
  if (kind === 0) return swapBodies(bytes, text, dice);
  const pattern = [/\/[A-Za-z]+ /g, /\d+ 0 R/g, /\d+/g, /\/[A-Za-z]+ /g][kind - 1] ?? /\d+/g;
  const hit = dice.pick(places(text, pattern, dice));
  if (hit === undefined) return bytes;
  const end = hit.at + hit.text.length;
  const other = [
    () => `/${dice.pick(keyList)} `,
    () => `${dice.number(60)} 0 R`,
    () => String(dice.oddNumber()),
    () => `${hit.text}${dice.pick(values)} `,
  ][kind - 1];
  return spliced(bytes, [hit.at, end], other?.() ?? 'null');
}

function swapBodies(bytes: Uint8Array, text: string, dice: Dice): Uint8Array {
  const found = objectsIn(text, dice, 'head');
  const [one, other] = [dice.pick(found), dice.pick(found)];
  if (one === undefined || other === undefined) return bytes;
  return spliced(bytes, [one.at, one.at + one.text.length], other.text);
}

/** Sections, their offsets, their chain. */
export function mutatedXref(bytes: Uint8Array, dice: Dice): Uint8Array {
  const text = latin1(bytes);
  const patterns = [
    /startxref\s+\d+/g,
    /\d{10} \d{5} [nf]/g,
    /\/Prev \d+/g,
    /\/(?:Size|W|Index|XRefStm) ?\[?\d+/g,
    /xref\s+\d+ \d+/g,
    /trailer/g,
  ];
  const pattern = dice.pick(patterns) ?? /startxref/g;
  const hit = dice.pick(places(text, pattern, dice));
  if (hit === undefined) return appendedTo(bytes, dice);
  const number = dice.one(dice.oddNumber(), dice.number(bytes.length));
  const other = hit.text.replace(/\d+/, (digits) =>
    digits.length === 10 ? String(number).padStart(10, '0') : String(number),
  );
  return spliced(bytes, [hit.at, hit.at + hit.text.length], other);
}

/** One more revision that says something of an object of the file. */
export function appendedTo(bytes: Uint8Array, dice: Dice): Uint8Array {
  const text = latin1(bytes);
  const number = dice.number(40);
  const start = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text.slice(-200))?.[1] ?? '0';
  const source = dice.pick(objectsIn(text, dice, 'whole'))?.text ?? '1 0 obj\nnull';
  const body = source.replace(/^\d+ 0 obj/, `${number} 0 obj`);
  const root = /\/Root \d+ \d+ R/.exec(text)?.[0] ?? '/Root 1 0 R';
  const at = bytes.length + 1;
  const table = `xref\n${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`;
  const trailer = `trailer\n<< /Size 999 ${root} /Prev ${dice.one(start, String(dice.oddNumber()))} >>\n`;
  const end = `startxref\n${at + body.length + 1}\n%%EOF\n`;
  return spliced(bytes, [bytes.length, bytes.length], `\n${body}\n${table}${trailer}${end}`);
}

const filters = [
  '/Filter /FlateDecode',
  '/Filter [/FlateDecode /FlateDecode /FlateDecode]',
  '/Filter /LZWDecode',
  '/Filter [/ASCIIHexDecode /ASCII85Decode]',
  '/Filter /RunLengthDecode',
  '/Filter /Crypt',
  '/DecodeParms << /Predictor 12 /Columns 2147483647 >>',
  '/DecodeParms << /Predictor 15 /Columns 0 /Colors 99 >>',
  '/N 99999999 /First 0',
  '/Length 0',
  '/Length 99999999',
  '/Length 1 0 R',
];

/** How streams say they are encoded, and what stands in them. */
export function mutatedStreams(bytes: Uint8Array, dice: Dice): Uint8Array {
  const text = latin1(bytes);
  const hit = dice.pick(places(text, /stream\r?\n/g, dice));
  if (hit === undefined) return bytes;
  if (dice.number(2) === 0) {
    const at = text.lastIndexOf('<<', hit.at);
    return at < 0 ? bytes : spliced(bytes, [at + 2, at + 2], ` ${dice.pick(filters)} `);
  }
  const from = hit.at + hit.text.length + dice.number(60);
  const other = Uint8Array.from({ length: dice.number(12) }, () => dice.number(256));
  return spliced(bytes, [from, Math.min(bytes.length, from + dice.number(12))], other);
}

/** The message in a signature dictionary, in as many hex digits as there is room. */
export function mutatedContents(bytes: Uint8Array, dice: Dice): Uint8Array {
  const text = latin1(bytes);
  const hit = dice.pick(places(text, /<30[0-9A-Fa-f]{64,}>/g, dice));
  if (hit === undefined) return mutatedObjects(bytes, dice);
  const room = hit.text.length - 2;
  const der = Uint8Array.from(hit.text.slice(1, -1).match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
  const hex = toHex(mutatedDer(der, dice)).slice(0, room).padEnd(room, '0');
  return spliced(bytes, [hit.at + 1, hit.at + 1 + room], fromLatin1(hex));
}

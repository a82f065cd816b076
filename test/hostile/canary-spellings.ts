/**
 * All the ways in which a value may stand in a file and still be read: character sets, escapes,
 * text that carries bytes, two of them one over the other, and plain digests, which a list of all
 * identity numbers turns back into the number.
 */
import { createHash } from 'node:crypto';

/** Shorter needles are found by chance in any ciphertext. */
const needleBytesMin = 6;
const digestNames = ['sha256', 'sm3', 'md5', 'sha1', 'sha512'] as const;

/** What a value was found as. */
export interface Spelling {
  readonly value: string;
  readonly as: string;
  readonly bytes: Buffer;
}

/** Every spelling of a value, each once. `twice` adds text over text. */
export function spellingsOf(value: string, twice = true): readonly Spelling[] {
  const found = new Map<string, Spelling>();
  const add = (as: string, bytes: Buffer): void => {
    const key = bytes.toString('latin1');
    if (bytes.length >= needleBytesMin && !found.has(key)) found.set(key, { value, as, bytes });
  };
  for (const [name, bytes] of onceSpelt(value)) {
    add(name, bytes);
    if (!twice) continue;
    for (const [over, text] of carried(bytes)) add(`${name}, ${over}`, text);
  }
  for (const name of digestNames) {
    const digest = createHash(name).update(value).digest();
    add(`plain ${name}`, digest);
    for (const [over, text] of carried(digest)) add(`plain ${name}, ${over}`, text);
  }
  return [...found.values()];
}

function onceSpelt(value: string): (readonly [string, Buffer])[] {
  const sets = characterSets(value);
  return [...sets, ...sets.flatMap(([name, bytes]) => carriedAs(name, bytes)), ...escapes(value)];
}

function characterSets(value: string): (readonly [string, Buffer])[] {
  const wide = Buffer.from(value, 'utf16le');
  return [
    ['utf-8', Buffer.from(value)],
    ['utf-16le', wide],
    ['utf-16be', Buffer.from(wide).swap16()],
    ['gb18030', encodeGb18030(value)],
  ];
}

function escapes(value: string): (readonly [string, Buffer])[] {
  const units = Array.from({ length: value.length }, (_, at) => value.charCodeAt(at));
  const escape = (unit: number, upper: boolean): string => {
    const hex = unit.toString(16).padStart(4, '0');
    return unit < 0x80 ? String.fromCharCode(unit) : `\\u${upper ? hex.toUpperCase() : hex}`;
  };
  const percent = (bytes: Buffer, all: boolean): string =>
    Array.from(bytes, (byte) =>
      byte < 0x80 && !all
        ? encodeURIComponent(String.fromCharCode(byte))
        : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
    ).join('');
  const octal = Array.from(Buffer.from(value), (byte) => `\\${byte.toString(8).padStart(3, '0')}`);
  const texts: Record<string, string> = {
    'json escapes': units.map((unit) => escape(unit, false)).join(''),
    'json escapes, upper': units.map((unit) => escape(unit, true)).join(''),
    'xml entities': [...value].map((letter) => `&#${letter.codePointAt(0) ?? 0};`).join(''),
    'url escapes': percent(Buffer.from(value), false),
    'url escapes, lower': percent(Buffer.from(value), false).toLowerCase(),
    'url escapes, all': percent(Buffer.from(value), true),
    octal: octal.join(''),
  };
  return Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]);
}

function carriedAs(name: string, bytes: Buffer): (readonly [string, Buffer])[] {
  return carried(bytes).map(([over, text]) => [`${name}, ${over}`, text]);
}

/** Bytes as text. Base64 shifts with what stands before: the inner letters of all three shifts. */
function carried(bytes: Buffer): (readonly [string, Buffer])[] {
  const texts: [string, string][] = [
    ['hex', bytes.toString('hex')],
    ['hex, upper', bytes.toString('hex').toUpperCase()],
  ];
  for (const shift of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
    const whole = padded.length - (padded.length % 3);
    // The first letters carry what stands before, and an unfinished group what comes after.
    const inner = padded
      .subarray(0, whole)
      .toString('base64')
      .slice(Math.ceil((shift * 4) / 3));
    texts.push([`base64 +${shift}`, inner]);
    texts.push([`base64url +${shift}`, inner.replaceAll('+', '-').replaceAll('/', '_')]);
  }
  return texts.map(([name, text]) => [name, Buffer.from(text)]);
}

let gb18030: ReadonlyMap<string, Buffer> | undefined;

/** The platform decodes GB 18030 but does not encode it: its table is turned round once. */
export function encodeGb18030(text: string): Buffer {
  gb18030 ??= gb18030Table();
  const table = gb18030;
  return Buffer.concat([...text].map((letter) => table.get(letter) ?? supplementary(letter)));
}

function gb18030Table(): ReadonlyMap<string, Buffer> {
  const decoder = new TextDecoder('gb18030');
  const table = new Map<string, Buffer>();
  const learn = (bytes: Buffer): void => {
    const letter = decoder.decode(bytes);
    if ([...letter].length === 1 && letter !== '\ufffd' && !table.has(letter)) {
      table.set(letter, bytes);
    }
  };
  for (let byte = 0; byte < 0x80; byte += 1) learn(Buffer.from([byte]));
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (trail !== 0x7f) learn(Buffer.from([lead, trail]));
    }
  }
  const fourBytes = 39_420; // the basic plane's letters that have no two bytes
  for (let place = 0; place < fourBytes; place += 1) learn(fourBytesAt(place));
  return table;
}

function fourBytesAt(place: number): Buffer {
  const tens = Math.floor(place / 10);
  const lead = Math.floor(tens / 126);
  return Buffer.from([
    0x81 + Math.floor(lead / 10),
    0x30 + (lead % 10),
    0x81 + (tens % 126),
    0x30 + (place % 10),
  ]);
}

/** Beyond the basic plane the code is a plain sum (GB 18030-2022, 0x90308130 for U+10000). */
function supplementary(letter: string): Buffer {
  const beyond = (letter.codePointAt(0) ?? 0) - 0x1_0000;
  if (beyond < 0) throw new Error('no GB 18030 code');
  return fourBytesAt(beyond + (0x90 - 0x81) * 12_600);
}

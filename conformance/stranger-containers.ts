/**
 * Another spelling of a sound ZIP, and ZIPs that are none (docs/specs/package.md, "Container").
 */
import { concat, fromLatin1, latin1 } from '#base/bytes';
import type { Random } from '#base/random';

import type { Mutant, Sound } from './stranger-cases.ts';

/** Places of headers inside a record, APPNOTE 4.3.7 and 4.3.12. */
const localBytes = 30;
const flagsAt = 6;
const methodAt = 8;
const dateAt = 12;
const checksumAt = 14;
const nameLengthAt = 26;
const centralNameAt = 46;
const localMark = 'PK\u0003\u0004';
const centralMark = 'PK\u0001\u0002';
const endMark = 'PK\u0005\u0006';
/** Where the end record counts the files. */
const countAt = 10;

/** Each changes the container and nothing else, but for the flipped bits of its files. */
export function containerMutants({ bytes, trust }: Sound, random: Random): readonly Mutant[] {
  const text = latin1(bytes);
  const central = text.indexOf(centralMark);
  const end = text.lastIndexOf(endMark);
  const record = text.slice(central, text.indexOf(centralMark, central + 1));
  const zip = /^zip$/;
  const changes: readonly (readonly [string, RegExp, Uint8Array])[] = [
    ['encrypted, says the flag', zip, withByte(bytes, flagsAt, 1)],
    ['deflated, says the header', zip, withByte(bytes, methodAt, 8)],
    ['another date', zip, withByte(bytes, dateAt, 0x22)],
    ['one of two checksums', zip, withByte(bytes, checksumAt, 0xff ^ (bytes[checksumAt] ?? 0))],
    ['a byte in front', zip, concat(fromLatin1('\0'), bytes)],
    ['a byte behind', zip, concat(bytes, fromLatin1('\0'))],
    ['torn', zip, bytes.slice(0, Math.floor(bytes.length / 2))],
    ['empty', zip, new Uint8Array()],
    ['a record twice', zip, twice({ text, record, end })],
    ['a way out of the folder', zip, renamed({ text, central }, '../evil')],
    ['another name in the directory', zip, withByte(bytes, central + centralNameAt, 0x62)],
    ...bentFiles(bytes, random),
  ];
  return changes.map(([name, part, changed]) => ({
    name: `container: ${name}`,
    bytes: changed,
    trust,
    part,
  }));
}

/** A bit of the contents of some files; both checksums then differ. */
function bentFiles(bytes: Uint8Array, random: Random): [string, RegExp, Uint8Array][] {
  const text = latin1(bytes);
  return ['checkpoint.txt', 'entries/0003.json', 'policy.json', 'documents/01-contract.pdf'].map(
    (name) => {
      const start = contentsOf(text, name);
      const [at = 0, bit = 0] = random.bytes(2);
      const place = start + (at % 64);
      const part = new RegExp(`^${name.replaceAll('.', '\\.')}$`);
      const flipped = (bytes[place] ?? 0) ^ (1 << (bit % 8));
      return [`a bit of ${name}`, part, withByte(bytes, place, flipped)];
    },
  );
}

/** Where the contents of a file begin: behind the local header that bears its name. */
function contentsOf(text: string, name: string): number {
  let at = text.indexOf(localMark);
  while (at >= 0 && !text.startsWith(name, at + localBytes)) at = text.indexOf(localMark, at + 1);
  if (at < 0) throw new Error(`there is no ${name}`);
  return at + localBytes + name.length;
}

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const changed = bytes.slice();
  changed[at] = value;
  return changed;
}

/** The first record of the directory stands there a second time, and the end counts it. */
function twice(zip: { text: string; record: string; end: number }): Uint8Array {
  const { text, record, end } = zip;
  const bytes = fromLatin1(text.slice(0, end) + record + text.slice(end));
  const place = end + record.length;
  const count = (bytes[place + countAt] ?? 0) + 1;
  const length = new DataView(bytes.buffer).getUint32(place + countAt + 2, true);
  new DataView(bytes.buffer).setUint32(place + countAt + 2, length + record.length, true);
  bytes[place + countAt] = count;
  bytes[place + countAt - 2] = count;
  return bytes;
}

/** The first file gets another name of the same length in both headers. */
function renamed(zip: { text: string; central: number }, start: string): Uint8Array {
  const { text, central } = zip;
  if (!text.startsWith(localMark)) throw new Error('a package begins with a local header');
  const length = text.charCodeAt(nameLengthAt);
  const name = start.padEnd(length, 'x').slice(0, length);
  const local = text.slice(0, localBytes) + name + text.slice(localBytes + length, central);
  const front = text.slice(central, central + centralNameAt);
  return fromLatin1(local + front + name + text.slice(central + centralNameAt + length));
}

/**
 * Damage to archives and to the JSON and XML in them, by somebody who can pack them again.
 */
import { fromLatin1, indexOf, latin1, utf8 } from '#base/bytes';
import { type Dice, scratched, spliced } from './dice.fixture.ts';

const marks = ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06'].map((mark) => fromLatin1(mark));

/** A field of a header of the archive: names, sizes, methods, offsets, counts. */
export function mutatedZip(bytes: Uint8Array, dice: Dice): Uint8Array {
  const mark = dice.pick(marks) ?? fromLatin1('PK');
  const heads: number[] = [];
  for (let at = indexOf(bytes, mark, 0); at >= 0; at = indexOf(bytes, mark, at + 4)) heads.push(at);
  const at = dice.pick(heads);
  if (at === undefined) return scratched(bytes, dice);
  const field = at + 4 + dice.number(42);
  const kind = dice.number(4);
  if (kind === 0) return spliced(bytes, [at, at + 46], bytes.slice(at, at + 92));
  if (kind === 1) return spliced(bytes, [field, field + 1 + dice.number(30)], '');
  const copy = bytes.slice();
  const value = dice.oddNumber();
  const octets = dice.one(1, 2, 4);
  for (let one = 0; one < octets; one += 1) copy[field + one] = (value >>> (8 * one)) & 255;
  return copy;
}

const jsonValues = [
  'null',
  'true',
  '-0',
  '1e999',
  '9007199254740993',
  '"\\ud800"',
  '""',
  '{}',
  '[]',
  `${'['.repeat(300)}${']'.repeat(300)}`,
  '"../../x"',
  '{"v":1,"v":2}',
];

/** One value of a JSON text is another, a member stands twice, or the text ends early. */
export function mutatedJson(bytes: Uint8Array, dice: Dice): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const found = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null/g)];
  const hit = dice.pick(found);
  if (hit === undefined) return scratched(bytes, dice);
  const [from, to] = [hit.index, hit.index + hit[0].length];
  const isMember = /^\s*:/.test(text.slice(to));
  const other = isMember
    ? dice.one('"other"', `${hit[0]}:1,${hit[0]}`, '"__proto__"', '"constructor"')
    : (dice.pick(jsonValues) ?? 'null');
  return utf8(text.slice(0, from) + other + (dice.number(20) === 0 ? '' : text.slice(to)));
}

/** A name, a value or an element of an XML text is another. */
export function mutatedXml(bytes: Uint8Array, dice: Dice): Uint8Array {
  const text = latin1(bytes);
  const hit = dice.pick([...text.matchAll(/<\/?[\w:]+|"[^"]*"|>[^<]+</g)]);
  if (hit === undefined) return scratched(bytes, dice);
  const other = dice.one(
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '"../../x"',
    '<a',
    '</a',
    '&lol;',
    '>1<',
  );
  return spliced(
    bytes,
    [hit.index, hit.index + hit[0].length],
    dice.one(other, '', hit[0] + hit[0]),
  );
}

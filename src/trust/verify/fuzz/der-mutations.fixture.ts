/**
 * Damage to DER and BER by somebody who can write it: one value of the tree is another, and the
 * lengths around it are right again, or deliberately wrong.
 */
import { concat } from '#base/bytes';
import { type Dice, scratched } from './dice.fixture.ts';

/** A value of the tree as it stands in the bytes. */
interface Tlv {
  readonly from: number;
  readonly body: number;
  readonly to: number;
  /** Indices into the list of all, from the outermost. */
  readonly above: readonly number[];
}

const valuesMax = 3_000;
const depthMax = 40;

function treeOf(bytes: Uint8Array): readonly Tlv[] {
  const found: Tlv[] = [];
  const walk = (from: number, end: number, above: readonly number[]): void => {
    let at = from;
    while (at + 2 <= end && found.length < valuesMax && above.length < depthMax) {
      const tag = bytes[at] ?? 0;
      const first = bytes[at + 1] ?? 0;
      const octets = first > 0x80 ? first - 0x80 : 0;
      if (octets > 3 || first === 0x80) return;
      let length = octets === 0 ? first : 0;
      for (let one = 0; one < octets; one += 1) length = length * 256 + (bytes[at + 2 + one] ?? 0);
      const body = at + 2 + octets;
      if (body + length > end) return;
      const index = found.length;
      found.push({ from: at, body, to: body + length, above });
      if ((tag & 0x20) !== 0) walk(body, body + length, [...above, index]);
      at = body + length;
    }
  };
  walk(0, bytes.length, []);
  return found;
}

function lengthOf(size: number): Uint8Array {
  if (size < 0x80) return Uint8Array.of(size);
  if (size < 0x100) return Uint8Array.of(0x81, size);
  if (size < 0x1_0000) return Uint8Array.of(0x82, size >> 8, size & 255);
  return Uint8Array.of(0x83, size >> 16, (size >> 8) & 255, size & 255);
}

/** Puts `other` in the place of a value; every length around it follows. */
function replaced(
  bytes: Uint8Array,
  { tree, hit }: { readonly tree: readonly Tlv[]; readonly hit: Tlv },
  other: Uint8Array,
): Uint8Array {
  let inner = concat(bytes.subarray(0, 0), other);
  let [from, to] = [hit.from, hit.to];
  for (const index of hit.above.toReversed()) {
    const parent = tree[index];
    if (parent === undefined) break;
    const content = concat(bytes.subarray(parent.body, from), inner, bytes.subarray(to, parent.to));
    inner = concat(bytes.subarray(parent.from, parent.from + 1), lengthOf(content.length), content);
    [from, to] = [parent.from, parent.to];
  }
  return concat(bytes.subarray(0, from), inner, bytes.subarray(to));
}

export function mutatedDer(bytes: Uint8Array, dice: Dice): Uint8Array {
  const tree = treeOf(bytes);
  const hit = dice.pick(tree);
  if (hit === undefined) return scratched(bytes, dice);
  const whole = bytes.slice(hit.from, hit.to);
  const content = bytes.slice(hit.body, hit.to);
  const tag = whole[0] ?? 0;
  const other = dice.pick(tree) ?? hit;
  const makers: readonly (() => Uint8Array)[] = [
    () => new Uint8Array(),
    () => concat(whole, whole),
    () => bytes.slice(other.from, other.to),
    () => concat(Uint8Array.of(dice.number(256)), lengthOf(content.length), content),
    () => concat(Uint8Array.of(tag, 0x84, 0, 0, 0, content.length & 255), content),
    () => concat(Uint8Array.of(tag | 0x20, 0x80), content, Uint8Array.of(0, 0)),
    () => concat(Uint8Array.of(tag), lengthOf(dice.oddNumber() & 0xff_ffff), content),
    () => concat(Uint8Array.of(tag), lengthOf(content.length + 1), Uint8Array.of(0), content),
    () => nested(whole, dice.number(200)),
    () => concat(whole.subarray(0, hit.body - hit.from), flipped(content, dice)),
    () => concat(Uint8Array.of(tag), lengthOf(1), Uint8Array.of(dice.number(256))),
  ];
  return replaced(bytes, { tree, hit }, (dice.pick(makers) ?? makers[0])?.() ?? whole);
}

function nested(whole: Uint8Array, depth: number): Uint8Array {
  let inner = whole;
  for (let at = 0; at < depth; at += 1)
    inner = concat(Uint8Array.of(0x30), lengthOf(inner.length), inner);
  return inner;
}

function flipped(content: Uint8Array, dice: Dice): Uint8Array {
  const copy = content.slice();
  const at = dice.number(copy.length);
  if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << dice.number(8));
  return copy;
}

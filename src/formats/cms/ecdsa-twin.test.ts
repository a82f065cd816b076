import { expect, test } from 'vitest';
import { integer, parseDer, sequence } from '#formats/der';
import { smallerTwin } from './index.ts';

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const half = order / 2n;
const pair = (s: bigint): Uint8Array => sequence(integer(7n), integer(s));

test.each([
  [1n, 1n],
  [0x80n, 0x80n],
  [2n ** 247n, 2n ** 247n],
  [half - 1n, half - 1n],
  [half, half],
  [half + 1n, half],
  [half + 2n, half - 1n],
  [order - 1n, 1n],
  [order, order],
  [2n ** 256n + 5n, 2n ** 256n + 5n],
  [0n, 0n],
])('of (r, s) with s = %s the smaller spelling has %s', (s, smaller) => {
  expect(smallerTwin(pair(s))).toEqual(pair(smaller));
});

test('an integer has the fewest octets, whatever it is made from', () => {
  for (const value of [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x100n, 0xabcdefn, 2n ** 127n, 2n ** 128n]) {
    const hex = value.toString(16);
    const octets = hex.length % 2 === 0 ? hex : `0${hex}`;
    const signed = Number.parseInt(octets.slice(0, 2), 16) < 0x80 ? octets : `00${octets}`;
    expect(Buffer.from(parseDer(integer(value)).content).toString('hex')).toBe(signed);
    if (value < 2n ** 50n) expect(integer(Number(value))).toEqual(integer(value));
  }
});

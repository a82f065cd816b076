import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '#base/bytes';
import { addressBytes, isInside, lineBytes, requireRange } from './address.ts';

describe('network addresses', () => {
  test('one IPv6 caller is one line, however many of his addresses he uses', () => {
    const line = lineBytes('2001:db8:1:2::1');
    expect(lineBytes('2001:db8:1:2:ffff:ffff:ffff:ffff')).toEqual(line);
    expect(lineBytes('2001:db8:1:3::1')).not.toEqual(line);
    expect(lineBytes('::ffff:192.0.2.7')).toEqual(lineBytes('192.0.2.7'));
    expect(lineBytes('192.0.2.7')).not.toEqual(lineBytes('192.0.2.8'));
  });

  test.each([
    ['192.0.2.7', 'c0000207'],
    ['::', '00'.repeat(16)],
    ['::1', `${'00'.repeat(15)}01`],
    ['2001:db8::', `20010db8${'00'.repeat(12)}`],
    ['2001:DB8:0:0:0:0:0:1', `20010db8${'00'.repeat(11)}01`],
    ['64:ff9b::192.0.2.33', `0064ff9b${'00'.repeat(8)}c0000221`],
    ['::ffff:192.0.2.7', 'c0000207'],
    ['::ffff:c000:207', 'c0000207'],
  ])('%s is read', (text, hex) => {
    expect(toHex(addressBytes(text) ?? new Uint8Array(0))).toBe(hex);
  });

  test.each([
    '',
    'socket',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    '0x1.2.3.4',
    '1::2::3',
    ':::',
    ':1',
    '1:',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '12345::',
    'fe80::1%eth0',
    '1.2.3.4::',
    '::1.2.3',
    'g::',
  ])('%j is no address', (text) => {
    expect(addressBytes(text)).toBeUndefined();
    expect(isInside(text, ['0.0.0.0/0', '::/0'])).toBe(false);
  });

  test.each([
    ['10.0.0.0/8', '10.255.255.255', '11.0.0.0'],
    ['192.0.2.0/29', '192.0.2.7', '192.0.2.8'],
    ['192.0.2.7', '192.0.2.7', '192.0.2.6'],
    ['0.0.0.0/0', '255.255.255.255', '::1'],
    ['2001:db8::/33', '2001:db8:7fff::1', '2001:db8:8000::1'],
    ['::/0', 'ffff::', '10.0.0.1'],
    ['192.0.2.0/24', '::ffff:192.0.2.200', '::192.0.2.200'],
  ])('%s holds %s and not %s', (range, inside, outside) => {
    expect(isInside(inside, [range])).toBe(true);
    expect(isInside(outside, [range])).toBe(false);
  });

  test.each([
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '2001:db8::1/32',
    '::/129',
    '::ffff:10.0.0.0/104',
    'example.com',
  ])('%s is no range', (text) => {
    expect(() => requireRange(text)).toThrow('access.address_malformed');
  });

  test('of two addresses a prefix holds both exactly when their first bits agree', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const bytes = fc.tuple(byte, byte, byte, byte);
    fc.assert(
      fc.property(bytes, bytes, fc.integer({ min: 0, max: 32 }), (one, other, bits) => {
        const whole = (four: readonly number[]) =>
          four.reduce((sum, value) => sum * 256n + BigInt(value), 0n) >> BigInt(32 - bits);
        const network = (whole(one) << BigInt(32 - bits)).toString(16).padStart(8, '0');
        const parts = network.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
        const range = `${parts.join('.')}/${bits}`;
        expect(isInside(other.join('.'), [range])).toBe(whole(one) === whole(other));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, latin1, toHex } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import {
  bitString,
  boolean,
  certificateTime,
  contextConstructed,
  DerReader,
  generalizedTime,
  integer,
  integerOf,
  nullValue,
  octetString,
  oid,
  oidOf,
  parseDer,
  preciseTimeOf,
  sequence,
  setOf,
  signedInteger,
  smallIntegerOf,
  tag,
  textOf,
  timeOf,
  utf8String,
} from './index.ts';

describe('what is written is read back', () => {
  test('any non-negative integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 300n }), (value) => {
        expect(integerOf(parseDer(integer(value)))).toBe(value);
      }),
    );
  });

  test('any integer that somebody else chose, in the fewest octets', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 300n), max: 1n << 300n }), (value) => {
        expect(integerOf(parseDer(signedInteger(value)))).toBe(value);
      }),
    );
  });

  test('any object identifier', () => {
    const arc = fc.integer({ min: 0, max: 2 ** 40 });
    const dotted = fc
      .tuple(
        fc.constantFrom('0.9', '1.2', '1.39', '2.5', '2.100000'),
        fc.array(arc, { maxLength: 9 }),
      )
      .map(([stem, arcs]) => [stem, ...arcs].join('.'));
    fc.assert(
      fc.property(dotted, (text) => {
        expect(oidOf(parseDer(oid(text)))).toBe(text);
      }),
    );
  });

  test('two identifiers that are remembered at one place stay two', () => {
    // 7 times the last arc but one and the last arc: the same sum.
    const [one, other] = ['1.2.1.0', '1.2.0.7'];
    for (const text of [one, other, one, other]) expect(oidOf(parseDer(oid(text)))).toBe(text);
  });

  test('what was spelled is not read from bytes that are written over afterwards', () => {
    const room = oid('1.3.1.0').slice();
    expect(oidOf(parseDer(room))).toBe('1.3.1.0');
    room.set(oid('1.3.0.7'));
    expect(oidOf(parseDer(room))).toBe('1.3.0.7');
  });

  test.each([
    [0, 0, '20260102030405Z'],
    [100, 0, '20260102030405.1Z'],
    [20, 0, '20260102030405.02Z'],
    [1, 0, '20260102030405.001Z'],
    [0, 7, '20260102030405.000007Z'],
    [120, 40, '20260102030405.12004Z'],
    [999, 999, '20260102030405.999999Z'],
  ])('%i ms and %i µs past the second are written as %s', (ms, micros, text) => {
    const instant = instantFromMs(Date.UTC(2026, 0, 2, 3, 4, 5, ms));
    expect(latin1(parseDer(generalizedTime(instant, micros)).content)).toBe(text);
    const before = instantFromMs(Date.UTC(1926, 0, 2, 3, 4, 5, ms));
    expect(latin1(parseDer(generalizedTime(before, micros)).content)).toBe(`19${text.slice(2)}`);
  });

  test('any text and any instant of years 0000 to 9999', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(textOf(parseDer(utf8String(text)))).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -62_000_000_000_000, max: 253_402_300_799_999 }), (ms) => {
        expect(timeOf(parseDer(generalizedTime(instantFromMs(ms))))).toBe(ms);
        const seconds = Math.floor(ms / 1000) * 1000;
        expect(timeOf(parseDer(certificateTime(instantFromMs(ms))))).toBe(seconds);
        const micros = Math.abs(ms) % 1000;
        const precise = preciseTimeOf(parseDer(generalizedTime(instantFromMs(seconds), micros)));
        expect(precise).toEqual({ time: seconds, micros });
      }),
    );
  });

  test('lengths of one, two and three octets', () => {
    for (const length of [0, 127, 128, 255, 256, 65_535, 65_536]) {
      expect(parseDer(octetString(new Uint8Array(length))).content.length).toBe(length);
    }
  });

  test('a set of values is sorted, so it has one spelling', () => {
    expect(setOf(integer(2), integer(1))).toEqual(setOf(integer(1), integer(2)));
  });
});

describe('a second spelling of the same value is refused', () => {
  test.each([
    ['long form of a short length', '048101ff'],
    ['leading zero in a length', '04820001ff'],
    ['indefinite length', '30800000'],
    ['integer with a leading zero', '02020001'],
    ['negative integer with a leading one', '0202ff80'],
    ['boolean that is neither 00 nor ff', '010101'],
    ['bit string with a set unused bit', '03020101'],
    ['bit string with eight unused bits', '03020800'],
    ['empty bit string with unused bits', '030101'],
    ['object identifier with a padded arc', '06032a8001'],
    ['object identifier cut short', '06022a81'],
    ['null with content', '050100'],
    ['constructed octet string', '2403040100'],
    ['primitive sequence', '1000'],
    ['tag number over 30', '1f1f00'],
    ['length beyond the end', '0402ff'],
    ['bytes after the value', '050000'],
    ['end-of-contents', '0000'],
    ['length of five octets', '04850000000001ff'],
    ['nothing at all', ''],
  ])('%s', (_, hex) => {
    expect(() => parseDer(fromHex(hex))).toThrowError('der.malformed');
  });

  test.each([
    ['31 February', '20260231000000Z'],
    ['a fraction that ends in zero', '20260101000000.10Z'],
    ['an empty fraction', '20260101000000.Z'],
    ['local time', '20260101000000'],
    ['an offset', '20260101000000+0800'],
    ['no seconds', '202601010000Z'],
    ['the second 60', '20261231235960Z'],
  ])('time: %s', (_, text) => {
    const content = Uint8Array.from([...text].map((letter) => letter.charCodeAt(0)));
    const der = concat(Uint8Array.of(tag.generalizedTime, content.length), content);
    expect(() => timeOf(parseDer(der))).toThrowError('der.malformed');
    expect(() => preciseTimeOf(parseDer(der))).toThrowError('der.malformed');
  });

  test.each([
    ['microseconds that end in zero', '20260101000000.000010Z'],
    ['seven digits', '20260101000000.0000001Z'],
    ['31 February', '20260231000000.000001Z'],
  ])('precise time: %s', (_, text) => {
    const content = Uint8Array.from([...text].map((letter) => letter.charCodeAt(0)));
    const der = concat(Uint8Array.of(tag.generalizedTime, content.length), content);
    expect(() => preciseTimeOf(parseDer(der))).toThrowError('der.malformed');
  });
});

describe('hostile input', () => {
  test('nesting deeper than the limit is refused without exhausting the stack', () => {
    let nested = nullValue();
    for (let depth = 0; depth < 65; depth += 1) nested = sequence(nested);
    expect(() => parseDer(nested)).toThrowError('der.limit');
    expect(toHex(parseDer(sequence(sequence(nullValue()))).der)).toBe('300430020500');
  });

  test('random bytes, and DER with one flipped byte, throw a Fault or parse', () => {
    const sample = sequence(
      integer(300),
      boolean(true),
      bitString(Uint8Array.of(0xf0), 4),
      contextConstructed(0, oid('1.2.840.113549')),
    );
    const mustFault = (bytes: Uint8Array): void => {
      try {
        parseDer(bytes);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Fault);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), mustFault), { numRuns: 500 });
    fc.assert(
      fc.property(fc.nat(sample.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const flipped = sample.slice();
        flipped[at] = (flipped[at] ?? 0) ^ mask;
        mustFault(flipped);
      }),
    );
  });
});

describe('the reader overlooks nothing', () => {
  test('a missing value, a value of another type and a value too many are refused', () => {
    const pair = parseDer(sequence(integer(1), nullValue()));
    const reader = new DerReader(pair, tag.sequence);
    expect(smallIntegerOf(reader.next(tag.integer))).toBe(1);
    expect(() => reader.end()).toThrowError('der.unexpected');
    expect(reader.optional(tag.integer)).toBeUndefined();
    expect(reader.optional(tag.null)?.content.length).toBe(0);
    expect(() => reader.any()).toThrowError('der.unexpected');
    expect(() => new DerReader(pair, tag.set)).toThrowError('der.unexpected');
    expect(() => smallIntegerOf(parseDer(fromHex('0201ff')))).toThrowError('der.unexpected');
  });
});

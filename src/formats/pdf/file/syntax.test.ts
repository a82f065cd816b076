import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLatin1, latin1 } from '#base/bytes';
import { faultCode } from '#base/fault';
import { printText } from './print.ts';
import { SyntaxReader } from './syntax.ts';
import {
  arrayOf,
  nameOf,
  numberOf,
  type PdfValue,
  refTo,
  sameValue,
  textFrom,
  textOf,
} from './value.ts';

const parse = (text: string): PdfValue => new SyntaxReader(fromLatin1(text)).value();

const leaves = fc.oneof(
  fc.constant<PdfValue>({ kind: 'null' }),
  fc.boolean().map((value): PdfValue => ({ kind: 'boolean', value })),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => numberOf(value / 100)),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }).map(nameOf),
  fc.string({ maxLength: 20 }).map(textOf),
  fc
    .record({ number: fc.nat(9_999), generation: fc.nat(9) })
    .map((ref) => ({ ...refTo(0), ...ref })),
);
const values = fc.letrec<{ value: PdfValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaves,
    fc.array(tie('value'), { maxLength: 5 }).map(arrayOf),
    fc
      .uniqueArray(fc.tuple(fc.string({ unit: 'binary-ascii', maxLength: 9 }), tie('value')), {
        maxLength: 5,
        selector: ([key]) => key,
      })
      .map((pairs): PdfValue => ({ kind: 'dict', entries: new Map(pairs) })),
  ),
}));

describe('PDF objects', () => {
  test('what is printed is read back as the same value', () => {
    fc.assert(
      fc.property(values.value, (value) => {
        expect(sameValue(parse(printText(value)), value)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('random bytes are read or refused with a code, never anything else', () => {
    const alphabet = fc.constantFrom(...'<>[]()/%# \n0123456789.-RabcdefnulltrueObj\\'.split(''));
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 60 }), (text) => {
        try {
          parse(text);
        } catch (thrown) {
          expect(faultCode(thrown)).toMatch(/^pdf\./);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('a key that stands twice is refused, for readers differ on which counts', () => {
    expect(() => parse('<< /A 1 /B 2 /A 3 >>')).toThrow('pdf.duplicate_key');
    expect(() => parse('<< /A 1 /#41 3 >>')).toThrow('pdf.duplicate_key');
  });

  test('nesting has an end', () => {
    expect(() => parse('['.repeat(5_000))).toThrow('pdf.limit');
    expect(() => parse('<</A '.repeat(5_000))).toThrow('pdf.limit');
  });

  test('a string keeps its place in the file and its nested brackets', () => {
    const value = parse('  (a(b)\\)\\101\\n)');
    expect(value).toMatchObject({ kind: 'string', from: 2, to: 16, hex: false });
    expect(value.kind === 'string' && latin1(value.bytes)).toBe('a(b))A\n');
  });

  test('text outside ASCII is written as UTF-16 and read back', () => {
    expect(textFrom(textOf('签署人𬭚'))).toBe('签署人𬭚');
    expect(printText(textOf('签'))).toBe('<feff7b7e>');
  });
});

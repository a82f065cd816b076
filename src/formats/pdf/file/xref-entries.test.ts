/**
 * Entries in typed arrays or left in the file answer as a map of objects would.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromLatin1 } from '#base/bytes';
import { chained, usualRowBytes, usualRows, type XrefEntry, XrefTable } from './xref-entries.ts';

const entry = fc.oneof(
  fc.constant<XrefEntry>({ kind: 'free' }),
  fc.constant<XrefEntry>({ kind: 'free', isHead: true }),
  fc.record({ kind: fc.constant('at' as const), offset: fc.nat(99), generation: fc.nat(9) }),
  fc.record({ kind: fc.constant('inside' as const), container: fc.nat(9), index: fc.nat(9) }),
);
const rows = fc.array(fc.tuple(fc.nat(12), entry), { maxLength: 20 });

test('a chain of sections answers as the newest row of each number, whatever their order', () => {
  fc.assert(
    fc.property(fc.array(rows, { minLength: 1, maxLength: 5 }), (sections) => {
      const expected = new Map<number, XrefEntry>();
      for (const [number, one] of sections.flat()) {
        if (!expected.has(number)) expected.set(number, one);
      }
      const chain = chained(sections.map((one) => XrefTable.of(one)));
      const sorted = (of: Iterable<readonly [number, XrefEntry]>) =>
        [...of].toSorted(([a], [b]) => a - b);
      expect(sorted(chain)).toEqual(sorted(expected));
      expect([...chain.keys()].toSorted((a, b) => a - b)).toEqual(
        [...expected.keys()].toSorted((a, b) => a - b),
      );
      for (let number = 0; number <= 13; number += 1) {
        expect(chain.get(number)).toEqual(expected.get(number));
        expect(chain.has(number)).toBe(expected.has(number));
      }
      expect(chain.highest()).toBe(Math.max(-1, ...expected.keys()));
      const inside = [...expected.values()].flatMap((one) =>
        one.kind === 'inside' ? [one.container] : [],
      );
      expect(chain.containers()).toEqual(new Set(inside));
    }),
    { seed: 7 },
  );
});

test('rows are left in the file only where each is written to the letter', () => {
  const good = '0000000016 00000 n \n0000000000 65535 f \n9999999999 12345 n\r\n';
  expect(usualRows(fromLatin1(good), 0, 9)).toBe(3);
  const table = new XrefTable();
  table.leave(4, { bytes: fromLatin1(good), at: 0, count: 3, shift: 2 });
  expect([...table]).toEqual([
    [4, { kind: 'at', offset: 18, generation: 0 }],
    [5, { kind: 'free', isHead: true }],
    [6, { kind: 'at', offset: 10_000_000_001, generation: 12_345 }],
  ]);
  // One other byte anywhere in the second row.
  for (let at = usualRowBytes; at < 2 * usualRowBytes; at += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const changed = good.slice(0, at) + String.fromCharCode(byte) + good.slice(at + 1);
      const row = changed.slice(usualRowBytes, 2 * usualRowBytes);
      const want = /^\d{10} \d{5} [nf](?: \r| \n|\r\n)$/.test(row) ? 3 : 1;
      expect([at, byte, usualRows(fromLatin1(changed), 0, 9)]).toEqual([at, byte, want]);
    }
  }
});

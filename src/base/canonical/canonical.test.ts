import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#base/bytes';
import { canonical, isList, isObject, type Json, parseCanonical } from './index.ts';

/** RFC 8785 §3.2.3 written out once more, the slow way. */
function byTheBook(value: Json): string {
  if (isList(value)) return `[${value.map(byTheBook).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).toSorted((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${byTheBook(value[name] ?? null)}`).join(',')}}`;
}

const key = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 4 }),
  // Names that JavaScript orders, or reads, in ways of its own.
  fc.constantFrom('10', '9', '__proto__', 'toJSON', '', '\u20ac', '\ud83d\ude00', 'é'),
);
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.maxSafeInteger(), fc.boolean()),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('tree')), { maxLength: 5 }).map((all) => Object.fromEntries(all)),
  ),
}));

describe('canonical JSON', () => {
  test('in whatever order the members came, the text is that of RFC 8785', () => {
    fc.assert(
      fc.property(
        tree.filter((value) => !Object.is(value, -0)),
        (value) => {
          const text = canonical(value);
          expect(text).toBe(byTheBook(value));
          expect(canonical(parseCanonical(utf8(text)))).toBe(text);
        },
      ),
    );
  });

  test.each<[string, unknown]>([
    ['a fraction', 0.5],
    ['minus zero', { a: [-0] }],
    ['beyond 2^53', [2 ** 53]],
    ['half a surrogate pair', ['\ud83d']],
    ['half a pair in a name', { '\ude00': 1 }],
    ['33 lists in one another', JSON.parse('['.repeat(34) + ']'.repeat(34))],
  ])('%s has no single spelling, in order or not', (_, value) => {
    expect(() => canonical(value as Json)).toThrow('base.json_unsuitable');
    expect(() => canonical({ b: 1, a: value } as Json)).toThrow('base.json_unsuitable');
  });
});

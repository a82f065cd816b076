import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { hasOddText, jsonOf } from './body.ts';
import { malformed } from './malformed.ts';
import { numberText } from './schemas.ts';

const whyOf = (text: string): unknown => {
  try {
    jsonOf(utf8(text), true);
    return 'taken';
  } catch (thrown) {
    return thrown instanceof Fault ? thrown.details['why'] : thrown;
  }
};

describe('the JSON of a body', () => {
  test.each([
    ['a name twice', '{"a":"1","a":"2"}', 'names'],
    ['twice by another spelling', '{"a":"1","\\u0061":"2"}', 'names'],
    ['twice, deep inside', '{"records":[{"fields":{"姓名":"a","姓名":"b"}}]}', 'names'],
    ['a name that assignment swallows', '{"fields":{"__proto__":{"x":1},"a":"1"}}', 'names'],
    ['one name in two objects', '[{"a":"1"},{"a":"2"}]', 'taken'],
    ['colons and quotes in texts', '{"a:b":"c\\\\\\":\\\\","d":["::",":"]}', 'taken'],
    ['no JSON', '{"a":}', 'json'],
  ])('%s', (_, text, why) => expect(whyOf(text)).toBe(why));

  test('whatever JSON.stringify writes is read as it was', () => {
    const plain = fc.json().filter((text) => !text.includes('__proto__'));
    fc.assert(
      fc.property(plain, (text) => {
        expect(jsonOf(utf8(text), true)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('a text without UTF-8, or with U+0000, is odd wherever it stands', () => {
    expect(hasOddText({ a: [{ b: '\ud800' }] })).toBe(true);
    expect(hasOddText({ 'a\u0000': 1 })).toBe(true);
    expect(hasOddText({ a: ['王', '👨‍👩‍👧', '\u202e', 7, null] })).toBe(false);
  });
});

describe('what is told of a part that does not fit', () => {
  const shape = z.strictObject({
    name: z.string().regex(/^[a-z]{1,3}$/),
    size: z.int().max(9),
    kind: z.enum(['record', 'file']),
    number: numberText.optional(),
  });
  const told = (value: object) => {
    const [issue] = shape.safeParse(value).error?.issues ?? [];
    return issue === undefined ? undefined : malformed('body', issue).details;
  };
  const right = { name: 'a', size: 1, kind: 'file' };

  test.each([
    [
      { ...right, name: '王样例' },
      { at: 'name', needs: '/^[a-z]{1,3}$/' },
    ],
    [
      { ...right, size: 10 },
      { at: 'size', needs: '≤ 9' },
    ],
    [
      { ...right, kind: '王样例' },
      { at: 'kind', needs: 'record | file' },
    ],
    [
      { ...right, size: '王样例' },
      { at: 'size', needs: 'number' },
    ],
    [
      { ...right, number: 'FB202611221234567890123451' },
      { at: 'number', needs: 'ISO 7064 MOD 11,10' },
    ],
    [
      { ...right, cursor: 1, 王样例: 1 },
      { at: '', needs: '-cursor' },
    ],
  ])('the place and the need, never the value: %j', (value, needed) => {
    expect(told(value)).toMatchObject(needed);
    expect(JSON.stringify(told(value))).not.toContain('王样例');
  });
});

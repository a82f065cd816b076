import { describe, expect, test } from 'vitest';
import { parseInstant } from '#base/clock';
import { seededRandom } from '#base/random';
import { isPreservationNumber, preservationNumber } from './preservation-number.ts';

const now = parseInstant('2026-11-21T23:59:59.999+08:00');

function numbers(count: number): readonly string[] {
  const random = seededRandom(20);
  return Array.from({ length: count }, () => preservationNumber({ now, random }));
}

describe('a preservation number', () => {
  test('names the day in China and is another one each time', () => {
    const many = numbers(2_000);
    expect(new Set(many).size).toBe(2_000);
    for (const number of many) expect(number).toMatch(/^FB20261121\d{16}$/);
    expect(many.every(isPreservationNumber)).toBe(true);
  });

  test('every single wrong digit is seen', () => {
    for (const number of numbers(20)) {
      for (let at = 2; at < number.length; at += 1) {
        for (let digit = 0; digit < 10; digit += 1) {
          if (String(digit) === number[at]) continue;
          const wrong = `${number.slice(0, at)}${digit}${number.slice(at + 1)}`;
          expect(isPreservationNumber(wrong), wrong).toBe(false);
        }
      }
    }
  });

  test('the check digit is that of ISO 7064 MOD 11,10, and not another text', () => {
    // The standard's own example: 0794 has the check digit 5.
    expect(isPreservationNumber(`FB${'0'.repeat(24)}`)).toBe(false);
    for (const text of ['', 'FB', 'FB12', `XX${'0'.repeat(24)}`, `FB${'1'.repeat(25)}`]) {
      expect(isPreservationNumber(text), text).toBe(false);
    }
    expect(isPreservationNumber('FB202611210000000000')).toBe(true);
  });
});

import { describe, expect, test } from 'vitest';
import { instantFromMs } from '#base/clock';
import { readingSoFar } from './reading.ts';

const rule = { pages: 3, secondsMin: 30 };
const at = (seconds: number) => instantFromMs(seconds * 1000);
const shown = (page: number, seconds: number) => ({ page, at: at(seconds) });

describe('the reading rule', () => {
  test('reading is met only when every page was shown and the server saw the time pass', () => {
    const events = [shown(1, 0), shown(2, 10), shown(3, 20)];
    expect(readingSoFar(rule, events, at(29))).toMatchObject({ met: false, secondsLeft: 1 });
    expect(readingSoFar(rule, events, at(30))).toMatchObject({ met: true, secondsRead: 30 });
  });

  test('a page never shown keeps the reading open however long it takes', () => {
    const reading = readingSoFar(rule, [shown(1, 0), shown(3, 50)], at(100));
    expect(reading).toMatchObject({ met: false, pagesUnseen: [2], secondsLeft: 0 });
  });

  test('time with the reader closed does not count, nor does a phone left on the table', () => {
    expect(readingSoFar(rule, [shown(1, 0), shown(0, 5)], at(900)).secondsRead).toBe(5);
    expect(readingSoFar(rule, [shown(1, 0)], at(900)).secondsRead).toBe(120);
  });

  test('a page number outside the document is not a page that was read', () => {
    expect(readingSoFar(rule, [shown(4, 0), shown(-1, 50)], at(90)).pagesUnseen).toEqual([1, 2, 3]);
  });
});

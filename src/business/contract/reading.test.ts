import { describe, expect, test } from 'vitest';
import { instantFromMs } from '#base/clock';
import { readingSoFar } from './reading.ts';

const rule = { id: 'contract', pages: 3, secondsMin: 30 };
const at = (seconds: number) => instantFromMs(seconds * 1000);
const shown = (page: number, seconds: number, more: object = {}) => ({
  document: 'contract',
  page,
  at: at(seconds),
  ...more,
});

describe('the reading rule', () => {
  test('S1-10 reading is met only when every page was shown and the server saw the time pass', () => {
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
    expect(readingSoFar(rule, [shown(1, 0)], at(900)).secondsRead).toBe(30);
  });

  test('what was read before an interruption counts on at another device', () => {
    const events = [shown(1, 0), shown(0, 12), shown(2, 5_000), shown(3, 5_010)];
    expect(readingSoFar(rule, events, at(5_018))).toMatchObject({ met: true, secondsRead: 30 });
  });

  test('nobody reads two documents at a time: the other one stops this one', () => {
    const other = { document: 'note' };
    const events = [shown(1, 0), shown(1, 5, other), shown(2, 20), shown(3, 25)];
    expect(readingSoFar(rule, events, at(30)).secondsRead).toBe(15);
  });

  test('a beat cannot run faster than time, however many are sent', () => {
    const beats = Array.from({ length: 500 }, (_, n) => shown(1 + (n % 3), Math.floor(n / 100)));
    expect(readingSoFar(rule, beats, at(5)).secondsRead).toBe(5);
  });

  test('what is read to her counts like reading, and is told apart', () => {
    const events = [shown(1, 0, { aloud: true }), shown(2, 20), shown(3, 25)];
    const reading = readingSoFar(rule, events, at(30));
    expect(reading).toMatchObject({ met: true, secondsRead: 30, secondsAloud: 20 });
  });

  test('a page number outside the document is not a page that was read', () => {
    expect(readingSoFar(rule, [shown(4, 0), shown(-1, 50)], at(90)).pagesUnseen).toEqual([1, 2, 3]);
  });
});

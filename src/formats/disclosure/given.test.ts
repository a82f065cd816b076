import { describe, expect, test } from 'vitest';

import { givenPlace, givenTime } from './index.ts';

describe('a time as it was given', () => {
  test.each([
    ['0001-01-01 00:00:00', '0001-01-01T00:00:00.000+08:00'],
    ['9999-12-31 23:59:59', '9999-12-31T23:59:59.000+08:00'],
    ['2018-03-11T23:59:59.9999Z', '2018-03-12T07:59:59.999+08:00'],
    ['2018-03-12 05:19:33-2359', '2018-03-13T13:18:33.000+08:00'],
  ])('S2-61 %s is %s', (given, at) => {
    const read = givenTime(given);
    expect([read?.at, read?.atMs]).toEqual([at, Date.parse(at)]);
  });

  test.each([
    '0000-12-31 23:59:59',
    '0000-12-31 23:59:59-02:00',
    '0001-01-01 00:00:00+14:00',
    '9999-12-31 23:59:59Z',
    '2018-03-12 05:19:33+24:00',
    '2018-03-12 05:19:33+08:60',
    '2018-02-29 00:00:00',
    '2018-03-12 24:00:00',
    '2018-03-12 23:59:60',
  ])('S2-61 %s is none that every reader has', (given) => {
    expect(givenTime(given)).toBeUndefined();
  });
});

test('S2-60 a place on earth keeps its digits', () => {
  expect(givenPlace('-90.000, 180')).toEqual({ lat: '-90.000', lng: '180' });
  for (const given of ['90.1,0', '0,-180.01', '1', '1,2,3', '1.,2']) {
    expect(givenPlace(given)).toBeUndefined();
  }
});

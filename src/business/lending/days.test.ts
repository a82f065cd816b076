import { describe, expect, test } from 'vitest';
import { fen, parseRate } from '#base/money';
import type { DayCount } from './days.ts';
import {
  addDays,
  addMonths,
  ageOn,
  countDays,
  firstDueDate,
  interestByDays,
  parseDate,
} from './days.ts';

const date = parseDate;

describe('day counts of requirements C.2', () => {
  const cases = [
    { from: '2018-03-12', to: '2018-04-01', amount: 500_000n, rate: '0.234' },
    { from: '2024-01-15', to: '2024-07-15', amount: 10_000_000n, rate: '0.0435' },
  ] as const;
  const golden: readonly (readonly [DayCount, number, bigint][])[] = [
    [
      ['ACT/360', 20, 6_500n],
      ['ACT/365', 20, 6_411n],
      ['30/360', 19, 6_175n],
    ],
    [
      ['ACT/360', 182, 219_917n],
      ['ACT/365', 182, 216_904n],
      ['30/360', 180, 217_500n],
    ],
  ];
  cases.forEach((loan, at) => {
    test.each(golden[at] ?? [])(`${loan.from} to ${loan.to} by %s`, (basis, days, interest) => {
      expect(countDays(date(loan.from), date(loan.to), basis)).toBe(days);
      const principal = fen(loan.amount);
      const annualRate = parseRate(loan.rate);
      expect(interestByDays({ principal, annualRate, days, basis })).toBe(interest);
    });
  });
});

test.each([
  ['2018-03-12', '2018-04-01'],
  ['2018-03-13', '2018-05-01'],
  ['2026-11-21', '2027-01-01'],
  ['2026-11-11', '2026-12-01'],
  ['2026-11-12', '2027-01-01'],
  ['2028-02-10', '2028-03-01'],
])('disbursed %s, the first day 01 at least 20 days ahead is %s', (disbursedOn, due) => {
  expect(firstDueDate({ disbursedOn: date(disbursedOn), repaymentDay: 1, daysMin: 20 })).toBe(due);
});

test('a fixed day that some months lack is refused', () => {
  const rule = { disbursedOn: date('2026-11-21'), repaymentDay: 29, daysMin: 20 };
  expect(() => firstDueDate(rule)).toThrow('lending.terms_malformed');
});

test('calendar arithmetic keeps to days that exist', () => {
  expect(addMonths(date('2026-01-31'), 1)).toBe('2026-02-28');
  expect(addMonths(date('2026-12-01'), 1)).toBe('2027-01-01');
  expect(addDays(date('2028-02-28'), 1)).toBe('2028-02-29');
  for (const bad of ['2026-02-29', '2026-2-1', '20260201', '2026-13-01', '']) {
    expect(() => date(bad)).toThrow('lending.date_malformed');
  }
});

test('one is 17 to the eve of the birthday and 18 on it', () => {
  const born = date('2008-11-22');
  expect(ageOn(born, date('2026-11-21'))).toBe(17);
  expect(ageOn(born, date('2026-11-22'))).toBe(18);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fen, formatYuan, parseRate } from '#base/money';
import { parseDate } from './days.ts';
import type { LoanTerms } from './schedule.ts';
import { checkStatedPayment, repaymentSchedule } from './schedule.ts';

const seedLoan: LoanTerms = {
  principal: fen(500_000n),
  annualRate: parseRate('0.234'),
  months: 12,
  method: 'EQUAL_INSTALMENT',
  firstPeriod: 'FULL_MONTH',
  disbursedOn: parseDate('2018-03-12'),
  repaymentDay: 1,
  firstDueDaysMin: 20,
};

const goldenPlan = [
  '2018-04-01 471.35 373.85 97.50 4,626.15',
  '2018-05-01 471.35 381.14 90.21 4,245.01',
  '2018-06-01 471.35 388.57 82.78 3,856.44',
  '2018-07-01 471.35 396.15 75.20 3,460.29',
  '2018-08-01 471.35 403.87 67.48 3,056.42',
  '2018-09-01 471.35 411.75 59.60 2,644.67',
  '2018-10-01 471.35 419.78 51.57 2,224.89',
  '2018-11-01 471.35 427.96 43.39 1,796.93',
  '2018-12-01 471.35 436.31 35.04 1,360.62',
  '2019-01-01 471.35 444.82 26.53 915.80',
  '2019-02-01 471.35 453.49 17.86 462.31',
  '2019-03-01 471.33 462.31 9.02 0.00',
];

test('S2-55 the schedule engine reproduces 471.35 and the whole golden plan', () => {
  const plan = repaymentSchedule(seedLoan);
  const printed = plan.instalments.map(({ dueOn, payment, principal, interest, balance }) =>
    [dueOn, ...[payment, principal, interest, balance].map(formatYuan)].join(' '),
  );
  expect(printed).toEqual(goldenPlan);
  expect(formatYuan(plan.regularPayment)).toBe('471.35');
  expect(formatYuan(plan.lastPayment)).toBe('471.33');
  expect(formatYuan(plan.totalInterest)).toBe('656.18');
  expect(formatYuan(plan.totalPayment)).toBe('5,656.18');
});

test('S2-55 a stated instalment more than 0.01 off is refused unless a reason overrides it', () => {
  const computed = repaymentSchedule(seedLoan).regularPayment;
  expect(checkStatedPayment(fen(47_134n), computed)).toBe('agrees');
  expect(() => checkStatedPayment(fen(47_133n), computed)).toThrow('lending.instalment_differs');
  expect(() => checkStatedPayment(fen(46_913n), computed, '  ')).toThrow(
    'lending.instalment_differs',
  );
  expect(checkStatedPayment(fen(46_913n), computed, '旧系统按日计息')).toBe('overridden');
});

test('the 20-day first period costs a full month or its days, as the parameter says', () => {
  const byDays = repaymentSchedule({ ...seedLoan, firstPeriod: 'ACTUAL_DAYS' });
  expect(byDays.instalments[0]).toMatchObject({ dueOn: '2018-04-01', interest: 6_500n });
  expect(formatYuan(byDays.regularPayment)).toBe('468.34');
  const fullMonth = repaymentSchedule(seedLoan);
  expect(fullMonth.instalments[0]).toMatchObject({ dueOn: '2018-04-01', interest: 9_750n });
});

test('on any date of the year the story loan has the same amounts', () => {
  for (let day = 0; day < 366; day += 1) {
    const disbursedOn = parseDate(
      new Date(Date.UTC(2026, 10, 21 + day)).toISOString().slice(0, 10),
    );
    const plan = repaymentSchedule({ ...seedLoan, disbursedOn });
    expect([plan.regularPayment, plan.lastPayment, plan.totalInterest]).toEqual([
      47_135n,
      47_133n,
      65_618n,
    ]);
  }
});

test('equal principal pays 416.67 of principal, 416.63 at last, 633.72 of interest', () => {
  const plan = repaymentSchedule({ ...seedLoan, method: 'EQUAL_PRINCIPAL' });
  expect(plan.instalments.map(({ payment }) => formatYuan(payment))).toEqual(
    '514.17 506.04 497.92 489.79 481.67 473.54 465.42 457.29 449.17 441.04 432.92 424.75'.split(
      ' ',
    ),
  );
  expect(plan.instalments.at(-1)?.principal).toBe(41_663n);
  expect(formatYuan(plan.totalInterest)).toBe('633.72');
});

const anyTerms: fc.Arbitrary<LoanTerms> = fc.record({
  principal: fc.bigInt({ min: 100_000n, max: 100_000_000n }).map(fen),
  annualRate: fc
    .bigInt({ min: 0n, max: 2_400n })
    .map((numerator) => ({ numerator, denominator: 10_000n })),
  months: fc.integer({ min: 1, max: 36 }),
  method: fc.constantFrom('EQUAL_INSTALMENT', 'EQUAL_PRINCIPAL'),
  firstPeriod: fc.constantFrom('FULL_MONTH', 'ACTUAL_DAYS'),
  disbursedOn: fc
    .integer({ min: 0, max: 3_000 })
    .map((day) => parseDate(new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10))),
  repaymentDay: fc.integer({ min: 1, max: 28 }),
  firstDueDaysMin: fc.integer({ min: 0, max: 20 }),
});

test('any plan repays the principal exactly, ends at zero, and never charges negative interest', () => {
  fc.assert(
    fc.property(anyTerms, (terms) => {
      const plan = repaymentSchedule(terms);
      const repaid = plan.instalments.reduce((sum, { principal }) => sum + principal, 0n);
      expect(repaid).toBe(terms.principal);
      expect(plan.instalments.at(-1)?.balance).toBe(0n);
      expect(plan.instalments.every(({ interest }) => interest >= 0n)).toBe(true);
      // Two roundings of half a fen a month, each grown by at most 1.45 on average at these terms.
      const level = terms.method === 'EQUAL_INSTALMENT' ? plan.regularPayment : plan.lastPayment;
      const off = Number(plan.lastPayment - level);
      expect(Math.abs(off)).toBeLessThanOrEqual(terms.months * 1.5);
    }),
    { numRuns: 200 },
  );
});

test('an instalment that would not even pay the first interest is refused', () => {
  const terms = {
    ...seedLoan,
    firstPeriod: 'ACTUAL_DAYS',
    firstDueDaysMin: 90,
    months: 120,
  } as const;
  expect(() => repaymentSchedule(terms)).toThrow('lending.terms_malformed');
});

test('terms that make no loan are refused by name', () => {
  expect(() => repaymentSchedule({ ...seedLoan, months: 0 })).toThrow('lending.terms_malformed');
  expect(() => repaymentSchedule({ ...seedLoan, months: 361 })).toThrow('lending.terms_malformed');
  expect(() => repaymentSchedule({ ...seedLoan, principal: fen(0n) })).toThrow(
    'lending.terms_malformed',
  );
});

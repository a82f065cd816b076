import { describe, expect, test } from 'vitest';
import { fen, parseRate } from '#base/money';
import type { ScaledRate } from './cost.ts';
import { annualCost, costByDates, monthlyCost, percentText } from './cost.ts';
import { parseDate } from './days.ts';
import { repaymentSchedule } from './schedule.ts';

const plan = (disbursedOn: string) =>
  repaymentSchedule({
    principal: fen(500_000n),
    annualRate: parseRate('0.234'),
    months: 12,
    method: 'EQUAL_INSTALMENT',
    firstPeriod: 'FULL_MONTH',
    disbursedOn: parseDate(disbursedOn),
    repaymentDay: 1,
    firstDueDaysMin: 20,
  });

const flowsOf = (disbursedOn: string) => [
  { on: parseDate(disbursedOn), fen: 500_000n },
  ...plan(disbursedOn).instalments.map(({ dueOn, payment }) => ({ on: dueOn, fen: 0n - payment })),
];

const rate = (text: string) => BigInt(text) as ScaledRate;
const level = (received: bigint, paid: bigint) => [received, ...Array<bigint>(12).fill(-paid)];
const yearly = (monthly: ScaledRate) => {
  const factor = Number(monthly) / 1e30;
  return [
    percentText(monthly, 5),
    (1200 * factor).toFixed(2),
    (100 * ((1 + factor) ** 12 - 1)).toFixed(2),
  ];
};

describe('golden cases of requirements C.3', () => {
  test('the official example of 央行公告〔2021〕第3号 costs 12.80 % simple and 13.58 % IRR', () => {
    expect(yearly(monthlyCost(level(9_900_000n, 883_330n)))).toEqual(['1.06698', '12.80', '13.58']);
  });

  test('the loan of seed 002 costs 23.40 % simple, 26.08 % IRR, 27.71 % by real dates', () => {
    const cost = annualCost(flowsOf('2018-03-12'));
    expect(percentText(cost.monthly, 5)).toBe('1.95004');
    expect(percentText(cost.simple)).toBe('23.40');
    expect(percentText(cost.compound)).toBe('26.08');
    expect(percentText(cost.byDates)).toBe('27.71');
  });

  test('disbursed on 2018-03-01, a month before the first payment, it is 25.93 % by real dates', () => {
    const flows = flowsOf('2018-03-12').map((flow, at) =>
      at === 0 ? { ...flow, on: parseDate('2018-03-01') } : flow,
    );
    expect(percentText(costByDates(flows))).toBe('25.93');
  });

  test('a guarantee fee of 50.00 a month turns 10 % nominal into 22.65 % IRR', () => {
    const monthly = monthlyCost(level(1_000_000n, 92_916n));
    expect(yearly(monthly)).toEqual(['1.71564', '20.59', '22.65']);
  });
});

test('a loan without interest costs nothing, and flows that repay too little are refused', () => {
  expect(percentText(monthlyCost(level(1_200n, 100n)))).toBe('0.00');
  expect(() => monthlyCost(level(1_300n, 100n))).toThrow('lending.flows_malformed');
  expect(() => monthlyCost([])).toThrow('lending.flows_malformed');
  expect(() => monthlyCost([100n, -50n, 10n, -60n])).toThrow('lending.flows_malformed');
});

test('percentText rounds half up at the asked place', () => {
  expect(percentText(rate(`260750${'0'.repeat(24)}`))).toBe('26.08');
  expect(percentText(rate(`260749${'9'.repeat(24)}`))).toBe('26.07');
  expect(percentText(rate(`50${'0'.repeat(24)}`))).toBe('0.01');
});

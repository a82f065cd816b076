import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fen, formatYuan, parseRate } from '#base/money';
import { earlySettlement, overdueInterest, splitBetweenLenders } from './penalty.ts';

const annualRate = parseRate('0.234');
const multiplier = parseRate('1.5');

const overdue = (amount: bigint) =>
  formatYuan(overdueInterest({ amount: fen(amount), annualRate, multiplier, days: 10 }));

test('ten days overdue on the first principal cost 3.65, on the whole instalment 4.60', () => {
  expect(overdue(37_385n)).toBe('3.65');
  expect(overdue(47_135n)).toBe('4.60');
});

test('settled 15 days after the sixth instalment, 2,670.46 closes the loan', () => {
  const { interest, payoff } = earlySettlement({ balance: fen(264_467n), annualRate, days: 15 });
  expect([formatYuan(interest), formatYuan(payoff)]).toEqual(['25.79', '2,670.46']);
});

test('a joint loan of 30/70 splits principal and interest without losing a cent', () => {
  const share = parseRate('0.3');
  expect(splitBetweenLenders(fen(37_385n), share)).toEqual({ partner: 11_216n, lead: 26_169n });
  expect(splitBetweenLenders(fen(9_750n), share)).toEqual({ partner: 2_925n, lead: 6_825n });
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 12n }),
      fc.bigInt({ min: 0n, max: 1000n }),
      (a, s) => {
        const { partner, lead } = splitBetweenLenders(fen(a), { numerator: s, denominator: 1000n });
        expect(partner + lead).toBe(a);
      },
    ),
  );
});

test('days run forwards only', () => {
  expect(() => earlySettlement({ balance: fen(1n), annualRate, days: -1 })).toThrow(
    'lending.terms_malformed',
  );
});

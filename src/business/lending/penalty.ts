/**
 * Money that leaves the plan: overdue interest, early settlement, and the split between lenders.
 *
 * Overdue interest is the contract rate raised by 30–50 % (银发〔2003〕251号, L-LN-18) by days / 360;
 * the multiplier is dated data of the product and arrives here as an exact rate.
 */
import { Fault } from '#base/fault';
import type { Fen, Rate } from '#base/money';
import { divideHalfUp, fen } from '#base/money';

const yearDays = 360n;

/** Interest on an overdue amount: amount · annual rate · multiplier · days / 360. */
export function overdueInterest(overdue: {
  readonly amount: Fen;
  readonly annualRate: Rate;
  readonly multiplier: Rate;
  readonly days: number;
}): Fen {
  const { annualRate, multiplier } = overdue;
  return fen(
    divideHalfUp(
      overdue.amount * annualRate.numerator * multiplier.numerator * wholeDays(overdue.days),
      annualRate.denominator * multiplier.denominator * yearDays,
    ),
  );
}

/** What settles the loan on a day: the balance and the interest since the last due date. */
export function earlySettlement(loan: {
  readonly balance: Fen;
  readonly annualRate: Rate;
  readonly days: number;
}): { readonly interest: Fen; readonly payoff: Fen } {
  const { numerator, denominator } = loan.annualRate;
  const interest = divideHalfUp(
    loan.balance * numerator * wholeDays(loan.days),
    denominator * yearDays,
  );
  return { interest: fen(interest), payoff: fen(loan.balance + interest) };
}

/** The partner's part is rounded; the lead lender takes the rest, so that no cent is lost. */
export function splitBetweenLenders(
  amount: Fen,
  partnerShare: Rate,
): { readonly partner: Fen; readonly lead: Fen } {
  if (partnerShare.numerator > partnerShare.denominator) {
    throw new Fault('lending.terms_malformed', { term: 'partnerShare' });
  }
  const partner = divideHalfUp(amount * partnerShare.numerator, partnerShare.denominator);
  return { partner: fen(partner), lead: fen(amount - partner) };
}

function wholeDays(days: number): bigint {
  if (!Number.isSafeInteger(days) || days < 0) {
    throw new Fault('lending.terms_malformed', { term: 'days' });
  }
  return BigInt(days);
}

/**
 * The repayment plan of a loan, exact to the fen.
 *
 * Equal instalments (等额本息): A = P·r·(1+r)^n / ((1+r)^n − 1) with r = annual / 12, computed as one
 * exact fraction and rounded HALF_UP once; the last instalment takes what is left. Promises: the
 * principal parts sum to the principal exactly, the balance ends at zero, no interest is negative.
 */
import { Fault } from '#base/fault';
import type { Fen, Rate } from '#base/money';
import { divideHalfUp, fen } from '#base/money';
import type { CalendarDate } from './days.ts';
import { addMonths, daysBetween, firstDueDate } from './days.ts';

export type RepaymentMethod = 'EQUAL_INSTALMENT' | 'EQUAL_PRINCIPAL';

/** How the first, usually odd, period is charged; it changes the cost and must be disclosed. */
export type FirstPeriod = 'FULL_MONTH' | 'ACTUAL_DAYS';

export interface LoanTerms {
  readonly principal: Fen;
  readonly annualRate: Rate;
  readonly months: number;
  readonly method: RepaymentMethod;
  readonly firstPeriod: FirstPeriod;
  readonly disbursedOn: CalendarDate;
  readonly repaymentDay: number;
  readonly firstDueDaysMin: number;
}

export interface Instalment {
  readonly number: number;
  readonly dueOn: CalendarDate;
  readonly payment: Fen;
  readonly principal: Fen;
  readonly interest: Fen;
  /** What is still owed after this payment. */
  readonly balance: Fen;
}

export interface Schedule {
  readonly instalments: readonly Instalment[];
  /** The first payment: with equal instalments the one of every month but the last. */
  readonly regularPayment: Fen;
  readonly lastPayment: Fen;
  readonly totalPayment: Fen;
  readonly totalInterest: Fen;
}

const monthsMax = 360;
const principalFenMax = 10n ** 15n;
const differenceFenMax = 1n; // S2-55: a stated instalment may differ by 0.01 yuan.
const dayYear = 360n;

export function repaymentSchedule(terms: LoanTerms): Schedule {
  checkTerms(terms);
  const level = terms.method === 'EQUAL_INSTALMENT' ? levelPayment(terms) : undefined;
  const share = divideHalfUp(terms.principal, BigInt(terms.months));
  const firstDue = firstDueDate({ ...terms, daysMin: terms.firstDueDaysMin });
  const instalments: Instalment[] = [];
  let balance: bigint = terms.principal;
  for (let number = 1; number <= terms.months; number += 1) {
    const interest = interestOf(terms, { balance, number, firstDue });
    const wanted = level === undefined ? share : level - interest;
    const principal = number === terms.months ? balance : least(wanted, balance);
    // A long first period can cost more than an instalment; such a plan would owe more each month.
    if (principal < 0n) refuse('firstPeriod');
    balance -= principal;
    instalments.push({
      number,
      dueOn: addMonths(firstDue, number - 1),
      payment: fen(principal + interest),
      principal: fen(principal),
      interest: fen(interest),
      balance: fen(balance),
    });
  }
  return totals(instalments);
}

/** Refuses a record whose stated instalment is not the recomputed one, unless a reason is given. */
export function checkStatedPayment(
  stated: Fen,
  computed: Fen,
  overrideReason?: string,
): 'agrees' | 'overridden' {
  const difference = stated > computed ? stated - computed : computed - stated;
  if (difference <= differenceFenMax) return 'agrees';
  if (overrideReason !== undefined && overrideReason.trim() !== '') return 'overridden';
  throw new Fault('lending.instalment_differs', {
    stated: String(stated),
    computed: String(computed),
  });
}

function checkTerms(terms: LoanTerms): void {
  const { principal, annualRate, months } = terms;
  if (!Number.isInteger(months) || months < 1 || months > monthsMax) refuse('months');
  if (principal < BigInt(months) || principal > principalFenMax) refuse('principal');
  if (annualRate.numerator < 0n || annualRate.denominator <= 0n) refuse('annualRate');
}

function refuse(term: string): never {
  throw new Fault('lending.terms_malformed', { term });
}

/**
 * One division for the whole formula. With r = N/D the power (1+r)^n is (D+N)^n / D^n, so every
 * term is a whole number. An actual first period replaces its (1+r) by 1 + R·days/360.
 */
function levelPayment(terms: LoanTerms): bigint {
  const months = BigInt(terms.months);
  const n = terms.annualRate.numerator;
  const d = terms.annualRate.denominator * 12n;
  if (n === 0n) return divideHalfUp(terms.principal, months);
  const grown = (d + n) ** months;
  const annuity = grown - d ** months;
  if (terms.firstPeriod === 'FULL_MONTH') {
    return divideHalfUp(terms.principal * n * grown, d * annuity);
  }
  const dayDivisor = terms.annualRate.denominator * dayYear;
  const first = dayDivisor + n * BigInt(firstDays(terms));
  return divideHalfUp(terms.principal * first * n * (d + n) ** (months - 1n), dayDivisor * annuity);
}

function interestOf(
  terms: LoanTerms,
  period: { balance: bigint; number: number; firstDue: CalendarDate },
): bigint {
  const { numerator, denominator } = terms.annualRate;
  if (period.number === 1 && terms.firstPeriod === 'ACTUAL_DAYS') {
    const days = BigInt(daysBetween(terms.disbursedOn, period.firstDue));
    return divideHalfUp(period.balance * numerator * days, denominator * dayYear);
  }
  return divideHalfUp(period.balance * numerator, denominator * 12n);
}

function firstDays(terms: LoanTerms): number {
  const due = firstDueDate({ ...terms, daysMin: terms.firstDueDaysMin });
  return daysBetween(terms.disbursedOn, due);
}

function totals(instalments: readonly Instalment[]): Schedule {
  const sum = (part: (one: Instalment) => bigint): Fen =>
    fen(instalments.reduce((total, one) => total + part(one), 0n));
  return {
    instalments,
    regularPayment: instalments[0]?.payment ?? fen(0n),
    lastPayment: instalments.at(-1)?.payment ?? fen(0n),
    totalPayment: sum((one) => one.payment),
    totalInterest: sum((one) => one.interest),
  };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

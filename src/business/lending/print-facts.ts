/**
 * The facts a loan's documents are printed from: approved data and the engine's figures, no free text.
 *
 * S1-06: nothing a clerk types can change an approved term. Each template takes the fields it names
 * and no more (PIPL 6), so one set of facts serves every document of the loan.
 */
import { toBase64Url, toHex } from '#base/bytes';
import type { Json } from '#base/canonical';
import { chinaDate, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { type Fen, fen, type Rate } from '#base/money';
import type { Lender } from '#business/tenancy';
import { saltBytes } from '#formats/disclosure';
import { annualCost, percentText, scaledRate } from './cost.ts';
import { addMonths, type CalendarDate, daysBetween, parseDate } from './days.ts';
import type { LoanParts } from './parts.ts';
import type { Loan, LoanProduct } from './ports.ts';
import { repaymentSchedule, type Schedule } from './schedule.ts';
import type { Applicant } from './terms.ts';

const one: Rate = { numerator: 1n, denominator: 1n };

export type PrintFacts = { readonly [name: string]: Json };

/** The repayment plan of a loan as if it were paid out on `disbursedOn`. */
export function planOf(
  loan: Loan,
  product: LoanProduct,
  disbursedOn: CalendarDate | undefined,
): Schedule {
  const { amount, termMonths } = loan;
  if (amount === undefined || termMonths === undefined || disbursedOn === undefined) {
    throw new Fault('lending.terms_refused', { why: 'terms missing' });
  }
  return repaymentSchedule({
    principal: amount,
    annualRate: product.annualRate,
    months: termMonths,
    method: product.method,
    firstPeriod: product.firstPeriod,
    disbursedOn,
    repaymentDay: product.repaymentDay,
    firstDueDaysMin: product.firstDueDaysMin,
  });
}

export async function printFacts(
  about: {
    loan: Loan;
    product: LoanProduct;
    lender: Lender;
    applicant: Applicant;
    at: Instant;
  },
  parts: Pick<LoanParts, 'random' | 'engine'>,
): Promise<PrintFacts> {
  const { loan, product, applicant, at } = about;
  const { words } = product;
  const today = parseDate(chinaDate(at));
  const required = product.requiredEvidence;
  return {
    ...(words.label === undefined ? {} : { label: words.label }),
    salt: toBase64Url(parts.random.bytes(saltBytes)),
    version: words.version,
    contractNumber: loan.contractNumber ?? '',
    noteNumber: `JJ${(loan.contractNumber ?? '').slice(2)}`,
    preservationNumber: loan.preservationNumber,
    lender: { ...about.lender },
    borrower: { ...applicant },
    retentionYears: words.retentionYears,
    consents: words.consents,
    creditQuery: {
      ...words.creditQuery,
      validFrom: today,
      validUntil: addMonths(today, (loan.termMonths ?? 0) + words.creditQueryMonthsAfterEnd),
    },
    evidenceList: {
      id: words.evidenceList.id,
      version: words.evidenceList.version,
      sha256: toHex(await parts.engine.digest('sha256', required)),
      sm3: toHex(await parts.engine.digest('sm3', required)),
    },
    loan: loanFacts(loan, product, today),
  };
}

function loanFacts(loan: Loan, product: LoanProduct, today: CalendarDate): PrintFacts {
  const plan = planOf(loan, product, today);
  const amount = loan.amount ?? fen(0n);
  const first = plan.instalments[0];
  const last = plan.instalments.at(-1);
  if (first === undefined || last === undefined) throw new Fault('lending.terms_refused');
  const cost = annualCost([
    { on: today, fen: amount },
    ...plan.instalments.map(({ dueOn, payment }) => ({ on: dueOn, fen: 0n - payment })),
  ]);
  const { words } = product;
  return {
    amountFen: fenText(amount),
    months: loan.termMonths ?? 0,
    method: words.method,
    annualRatePercent: ratePercent(product.annualRate, one),
    monthlyRatePercent: ratePercent(product.annualRate, { numerator: 1n, denominator: 12n }),
    disbursedOn: today,
    firstDueOn: first.dueOn,
    lastDueOn: last.dueOn,
    repaymentDay: product.repaymentDay,
    firstDueDaysMin: product.firstDueDaysMin,
    firstPeriod: product.firstPeriod,
    firstPeriodDays: daysBetween(today, first.dueOn),
    regularPaymentFen: fenText(plan.regularPayment),
    lastPaymentFen: fenText(plan.lastPayment),
    totalInterestFen: fenText(plan.totalInterest),
    totalPaymentFen: fenText(plan.totalPayment),
    totalCostFen: fenText(plan.totalInterest),
    simplePercent: percentText(cost.simple),
    irrPercent: percentText(cost.compound),
    xirrPercent: percentText(cost.byDates),
    overduePercent: ratePercent(product.annualRate, product.overdueMultiplier),
    overdueMarkup: words.overdueMarkup,
    misusePercent: ratePercent(product.annualRate, product.misuseMultiplier),
    misuseMarkup: words.misuseMarkup,
    fees: [],
    purpose: words.purposes[loan.purpose ?? ''] ?? '',
    guarantee: words.guarantee,
    forbiddenUses: words.forbiddenUses,
    capWords: words.cap,
    plan: plan.instalments.map((row) => ({
      number: row.number,
      dueOn: row.dueOn,
      paymentFen: fenText(row.payment),
      principalFen: fenText(row.principal),
      interestFen: fenText(row.interest),
      balanceFen: fenText(row.balance),
    })),
  };
}

function fenText(amount: Fen): string {
  return String(amount);
}

/** The yearly rate in percent with two digits, as every document states it. */
export function annualRatePercent(product: LoanProduct): string {
  return ratePercent(product.annualRate, one);
}

function ratePercent(rate: Rate, times: Rate): string {
  return percentText(scaledRate(rate, times));
}

/**
 * Step 7: the figures of a loan are one set of figures.
 *
 * She signs the contract and not the note, and nobody signs the claim that the house states from
 * it: what they say of the money is what the contract says, and a table of payments adds up.
 */
import { canonical, type Json } from '#base/canonical';
import type { JsonObject } from '../json.ts';
import type { Findings } from '../report/findings.ts';
import type { Recorded } from './entries.ts';
import { objectIn, type SpeakingPaper, textOf } from './paper-data.ts';

/** What was agreed whatever day the money goes. */
const terms = [
  'amountFen',
  'annualRatePercent',
  'months',
  'method',
  'monthlyRatePercent',
  'overduePercent',
  'overdueMarkup',
  'misusePercent',
  'misuseMarkup',
  'repaymentDay',
  'firstPeriod',
  'purpose',
  'fees',
];
/** What follows from these; from the day too, where the first period is charged by its days. */
const results = [
  'regularPaymentFen',
  'lastPaymentFen',
  'totalInterestFen',
  'totalPaymentFen',
  'irrPercent',
];
const rowFigures = ['number', 'paymentFen', 'principalFen', 'interestFen', 'balanceFen'];

export function judgeFigures(
  papers: readonly SpeakingPaper[],
  recorded: readonly Recorded[],
  findings: Findings,
): void {
  const loans = papers.map(({ data }) => objectIn(data, 'loan'));
  const byDays = loans.some((loan) => loan?.['firstPeriod'] === 'ACTUAL_DAYS');
  const said = new Map<string, { readonly value: string; readonly by: string }>();
  for (const [at, { document }] of papers.entries()) {
    const loan = loans[at];
    if (loan === undefined) continue;
    const part = document.name;
    const hear = (name: string, value: Json | undefined): void => {
      if (value === undefined) return;
      const own = canonical(value);
      const earlier = said.get(name);
      if (earlier === undefined) said.set(name, { value: own, by: part });
      else if (earlier.value !== own) {
        findings.add('paper_differs', part, `loan.${name} is another in ${earlier.by}`);
      }
    };
    for (const name of terms) hear(name, loan[name]);
    const day = byDays ? `, paid out on ${textOf(loan, 'disbursedOn') ?? ''}` : '';
    for (const name of results) hear(`${name}${day}`, loan[name]);
    const rows = rowsOf(loan);
    if (rows === undefined) continue;
    hear(
      `plan${day}`,
      rows.map((row) => rowFigures.map((name) => row[name] ?? null)),
    );
    const wrong = wrongSum(loan, rows);
    if (wrong !== undefined) findings.add('paper_differs', part, `its ${wrong} does not add up`);
  }
  judgeClaims(papers, recorded, findings);
}

/** The table of payments, where it is one. */
function rowsOf(loan: JsonObject): readonly JsonObject[] | undefined {
  const { plan } = loan;
  if (!Array.isArray(plan) || plan.length === 0) return undefined;
  return plan.map((row) => objectIn({ row }, 'row') ?? {});
}

/** Which figure of a paper is not what its table makes; what is no whole number says nothing. */
function wrongSum(loan: JsonObject, rows: readonly JsonObject[]): string | undefined {
  const all = rows.map((row) => {
    const [payment, principal, interest, balance] = rowFigures
      .slice(1)
      .map((name) => fenOf(row[name]));
    return { payment, principal, interest, balance };
  });
  let owed = fenOf(loan['amountFen']);
  let paid = 0n;
  let earned = 0n;
  for (const { payment, principal, interest, balance } of all) {
    if (payment === undefined || principal === undefined || interest === undefined)
      return undefined;
    if (payment !== principal + interest) return 'plan';
    paid += payment;
    earned += interest;
    if (owed === undefined || balance === undefined) continue;
    owed -= principal;
    if (balance !== owed) return 'plan';
  }
  if (owed !== undefined && all.every(({ balance }) => balance !== undefined) && owed !== 0n) {
    return 'plan';
  }
  const made: readonly (readonly [string, bigint | undefined])[] = [
    ['totalPaymentFen', paid],
    ['totalInterestFen', earned],
    ['lastPaymentFen', all.at(-1)?.payment],
    ['regularPaymentFen', all[0]?.payment],
    ['months', BigInt(rows.length)],
  ];
  return made.find(([name, sum]) => {
    const told = fenOf(loan[name]);
    return told !== undefined && told !== sum;
  })?.[0];
}

function fenOf(value: Json | undefined): bigint | undefined {
  if (typeof value === 'number') return BigInt(value);
  return typeof value === 'string' && /^(?:0|[1-9]\d{0,17})$/.test(value)
    ? BigInt(value)
    : undefined;
}

/** What the house says that it may claim, it claims from this contract and of this sum. */
function judgeClaims(
  papers: readonly SpeakingPaper[],
  recorded: readonly Recorded[],
  findings: Findings,
): void {
  const own = new Map<string, Json | undefined>([
    ['contractNumber', firstOf(papers.map(({ data }) => data?.['contractNumber']))],
    ['amountFen', firstOf(papers.map(({ data }) => objectIn(data, 'loan')?.['amountFen']))],
    ['holder', recorded.find(({ entry }) => entry.seq === 0)?.values.get('institution')],
  ]);
  for (const { entry, values, part } of recorded) {
    if (entry.type !== 'right.created') continue;
    for (const [name, wanted] of own) {
      const told = values.get(name);
      if (told === undefined || wanted === undefined || canonical(told) === canonical(wanted))
        continue;
      findings.add('paper_differs', part, `${name} is not that of the contract`);
    }
  }
}

function firstOf(values: readonly (Json | undefined)[]): Json | undefined {
  return values.find((value) => value !== undefined);
}

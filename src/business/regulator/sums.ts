/**
 * From rows of states to what a supervisor reads of a product: cases, refusals, arrears, amounts.
 *
 * Nothing is estimated: every figure is a count or a sum of rows, so that it can be gone through
 * contract by contract and comes out the same.
 */
import { type Fen, fen } from '#base/money';
import { type CaseState, caseMoves } from '#business/lending';
import type { DebtSum, StateSum } from './ports.ts';

/** All cases of one version of a product. Money in fen. */
export interface ProductSums {
  readonly product: string;
  readonly version: string;
  readonly cases: number;
  readonly byState: Readonly<Partial<Record<CaseState, number>>>;
  readonly refused: number;
  readonly overdue: number;
  /** Contracts that both parties have signed. */
  readonly concluded: number;
  readonly applied: Fen;
  readonly concludedAmount: Fen;
  readonly disbursed: Fen;
  readonly outstanding: Fen;
  /** Principal and interest due before today and not paid. */
  readonly overdueAmount: Fen;
}

const nothing = fen(0n);
const concludedStates = reachableFrom('loan_signed');
const disbursedStates = reachableFrom('disbursed');

/** One line for each product and version, in their order. */
export function productSums(
  states: readonly StateSum[],
  debts: readonly DebtSum[],
): readonly ProductSums[] {
  const groups = Map.groupBy(states, keyOf);
  const owed = new Map(debts.map((debt) => [keyOf(debt), debt]));
  return [...groups.keys()].toSorted().flatMap((key) => {
    const rows = groups.get(key) ?? [];
    const [first] = rows;
    return first === undefined ? [] : [lineOf(first, rows, owed.get(key))];
  });
}

/** The same figures over all products of the institution. */
export function houseSums(states: readonly StateSum[]) {
  const cases = casesIn(states);
  return { cases, contracts: casesIn(states.filter(isIn(concludedStates))) };
}

function lineOf(
  { product, version }: StateSum,
  rows: readonly StateSum[],
  debt: DebtSum | undefined,
): ProductSums {
  const of = (wanted: CaseState) => casesIn(rows.filter(({ state }) => state === wanted));
  const concluded = rows.filter(isIn(concludedStates));
  return {
    product,
    version,
    cases: casesIn(rows),
    byState: Object.fromEntries(rows.map(({ state, cases }) => [state, cases])),
    refused: of('refused'),
    overdue: of('overdue'),
    concluded: casesIn(concluded),
    applied: amountIn(rows),
    concludedAmount: amountIn(concluded),
    disbursed: amountIn(rows.filter(isIn(disbursedStates))),
    outstanding: debt?.outstanding ?? nothing,
    overdueAmount: debt?.overdue ?? nothing,
  };
}

function keyOf({ product, version }: { product: string; version: string }): string {
  return `${product}\n${version}`;
}

function casesIn(rows: readonly StateSum[]): number {
  return rows.reduce((sum, { cases }) => sum + cases, 0);
}

function amountIn(rows: readonly StateSum[]): Fen {
  return fen(rows.reduce((sum, { amount }) => sum + amount, 0n));
}

function isIn(wanted: ReadonlySet<CaseState>): (row: StateSum) => boolean {
  return ({ state }) => wanted.has(state);
}

/** The state and all that can follow: what a case there has behind it cannot be undone. */
function reachableFrom(start: CaseState): ReadonlySet<CaseState> {
  const reached = new Set<CaseState>([start]);
  // A set that grows while it is walked is walked to its new end.
  for (const state of reached) for (const next of caseMoves[state]) reached.add(next);
  return reached;
}

import { describe, expect, test } from 'vitest';
import { type CaseState, caseMoves, isCaseState, moved } from './case.ts';

const states = Object.keys(caseMoves).filter(isCaseState);
const mainPath: CaseState[] = [
  'opened',
  'agreed',
  'applied',
  'pi_authorised',
  'credit_authorised',
  'approved',
  'sheet_confirmed',
  'loan_read',
  'borrower_signed',
  'loan_signed',
  'note_confirmed',
  'payment_authorised',
  'disbursed',
];

describe('the states of a loan', () => {
  test('S2-37 every step is the precondition of the next: each illegal move is refused with a code', () => {
    for (const from of states) {
      for (const to of states) {
        const allowed: readonly CaseState[] = caseMoves[from];
        if (allowed.includes(to)) expect(moved(from, to)).toBe(to);
        else expect(() => moved(from, to)).toThrow('lending.out_of_order');
      }
    }
    for (const [at, from] of mainPath.entries()) {
      const skipped = mainPath.slice(at + 2);
      for (const to of skipped) expect(() => moved(from, to)).toThrow('lending.out_of_order');
    }
  });

  test('no credit query without its own authorisation: approval is reached from nowhere else', () => {
    const before = states.filter((state) =>
      (caseMoves[state] as readonly CaseState[]).includes('approved'),
    );
    expect(before).toEqual(['credit_authorised', 'in_review']);
  });

  test('S0-03 every state is reachable from first contact, and every end is an end', () => {
    const reached = new Set<CaseState>(['opened']);
    for (const state of reached) for (const next of caseMoves[state]) reached.add(next);
    expect([...reached].toSorted()).toEqual(states.toSorted());
    expect(states.filter((state) => caseMoves[state].length === 0).toSorted()).toEqual(['settled']);
  });
});

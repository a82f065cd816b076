/**
 * The states of one loan and the moves between them, as a table that a test walks.
 *
 * Follows requirements C.5 (order of the credit case, S2-37): each step is the precondition of the
 * next, so an order that the law forbids, such as a credit query before its authorisation, cannot
 * be expressed as a move. A refused application ends with its evidence (C.15 no. 11).
 */
import { Fault } from '#base/fault';

export type CaseState =
  | 'opened'
  | 'agreed'
  | 'applied'
  | 'pi_authorised'
  | 'credit_authorised'
  | 'in_review'
  | 'approved'
  | 'sheet_confirmed'
  | 'loan_read'
  | 'borrower_signed'
  | 'loan_signed'
  | 'note_confirmed'
  | 'payment_authorised'
  | 'disbursed'
  | 'repaying'
  | 'overdue'
  | 'settled'
  | 'refused';

export const caseMoves = {
  opened: ['agreed'],
  agreed: ['applied', 'refused'],
  applied: ['pi_authorised'],
  pi_authorised: ['credit_authorised'],
  // Who does not want a machine to decide is decided on by a person (PIPL 24).
  credit_authorised: ['approved', 'refused', 'in_review'],
  in_review: ['approved', 'refused'],
  approved: ['sheet_confirmed'],
  sheet_confirmed: ['loan_read'],
  loan_read: ['borrower_signed'],
  borrower_signed: ['loan_signed'],
  loan_signed: ['note_confirmed'],
  note_confirmed: ['payment_authorised'],
  payment_authorised: ['disbursed'],
  disbursed: ['repaying', 'overdue', 'settled'],
  repaying: ['repaying', 'overdue', 'settled'],
  overdue: ['repaying', 'overdue', 'settled'],
  settled: [],
  // On her request a person looks again.
  refused: ['in_review'],
} as const satisfies Record<CaseState, readonly CaseState[]>;

/** The state after a move, or lending.out_of_order naming where the case stands. */
export function moved(from: CaseState, to: CaseState): CaseState {
  const allowed: readonly CaseState[] = caseMoves[from];
  if (!allowed.includes(to)) throw new Fault('lending.out_of_order', { state: from, wanted: to });
  return to;
}

/** Refuses a step whose precondition the case has not reached, or has already passed. */
export function requireState(state: CaseState, wanted: CaseState): void {
  if (state !== wanted) throw new Fault('lending.out_of_order', { state, wanted });
}

export function isCaseState(text: string): text is CaseState {
  return Object.hasOwn(caseMoves, text);
}

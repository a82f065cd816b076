/**
 * Every step of the main job tried at once: in each state all but the ones that are due must be
 * refused with a code, and the case must stay where it is (S2-37, requirements C.5).
 */
import { expect } from 'vitest';
import { systemClock } from '#base/clock';
import { uuidv7 } from '#base/id';
import { systemRandom } from '#base/random';
import type { Borrower, Listed } from './borrower.ts';

const documentKinds = [
  'pi-authorisation',
  'credit-authorisation',
  'cost-sheet',
  'loan-contract',
  'note',
] as const;

export type Move =
  | 'consents esign-agreement'
  | 'submission'
  | 'assessment'
  | 'payment-authorisations'
  | 'repayments'
  | `${'intents' | 'tickets' | 'confirm'} ${(typeof documentKinds)[number]}`;

/** Tries every move but those that are due now; answers the codes by move. */
export async function refuseAllBut(
  borrower: Borrower,
  due: readonly Move[],
): Promise<ReadonlyMap<Move, string>> {
  const before = await borrower.state();
  const codes = new Map<Move, string>();
  for (const [move, attempt] of await movesOf(borrower)) {
    if (!due.includes(move)) codes.set(move, await attempt());
  }
  for (const [move, code] of codes) expect(code, `${move} in ${before}`).toMatch(expected(move));
  expect(await borrower.state()).toBe(before);
  return codes;
}

/** What is asked for is either not there yet, or there and not due. */
function expected(move: Move): RegExp {
  if (move === 'repayments') return /^lending\.instalment_(unknown|paid)$/;
  if (/consents|submission|assessment|payment/.test(move)) return /^lending\.out_of_order$/;
  return /^(lending\.out_of_order|contract\.(document|slot)_unknown)$/;
}

async function movesOf(borrower: Borrower): Promise<ReadonlyMap<Move, () => Promise<string>>> {
  const listed = await borrower.documents();
  const codeOf = async (said: Promise<{ code: string }>): Promise<string> => (await said).code;
  const moves = new Map<Move, () => Promise<string>>([
    ['consents esign-agreement', () => codeOf(borrower.consent('esign-agreement'))],
    ['submission', () => codeOf(borrower.submit())],
    ['assessment', () => codeOf(borrower.assess())],
    ['payment-authorisations', () => codeOf(borrower.pay())],
    ['repayments', () => codeOf(borrower.repay(1, '2099-01-01'))],
  ]);
  for (const kind of documentKinds) {
    const document = listed.find((one) => one.kind === kind) ?? nowhere(kind);
    moves.set(`intents ${kind}`, () => codeOf(borrower.ask([document])));
    moves.set(`tickets ${kind}`, () => codeOf(borrower.ticket(document, fresh())));
    moves.set(`confirm ${kind}`, () => codeOf(borrower.confirmDocument(document)));
  }
  return moves;
}

/** A document that the house has not printed yet. */
function nowhere(kind: string): Listed {
  return { id: fresh(), kind, sha256: '0'.repeat(64), clauses: [], pages: 1 };
}

function fresh(): string {
  return uuidv7({ clock: systemClock, random: systemRandom });
}

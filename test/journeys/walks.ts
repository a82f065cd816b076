/**
 * Stretches of the main job that a journey about something else walks through without looking.
 */

import { type Borrower, consentsToApply } from './borrower.ts';
import type { DoorHand } from './door-hand.ts';
import type { Said } from './hand.ts';
import { dataOf } from './package-facts.ts';

/** What should have been a plain yes. */
export function well(said: Said): Said {
  if (said.status >= 300)
    throw new Error(`${said.status} ${said.code} ${JSON.stringify(said.body)}`);
  return said;
}

/** From first contact to an application that was received. */
export async function apply(borrower: Borrower): Promise<Borrower> {
  well(await borrower.open());
  for (const kind of ['esign-agreement', ...consentsToApply]) well(await borrower.consent(kind));
  well(await borrower.submit());
  return borrower;
}

/** Both authorisations read and signed: the bureau may be asked. */
export async function authorise(borrower: Borrower): Promise<Borrower> {
  const both = [
    await borrower.document('pi-authorisation'),
    await borrower.document('credit-authorisation'),
  ];
  for (const document of both) await borrower.read(document);
  const session = await borrower.session(both);
  for (const document of both) well(await borrower.sign(document, session));
  return borrower;
}

/** From an approval to the money. */
export async function conclude(borrower: Borrower): Promise<Borrower> {
  const sheet = await borrower.document('cost-sheet');
  await borrower.read(sheet);
  well(await borrower.confirmDocument(sheet));
  const contract = await borrower.document('loan-contract');
  await borrower.read(contract);
  well(await borrower.sign(contract, await borrower.session([contract])));
  await borrower.until('loan_signed');
  const note = await borrower.document('note');
  await borrower.read(note);
  well(await borrower.confirmDocument(note));
  well(await borrower.pay());
  await borrower.until('disbursed');
  return borrower;
}

/** A whole loan. */
export async function borrow(borrower: Borrower): Promise<Borrower> {
  await authorise(await apply(borrower));
  well(await borrower.assess());
  return conclude(borrower);
}

/** Every instalment on its day, entered by the officer of her outlet. */
export async function settle(borrower: Borrower, officer: DoorHand): Promise<Borrower> {
  const { zip } = await borrower.package();
  const { plan } = (await dataOf(zip, 'note')).loan;
  for (const { number, dueOn } of plan) {
    const path = `/v1/cases/${borrower.caseId}/repayments`;
    well(await officer.post(path, { number, paidOn: dueOn }));
  }
  return borrower;
}

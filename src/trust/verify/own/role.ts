/**
 * Who may sign in which field: seals where institutions sign, persons everywhere else.
 */
import type { JudgedSignature } from './signature.ts';

/** Fields that an institution seals; every other field of a document belongs to a person. */
const institutionFields: readonly string[] = ['lender'];

/** An institution's seal in a person's field would make her rules vanish, and the other way too. */
export function judgeRole({ holder, report, part, findings }: JudgedSignature): void {
  const wanted = institutionFields.includes(report.field) ? 'seal' : 'person';
  if (holder === wanted || holder === 'unknown') return;
  findings.add('signer_role_wrong', part, `${report.field} is signed by a ${holder}`);
}

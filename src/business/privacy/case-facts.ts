/**
 * What retention and rights ask of a case: which groups its record has and what binds each.
 *
 * PIPL 19, L-PI-04: one date for each group. A running contract has no date yet; what was never
 * signed, or was refused, is kept by no law and goes after the house's own short term.
 */
import type { CalendarDate, CaseState } from '#business/lending';
import {
  type HoldFact,
  isOver,
  type RecordFacts,
  type Retention,
  type RetentionRule,
  retentionOf,
  retentionOnRequest,
} from './retention.ts';

/** A case as this room needs it; days are days in China. */
export interface CaseFacts {
  readonly caseId: string;
  readonly subject: string;
  readonly product: string;
  readonly productVersion: string;
  readonly state: CaseState;
  readonly openedOn: CalendarDate;
  /** Of the newest decision on the application. */
  readonly decidedOn: CalendarDate | undefined;
  /** Of the last repayment, once everything is paid, and not before the house knew of it. */
  readonly endedOn: CalendarDate | undefined;
  /** What the vault says of her. */
  readonly standing: 'open' | 'restricted' | 'erased';
}

/** The groups of a record that share a term, as the minimisation list names them. */
export type FieldGroup = 'identity' | 'transaction' | 'template' | 'network';

const contractStates: readonly CaseState[] = [
  'borrower_signed',
  'loan_signed',
  'note_confirmed',
  'payment_authorised',
  'disbursed',
  'repaying',
  'overdue',
  'settled',
];
const kindsOfGroup: Readonly<Record<FieldGroup, string>> = {
  identity: 'customer-identity',
  transaction: 'transaction-record',
  template: 'raw-template',
  network: 'network-log',
};

/** Is there a signed contract that still has to be performed? */
export function isRunning({ state }: CaseFacts): boolean {
  return contractStates.includes(state) && state !== 'settled';
}

/** Which rows of the table bind one group of this case, and from which days. */
export function recordFacts(facts: CaseFacts, group: FieldGroup): RecordFacts {
  return { kinds: [kindOf(facts, group)], starts: startsOf(facts) };
}

/** The whole person: one key opens everything of hers, so she stays as long as anything of her. */
export function personFacts(facts: CaseFacts): RecordFacts {
  const kinds = [kindOf(facts, 'identity'), kindOf(facts, 'transaction')];
  return { kinds: [...new Set(kinds)], starts: startsOf(facts) };
}

function kindOf({ state }: CaseFacts, group: FieldGroup): string {
  if (contractStates.includes(state) || group === 'template') return kindsOfGroup[group];
  return state === 'refused' ? 'refused-application' : 'abandoned-application';
}

function startsOf(facts: CaseFacts): RecordFacts['starts'] {
  const { openedOn, decidedOn, endedOn } = facts;
  return {
    'record.made': openedOn,
    'verification.done': openedOn,
    'decision.made': decidedOn,
    'contract.ended': endedOn,
    'transaction.ended': endedOn,
    'relation.ended': endedOn,
  };
}

/** What becomes of her wish to be forgotten. */
export type DeletionOutcome =
  | { readonly is: 'erased' }
  /** PIPL 47: kept and protected, processed for nothing else, until a day or a hold is over. */
  | {
      readonly is: 'restricted';
      readonly because: string;
      readonly until: CalendarDate | undefined;
    }
  | { readonly is: 'refused'; readonly because: string };

/** Law and holds decide, nobody's taste. */
export function deletionOf(
  facts: CaseFacts,
  law: { readonly rules: readonly RetentionRule[]; readonly holds: readonly HoldFact[] },
  on: CalendarDate,
): DeletionOutcome {
  // PIPL 13(1)(2): a contract that runs cannot be performed without her.
  if (isRunning(facts)) return { is: 'refused', because: '个人信息保护法 13(1)(2)：合同尚在履行' };
  const kept = retentionOnRequest(personFacts(facts), law.rules, law.holds);
  if (isOver(kept, on)) return { is: 'erased' };
  if (kept.is === 'held') {
    return { is: 'restricted', because: `法律保全：${kept.hold.authority}`, until: undefined };
  }
  if (kept.is === 'until') {
    const { basis, article } = kept.because;
    return { is: 'restricted', because: `${basis} ${article}`, until: kept.until };
  }
  return { is: 'refused', because: '合同尚未终止' };
}

/** May the whole person go, as the job asks it? Never while a hold stands or a contract runs. */
export function termOfPerson(
  facts: CaseFacts,
  law: { readonly rules: readonly RetentionRule[]; readonly holds: readonly HoldFact[] },
): Retention {
  return retentionOf(personFacts(facts), law.rules, law.holds);
}

/**
 * Which entries a case must hold, and must not hold yet, in each of its states.
 *
 * A state is one word in a row; who sets it back would have the money paid out twice, who sets it
 * on would have it paid without her authorisation. The entries of the case say which word is true.
 */
import type { EntryType } from '#formats/entry';
import { type CaseState, caseMoves } from './case.ts';

/** How many entries of a type belong to a case in a state. */
export interface EntriesDemanded {
  readonly type: EntryType;
  readonly least: number;
  /** Undefined: any number. */
  readonly most?: number;
}

/** From which state on the case holds an entry of this type, and no sooner. */
const milestones: readonly { readonly type: EntryType; readonly from: CaseState }[] = [
  { type: 'application.received', from: 'applied' },
  { type: 'sheet.confirmed', from: 'sheet_confirmed' },
  { type: 'note.confirmed', from: 'note_confirmed' },
  { type: 'payment.authorised', from: 'payment_authorised' },
  { type: 'disbursed', from: 'disbursed' },
];

const repaying: readonly CaseState[] = ['repaying', 'overdue', 'settled'];

export function entriesDemanded(state: CaseState): readonly EntriesDemanded[] {
  const opened = { type: 'case.opened', least: 1, most: 1 } as const;
  if (state === 'refused') return [opened, ...refused];
  const passed = milestones.map(({ type, from }) =>
    isReached(from, state) ? { type, least: 1 } : { type, least: 0, most: 0 },
  );
  // A case that is looked at again was decided before: the decision comes early, never late.
  const decided = isReached('approved', state) ? 1 : 0;
  const paid = repaying.includes(state) ? { least: 1 } : { least: 0, most: 0 };
  return [opened, ...passed, { type: 'risk.decided', least: decided }, { type: 'repaid', ...paid }];
}

/** A refusal ends the case before anything was agreed; its reasons are an entry. */
const refused: readonly EntriesDemanded[] = [
  { type: 'risk.decided', least: 1 },
  { type: 'sheet.confirmed', least: 0, most: 0 },
  { type: 'payment.authorised', least: 0, most: 0 },
  { type: 'disbursed', least: 0, most: 0 },
];

/** Does every way to `state` lead through `milestone`? True exactly when it lies behind it. */
function isReached(milestone: CaseState, state: CaseState): boolean {
  return milestone === state || leadsTo(milestone, state);
}

function leadsTo(from: CaseState, to: CaseState): boolean {
  const seen = new Set<CaseState>();
  const open: CaseState[] = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const next: readonly CaseState[] = caseMoves[at];
    if (next.includes(to)) return true;
    open.push(...next);
  }
  return false;
}

/**
 * How a legal hold stands in a case, whosever case it is: spelled once, so that whoever reads a log
 * finds the holds of loans and of deposits alike.
 */
import type { EntryDraft } from './evidence.ts';

/** The case that is held, and under whose key its values lie. */
interface Held {
  readonly caseId: string;
  readonly subject: string;
}

/** An authority asked that nothing of the case be forgotten. */
export function holdPlaced(
  { caseId, subject }: Held,
  hold: {
    readonly id: string;
    readonly authority: string;
    readonly reference: string;
    readonly reason: string;
    readonly by: string;
  },
): EntryDraft {
  const { id, authority, reference, reason, by } = hold;
  const disclosures = Object.entries({ hold: id, authority, reference, reason, by });
  return draftOf('hold.placed', { caseId, subject }, disclosures);
}

/** It no longer asks so; the terms of keeping run on. */
export function holdLifted(
  { caseId, subject }: Held,
  { id, reason, by }: { readonly id: string; readonly reason: string; readonly by: string },
): EntryDraft {
  return draftOf('hold.lifted', { caseId, subject }, Object.entries({ hold: id, reason, by }));
}

function draftOf(
  type: 'hold.placed' | 'hold.lifted',
  held: Held,
  values: readonly (readonly [name: string, value: string])[],
): EntryDraft {
  return { ...held, type, disclosures: values.map(([name, value]) => ({ name, value })), of: [] };
}

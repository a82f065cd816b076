/**
 * The place in the keeper that one entry's disclosures belong to.
 *
 * Named by what is known before the chain is locked and stands in the entry for ever: its case, its
 * type and its commitments. These are salted, so no two entries have one place: a thief of the
 * database cannot let the openings of one entry stand in for another's.
 */
import { canonical } from '#base/canonical';
import { type Engine, spelledBy } from '#formats/crypto';
import type { EntryType } from '#formats/entry';
import type { DisclosurePlace } from './ports.ts';

export interface DisclosedEntry {
  readonly subject: string;
  readonly caseId: string;
  readonly type: EntryType;
  /** The entry's own `sd`, sorted. */
  readonly sd: readonly string[];
}

export async function disclosurePlace(
  entry: DisclosedEntry,
  engine: Engine,
): Promise<DisclosurePlace> {
  const { subject, caseId, type, sd } = entry;
  const of = canonical([caseId, type, sd]);
  return { subject, field: `entry:${await spelledBy(engine, { hash: 'sha256', of, as: 'hex' })}` };
}

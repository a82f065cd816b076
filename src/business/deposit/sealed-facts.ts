/**
 * What a deposit's row says of people, kept as one ciphertext under the deposit's own key (law 7).
 *
 * A title, or the words of a slot that a system asks for itself, may hold a name. The log fixes the
 * list by its digest; here stands what that digest is over.
 */
import { fromBase64, toBase64 } from '#base/bytes';
import { canonicalBytes, isObject, type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { DisclosureKeeper, DisclosurePlace } from '#trust/evidence';
import type { JsonObject } from './json.ts';
import type { DepositRow } from './ports.ts';

/** What is sealed of a deposit. */
export interface DepositFacts {
  readonly title: string;
  /** required-evidence.json. */
  readonly required: Uint8Array;
  /** The lines of slots that were added later, in their order. */
  readonly added: readonly JsonObject[];
}

/** A deposit as this room works with it. */
export interface Deposit extends Omit<DepositRow, 'sealed'>, DepositFacts {}

/** Refuses with vault.erased once the deposit's key is destroyed. */
export async function openedDeposit(
  unit: Unit,
  { sealed, ...row }: DepositRow,
  cipher: Pick<DisclosureKeeper, 'open'>,
): Promise<Deposit> {
  const json = parseCanonical(await cipher.open(unit, placeOf(row), sealed));
  const { title, required, added } = factsIn(json);
  return { ...row, title, required: fromBase64(required), added };
}

export async function sealedFacts(
  unit: Unit,
  { id, subject, title, required, added }: DepositFacts & Pick<DepositRow, 'id' | 'subject'>,
  cipher: Pick<DisclosureKeeper, 'seal'>,
): Promise<Uint8Array> {
  const facts = canonicalBytes({ title, required: toBase64(required), added });
  return cipher.seal(unit, placeOf({ id, subject }), facts);
}

function placeOf({ id, subject }: Pick<DepositRow, 'id' | 'subject'>): DisclosurePlace {
  return { subject, field: `deposit:${id}` };
}

function factsIn(json: Json): { title: string; required: string; added: JsonObject[] } {
  if (isObject(json)) {
    const { title, required, added } = json;
    if (typeof title === 'string' && typeof required === 'string' && Array.isArray(added)) {
      return { title, required, added: (added as readonly Json[]).filter(isObject) };
    }
  }
  throw new Fault('deposit.unknown', { why: 'sealed facts' });
}

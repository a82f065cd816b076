/**
 * The party of a contract as a supervisor sees her: masked, whoever asks and however (PIPL 6).
 *
 * There is no way from here to a value as it is. A supervisor who needs one orders it from the
 * institution, and a member of staff answers with a grant that stands in the register.
 */
import { faultCode } from '#base/fault';
import type { Unit } from '#base/unit';
import { type MaskedField, masked, maskedFields } from '#business/desk';
import type { Parties } from './ports.ts';

/** A borrower behind masks, and why values are missing where they are. */
export interface ShownParty {
  readonly role: 'borrower';
  readonly person: Readonly<Partial<Record<MaskedField, string>>>;
  /** `restricted`: kept for the law's terms only, and shown, masked, under that same law. */
  readonly stands: 'shown' | 'none' | 'erased' | 'restricted';
}

export async function partyOf(unit: Unit, subject: string, people: Parties): Promise<ShownParty> {
  const role = 'borrower';
  try {
    const person = await maskedOf(unit, subject, people);
    return { role, person, stands: Object.keys(person).length === 0 ? 'none' : 'shown' };
  } catch (thrown) {
    if (faultCode(thrown) === 'vault.erased') return { role, person: {}, stands: 'erased' };
    if (faultCode(thrown) !== 'vault.restricted') throw thrown;
    people.openForLaw(unit);
    return { role, person: await maskedOf(unit, subject, people), stands: 'restricted' };
  }
}

async function maskedOf(
  unit: Unit,
  subject: string,
  people: Parties,
): Promise<ShownParty['person']> {
  const values = await people.valuesOf(unit, subject, maskedFields);
  const person: Partial<Record<MaskedField, string>> = {};
  for (const field of maskedFields) {
    const value = values[field];
    if (value !== undefined) person[field] = masked(field, value);
  }
  return person;
}

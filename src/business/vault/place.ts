/**
 * Where a value belongs. A ciphertext is bound to its tenant, subject and field and opens nowhere
 * else.
 */
import { utf8 } from '#base/bytes';
import { canonical } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';

const subjectPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const fieldPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,255}$/;

/** Where a value belongs. Both are names of ours, never anything personal. */
export interface Place {
  /** A person in one case, a member of staff (`staff:…`), or `office`, which is no person. */
  readonly subject: string;
  readonly field: string;
}

/** What a ciphertext of this place is authenticated with. */
export function boundTo(unit: Unit, place: Place): Uint8Array {
  return boundIn(unit, place.subject)(place.field);
}

/** The same for many fields of one person: what they have in common is written once. */
export function boundIn(unit: Unit, subject: string): (field: string) => Uint8Array {
  const owner = canonical(['fubie/vault/v1', unit.tenant, namedSubject(subject)]).slice(0, -1);
  // A field's name holds nothing that JSON escapes: this is the canonical text of all four.
  return (field) => utf8(`${owner},"${namedField(field)}"]`);
}

export function namedSubject(name: string): string {
  if (!subjectPattern.test(name)) throw new Fault('vault.field_malformed');
  return name;
}

export function namedField(name: string): string {
  if (!fieldPattern.test(name)) throw new Fault('vault.field_malformed');
  return name;
}

/**
 * The identity gateway's word on whose telephone it was that confirmed, as the authority reads it.
 *
 * Law 1: the SMS gateway vouches for a telephone and for no name. A second party outside the server
 * has matched that telephone with a name; it commits to both (RFC 9901), and the opening of the
 * name shows the authority that it is the very name the certificate is to bear. Without this,
 * whoever confirms with his own telephone could ask for a certificate in another's name.
 */
import { fromBase64Url } from '#base/bytes';
import type { Json } from '#base/canonical';
import { Fault, faultCode } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { disclose } from '#formats/disclosure';
import { type Attestation, isAttestedBy } from '#formats/entry';
import { wellFormed } from './attested-intent.ts';

/** Whom a certificate is to name, and the identity gateway's word that the telephone is hers. */
export interface NamedPerson {
  /** The identity gateway's statement; undefined where the asker has none. */
  readonly identity: Attestation | undefined;
  /** The person's name, as it stands in the contract. */
  readonly name: string;
  /** The salt under which the statement commits to the name, base64url. */
  readonly nameSalt: string;
}

/** Refuses with ca.identity_missing, ca.identity_mismatch or ca.name_differs. */
export async function requireNamed(
  person: NamedPerson,
  confirmed: { readonly phone: string },
  trust: {
    readonly identityKey: Uint8Array;
    readonly engine: Engine;
    readonly simulatorsAllowed: boolean;
  },
): Promise<void> {
  if (person.identity === undefined) throw new Fault('ca.identity_missing');
  const read = wellFormed(person.identity);
  const key = { algorithm: 'ed25519', publicKey: trust.identityKey } as const;
  if (read.by !== 'identity' || !(await isAttestedBy(read, key, trust.engine))) {
    throw new Fault('ca.identity_missing', { by: read.by });
  }
  const { kind, result, commitments, simulator } = read.statement;
  if (!trust.simulatorsAllowed && simulator !== undefined) throw new Fault('ca.simulator_refused');
  const matched = kind === 'identity.four_element' && result === 'match';
  const committed = isMembers(commitments) ? commitments : {};
  if (!matched || committed['phone'] !== confirmed.phone) {
    throw new Fault('ca.identity_mismatch', { why: matched ? 'another telephone' : 'no match' });
  }
  if (committed['name'] !== (await commitmentOf(person, trust.engine))) {
    throw new Fault('ca.name_differs');
  }
}

async function commitmentOf(person: NamedPerson, engine: Engine): Promise<string> {
  try {
    const salt = fromBase64Url(person.nameSalt);
    return (await disclose({ salt, name: 'name', value: person.name }, engine)).sha256;
  } catch (cause) {
    if (faultCode(cause) === undefined) throw cause;
    throw new Fault('ca.name_differs', { why: 'malformed' }, { cause });
  }
}

function isMembers(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

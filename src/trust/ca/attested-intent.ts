/**
 * The SMS gateway's word that a person confirmed an intent, as the authority reads it.
 *
 * Law 1: without a word of a party outside the server there is no certificate. The gateway signs
 * `{ v:1, kind:'sms.intent', intent, phone, documents, enrolment, at }`; the authority believes its
 * key only.
 */
import { canonicalBytes, parseCanonical } from '#base/canonical';
import { type Instant, parseInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { type Attestation, attestationJson, isAttestedBy, parseAttestation } from '#formats/entry';

export interface AttestedIntent {
  readonly intent: string;
  /** The salted commitment to the telephone that confirmed. */
  readonly phone: string;
  /** base64 SHA-256 of the phone's enrolment key; undefined in statements of an older make. */
  readonly enrolment: string | undefined;
  readonly at: Instant;
}

const intentPattern = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/;

export async function readAttestedIntent(
  attestation: Attestation,
  trust: {
    readonly gatewayKey: Uint8Array;
    readonly engine: Engine;
    readonly simulatorsAllowed: boolean;
  },
): Promise<AttestedIntent> {
  const read = wellFormed(attestation);
  const key = { algorithm: 'ed25519', publicKey: trust.gatewayKey } as const;
  if (read.by !== 'sms' || !(await isAttestedBy(read, key, trust.engine))) {
    throw new Fault('ca.attestation_unknown', { by: read.by });
  }
  const { kind, intent, phone, enrolment, at, simulator } = read.statement;
  if (!trust.simulatorsAllowed && simulator !== undefined) throw new Fault('ca.simulator_refused');
  const named = typeof intent === 'string' && intentPattern.test(intent);
  const told = typeof phone === 'string' && typeof at === 'string';
  if (kind !== 'sms.intent' || !named || !told) {
    throw new Fault('ca.attestation_wrong', { why: 'not a confirmed intent' });
  }
  const enrolled = typeof enrolment === 'string' ? enrolment : undefined;
  return { intent, phone, enrolment: enrolled, at: instantOf(at) };
}

/** The caller may be another process: what it sends is read as strictly as from a file. */
export function wellFormed(attestation: Attestation): Attestation {
  try {
    return parseAttestation(parseCanonical(canonicalBytes(attestationJson(attestation))));
  } catch (cause) {
    if (faultCode(cause) === undefined) throw cause;
    throw new Fault('ca.attestation_wrong', { why: 'malformed' }, { cause });
  }
}

function instantOf(text: string): Instant {
  try {
    return parseInstant(text);
  } catch (cause) {
    throw new Fault('ca.attestation_wrong', { why: 'time' }, { cause });
  }
}

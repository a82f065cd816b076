/** What a client does with an outside party's answer before anybody relies on it: check its key. */
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { type Attestation, isAttestedBy, parseAttestation } from '#formats/entry';
import { type GatewayCall, type Members, membersOf } from './exchange.ts';

export interface GatewayClientParts {
  readonly call: GatewayCall;
  /** The gateway's public key, DER SubjectPublicKeyInfo, as in trust/gateways/<name>.pem. */
  readonly key: Uint8Array;
  readonly engine: Engine;
  /** False in production mode. */
  readonly simulatorsAllowed: boolean;
}

/** The attestation in an answer, signed as `by` with the gateway's key; or refuses. */
export async function attestationIn(
  answer: Members,
  expected: { by: string; parts: GatewayClientParts },
): Promise<Attestation> {
  const { by, parts } = expected;
  const attestation = parseAttestation(membersOf(answer['attestation']) as Json);
  const key = { algorithm: 'ed25519', publicKey: parts.key } as const;
  if (attestation.by !== by || !(await isAttestedBy(attestation, key, parts.engine))) {
    throw new Fault('gateways.attestation_wrong', { by });
  }
  // Law 10: in production a simulator's word is worth nothing, whoever put its key into trust/.
  if (!parts.simulatorsAllowed && attestation.statement['simulator'] !== undefined) {
    throw new Fault('gateways.simulator_refused', { by });
  }
  return attestation;
}

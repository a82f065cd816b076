/**
 * The proof that the certificate is asked for by the device on which the code was confirmed.
 *
 * A confirmed statement is no secret: it passes through the house on its way. It names the phone's
 * enrolment key, so a thief who brings it here before the phone does gains nothing by being first.
 */
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { enrolmentDigest, enrolmentMessage } from '#formats/entry';
import { publicKeyKind } from '#formats/x509';

export interface EnrolledKey {
  readonly csr: Uint8Array;
  /** The P-256 key whose digest the SMS gateway attested, DER SubjectPublicKeyInfo. */
  readonly enrolmentKey: Uint8Array;
  /** Its signature over the request. */
  readonly proof: Uint8Array;
}

/** Refuses with ca.enrolment_differs, and every key where the statement names none. */
export async function requireEnrolled(
  asked: EnrolledKey,
  attested: { readonly enrolment: string | undefined },
  engine: Engine,
): Promise<void> {
  const { csr, enrolmentKey, proof } = asked;
  if (attested.enrolment !== (await enrolmentDigest(enrolmentKey, engine))) {
    throw new Fault('ca.enrolment_differs', { why: 'another key' });
  }
  const isProved =
    publicKeyKind(enrolmentKey) === 'p256' &&
    (await engine.verify({
      algorithm: 'ecdsa-sha256',
      publicKey: enrolmentKey,
      message: enrolmentMessage(csr),
      signature: proof,
    }));
  if (!isProved) throw new Fault('ca.enrolment_differs', { why: 'no proof' });
}

/**
 * What the authority remembers of one issuance: the answer it gave, and to which request.
 */
import { fromBase64, toBase64 } from '#base/bytes';
import { canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import { type Attestation, attestationJson, parseAttestation } from '#formats/entry';
import { type Certificate, parseCertificate } from '#formats/x509';

export interface Issued {
  /** base64 SHA-256 of everything that was asked. */
  readonly asked: string;
  readonly certificate: Certificate;
  /** The enrolment receipt of an event certificate; a seal has none. */
  readonly receipt: Attestation | undefined;
}

export function printIssued(issued: Issued): Uint8Array {
  const { asked, certificate, receipt } = issued;
  return canonicalBytes({
    v: 1,
    asked,
    certificate: toBase64(certificate.der),
    receipt: receipt === undefined ? null : attestationJson(receipt),
  });
}

export function parseIssued(bytes: Uint8Array): Issued {
  const record = parseCanonical(bytes) as { readonly [key: string]: Json };
  const { asked, certificate, receipt } = record;
  if (typeof asked !== 'string' || typeof certificate !== 'string') {
    throw new Fault('ca.request_wrong', { why: 'the register holds something else' });
  }
  return {
    asked,
    certificate: parseCertificate(fromBase64(certificate)),
    receipt: receipt === null ? undefined : parseAttestation(receipt),
  };
}

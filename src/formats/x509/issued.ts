/**
 * Did this authority issue this certificate, and does it serve at this time? (RFC 5280 §6.1, for a
 * path of one step: every authority of the house issues to ends directly.)
 */
import { equal } from '#base/bytes';
import type { Instant } from '#base/clock';
import type { Engine } from '#formats/crypto';
import type { Certificate } from './certificate.ts';

export type IssuedVerdict =
  | { readonly is: 'valid' }
  | { readonly is: 'invalid'; readonly because: IssuedFlaw };

export type IssuedFlaw =
  | 'issuer_differs'
  | 'issuer_not_authority'
  | 'issuer_path_too_long'
  | 'certificate_signature_broken'
  | 'certificate_critical_unknown'
  | 'certificate_not_yet_valid'
  | 'certificate_expired'
  | 'issuer_not_valid_then';

export interface IssuedCheck {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** The proved time at which the certificate was used. */
  readonly at: Instant;
}

export async function checkIssued(check: IssuedCheck, engine: Engine): Promise<IssuedVerdict> {
  const { certificate, issuer, at } = check;
  if (!equal(certificate.issuer.der, issuer.subject.der)) return invalid('issuer_differs');
  const { basicConstraints, keyUsage } = issuer.extensions;
  if (basicConstraints?.ca !== true || keyUsage?.includes('keyCertSign') !== true) {
    return invalid('issuer_not_authority');
  }
  // RFC 5280 §4.2.1.9: an authority of path length 0 makes ends, no further authorities.
  if (basicConstraints.pathLength === 0 && certificate.extensions.basicConstraints?.ca === true) {
    const selfIssued = equal(certificate.der, issuer.der);
    if (!selfIssued) return invalid('issuer_path_too_long');
  }
  const unknown = [...certificate.extensions.criticalUnknown, ...issuer.extensions.criticalUnknown];
  if (unknown.length > 0) return invalid('certificate_critical_unknown');
  if (certificate.signatureAlgorithm === undefined) return invalid('certificate_signature_broken');
  const signed = await engine.verify({
    algorithm: certificate.signatureAlgorithm,
    publicKey: issuer.publicKey,
    signature: certificate.signature,
    message: certificate.tbs,
  });
  if (!signed) return invalid('certificate_signature_broken');
  if (at < certificate.notBefore) return invalid('certificate_not_yet_valid');
  if (at > certificate.notAfter) return invalid('certificate_expired');
  if (at < issuer.notBefore || at > issuer.notAfter) return invalid('issuer_not_valid_then');
  return { is: 'valid' };
}

function invalid(because: IssuedFlaw): IssuedVerdict {
  return { is: 'invalid', because };
}

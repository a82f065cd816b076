/**
 * Judges a time-stamp token (RFC 3161 §2.2, §2.3; ETSI EN 319 102-1 §5.4): over these bytes, by
 * this authority, at a time its certificate covers.
 */
import { equal } from '#base/bytes';
import { checkStrictness, verifySignedData } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import { type Certificate, extensionOid, purposeOid } from '#formats/x509';
import type { Imprint } from './imprint.ts';
import { isOwnClaim, type TimestampToken } from './token.ts';

export type StampFlaw =
  | 'stamp_imprint_differs'
  | 'stamp_signature_broken'
  | 'stamp_certificate_unbound'
  | 'stamp_authority_unknown'
  | 'stamp_purpose_missing'
  | 'stamp_outside_certificate'
  | 'stamp_not_strict';

type StampVerdict =
  | { readonly is: 'valid'; readonly certificate: Certificate }
  | { readonly is: 'invalid'; readonly because: StampFlaw; readonly detail: string };

export interface StampCheck {
  readonly token: TimestampToken;
  /** What must have been stamped. */
  readonly imprint: Imprint;
  /** The time-stamping certificates the caller trusts; the token's own must be one of them. */
  readonly authorities: readonly Certificate[];
  /** Demand that every byte is as the house's authority writes it. */
  readonly strict: boolean;
}

export async function checkToken(check: StampCheck, engine: Engine): Promise<StampVerdict> {
  const { token, imprint, authorities } = check;
  if (token.imprint.hash !== imprint.hash || !equal(token.imprint.digest, imprint.digest)) {
    return invalid('stamp_imprint_differs');
  }
  const contentDigest = await engine.digest(token.signedData.signer.digestAlgorithm, token.info);
  const verdict = await verifySignedData(
    token.signedData,
    { contentDigest, known: authorities },
    engine,
  );
  if (verdict.is === 'invalid') return invalid('stamp_signature_broken', verdict.because);
  const { certificate } = verdict;
  if (!verdict.certificateBound) return invalid('stamp_certificate_unbound');
  if (!authorities.some((one) => equal(one.der, certificate.der))) {
    return invalid('stamp_authority_unknown', certificate.subject.text);
  }
  if (!isStampingOnly(certificate)) return invalid('stamp_purpose_missing');
  if (token.time < certificate.notBefore || token.time > certificate.notAfter) {
    return invalid('stamp_outside_certificate');
  }
  if (check.strict) {
    const strictness = await checkStrictness(token.signedData, engine, [certificate]);
    if (strictness.is === 'different') {
      return invalid('stamp_not_strict', `${strictness.why} at ${strictness.at}`);
    }
    if (!isOwnClaim(token)) return invalid('stamp_not_strict', 'TSTInfo or signature value');
  }
  return { is: 'valid', certificate };
}

/** RFC 3161 §2.3: the purpose timeStamping, critical, and no other. */
function isStampingOnly(certificate: Certificate): boolean {
  const { extendedKeyUsage, all, criticalUnknown } = certificate.extensions;
  const purposes = all.find((one) => one.oid === extensionOid.extendedKeyUsage);
  return (
    criticalUnknown.length === 0 &&
    purposes?.critical === true &&
    extendedKeyUsage?.length === 1 &&
    extendedKeyUsage[0] === purposeOid.timeStamping
  );
}

function invalid(because: StampFlaw, detail = ''): StampVerdict {
  return { is: 'invalid', because, detail };
}

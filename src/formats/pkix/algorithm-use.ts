/**
 * The algorithms and keys a path or an answer leans on: facts for whoever knows which are too weak.
 */
import type { Instant } from '#base/clock';
import { type Certificate, type KeyFacts, publicKeyFacts } from '#formats/x509';

/** One signature by one key: what a dated table of algorithm strength is asked about. */
export interface AlgorithmUse {
  /** `certificate 0` is the target; `crl` and `ocsp` are revocation answers. */
  readonly of: 'certificate' | 'crl' | 'ocsp';
  readonly index: number;
  /** The signature algorithm's object identifier; the parameters of PSS are in `name`. */
  readonly oid: string;
  /** The engine's name of the algorithm; undefined if it has none. */
  readonly name: string | undefined;
  /** The key of the certificate itself (not of its issuer). */
  readonly key: KeyFacts;
  readonly notBefore: Instant;
}

/** The uses of a path; the last entry is the anchor's, whose own signature nobody leans on. */
export function algorithmUses(certificates: readonly Certificate[]): readonly AlgorithmUse[] {
  return certificates.map((certificate, index) => ({
    of: 'certificate' as const,
    index,
    oid: certificate.signatureAlgorithmOid,
    name: certificate.signatureAlgorithm,
    key: publicKeyFacts(certificate.publicKey),
    notBefore: certificate.notBefore,
  }));
}

/**
 * What revocation material says about one certificate (RFC 5280 §6.3, RFC 6960, RFC 9608).
 */
import type { Instant } from '#base/clock';
import type { Certificate, RevokedEntry } from '#formats/x509';
import type { AlgorithmUse } from './algorithm-use.ts';

/** RFC 5280 §5.3.1, in its own words and order. */
const revocationReasons = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'unused',
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

/** Why a certificate was revoked (RFC 5280 §5.3.1). */
export type RevocationReason = (typeof revocationReasons)[number];

/** One answer that was believed: where it came from and when it was true. */
export interface RevocationSource {
  readonly kind: 'crl' | 'ocsp';
  /** The list or response as it was given, to find it again. */
  readonly der: Uint8Array;
  /** A delta list that was applied on top. */
  readonly delta: Uint8Array | undefined;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant | undefined;
  /** When it was signed: a response's producedAt, a list's thisUpdate. */
  readonly producedAt: Instant;
  readonly signer: Certificate;
  /** A responder of its own that can itself be revoked: its certificate has no ocsp-nocheck. */
  readonly signerMustBeChecked: boolean;
  readonly algorithm: AlgorithmUse;
  /** Recent enough for the time of judging, by the caller's rule. */
  readonly isFresh: boolean;
}

/** What one believed answer says. */
export type RevocationStatement =
  | { readonly says: 'good'; readonly source: RevocationSource }
  | {
      readonly says: 'revoked';
      readonly source: RevocationSource;
      readonly from: Instant;
      readonly reason: RevocationReason;
      /** Since when the key is known or suspected to be lost (RFC 5280 §5.3.2). */
      readonly invalidFrom: Instant | undefined;
    };

/** Why one piece of revocation material, or the lack of any, does not answer. */
export type RevocationDoubt =
  | 'no_material'
  | 'malformed'
  | 'other_issuer'
  | 'other_certificate'
  | 'out_of_scope'
  | 'reasons_incomplete'
  | 'signature_broken'
  | 'algorithm_unknown'
  | 'signer_unknown'
  | 'signer_unsuitable'
  | 'signer_revoked'
  | 'critical_unknown'
  | 'delta_without_base'
  | 'stale'
  | 'from_the_future'
  | 'after_expiry'
  | 'nonce_differs'
  | 'answer_unknown'
  | 'response_error'
  | 'limit';

/** One piece of material that was put aside, and why. */
export interface RevocationRemark {
  readonly kind: 'crl' | 'ocsp';
  /** Place in the list the caller handed over. */
  readonly index: number;
  readonly because: RevocationDoubt;
  readonly detail: string;
}

/** Everything that was heard, besides the conclusion. */
export interface RevocationHearing {
  /** What was believed, the latest first. */
  readonly statements: readonly RevocationStatement[];
  /** What was not, in the order it was given. */
  readonly aside: readonly RevocationRemark[];
}

/**
 * The answer of `judgeRevocation`. `revoked` is said whenever the certificate stands revoked, also
 * from a later date than the one judged: `from` says since when, the caller compares.
 */
export type RevocationVerdict = RevocationHearing &
  (
    | { readonly is: 'good'; readonly source: RevocationSource }
    | Revoked
    /** RFC 9608: the issuer never publishes revocation for this certificate. */
    | { readonly is: 'never_revoked' }
    | {
        /** `stale` when a good answer is only too old; it is then the first of `statements`. */
        readonly is: 'unknown';
        readonly because: RevocationDoubt;
        readonly detail: string;
      }
  );

interface Revoked {
  readonly is: 'revoked';
  readonly from: Instant;
  readonly reason: RevocationReason;
  readonly invalidFrom: Instant | undefined;
  readonly source: RevocationSource;
}

/** The words for a CRLReason; a number that RFC 5280 does not know is `unspecified`. */
export function reasonOf(number: number): RevocationReason {
  return revocationReasons[number] ?? 'unspecified';
}

/** A believed entry of a list or response as a statement. */
export function revokedBy(
  source: RevocationSource,
  entry: Pick<RevokedEntry, 'from' | 'reason' | 'invalidFrom'>,
): RevocationStatement {
  const { from, invalidFrom } = entry;
  return { says: 'revoked', source, from, reason: reasonOf(entry.reason), invalidFrom };
}

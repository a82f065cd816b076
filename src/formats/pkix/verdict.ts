/**
 * What path building and validation answer (RFC 5280 §6), and what each refusal is called.
 *
 * Every code carries the clause that is broken and the sub-indication of ETSI EN 319 102-1 §5 that
 * it amounts to, so that nobody above has to guess either.
 */
import type { Certificate } from '#formats/x509';
import type { AlgorithmUse } from './algorithm-use.ts';

/** The sub-indications of ETSI EN 319 102-1 table 3 that path and revocation checks lead to. */
export type SubIndication =
  | 'NO_CERTIFICATE_CHAIN_FOUND'
  | 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
  | 'CHAIN_CONSTRAINTS_FAILURE'
  | 'OUT_OF_BOUNDS_NO_POE'
  | 'NOT_YET_VALID'
  | 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
  | 'SIG_CONSTRAINTS_FAILURE'
  | 'CERTIFICATE_CHAIN_LIMIT';

interface PathRule {
  readonly rfc: string;
  readonly etsi: SubIndication;
}

const general = 'CERTIFICATE_CHAIN_GENERAL_FAILURE';
const constraints = 'CHAIN_CONSTRAINTS_FAILURE';

/** Every reason for which a path is refused: the clause it breaks and what ETSI calls it. */
export const pathRules = {
  no_path: { rfc: 'RFC 5280 §6.1', etsi: 'NO_CERTIFICATE_CHAIN_FOUND' },
  limit: { rfc: 'RFC 5280 §8', etsi: 'CERTIFICATE_CHAIN_LIMIT' },
  algorithm_unknown: { rfc: 'RFC 5280 §6.1.3 (a)(1)', etsi: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE' },
  signature_broken: { rfc: 'RFC 5280 §6.1.3 (a)(1)', etsi: general },
  not_yet_valid: { rfc: 'RFC 5280 §6.1.3 (a)(2)', etsi: 'NOT_YET_VALID' },
  expired: { rfc: 'RFC 5280 §6.1.3 (a)(2)', etsi: 'OUT_OF_BOUNDS_NO_POE' },
  name_excluded: { rfc: 'RFC 5280 §6.1.3 (c)', etsi: constraints },
  name_not_permitted: { rfc: 'RFC 5280 §6.1.3 (b)', etsi: constraints },
  name_constraint_unsupported: { rfc: 'RFC 5280 §4.2.1.10', etsi: constraints },
  name_constraint_malformed: { rfc: 'RFC 5280 §4.2.1.10', etsi: general },
  policy_required: { rfc: 'RFC 5280 §6.1.3 (f), RFC 9618 §5.3', etsi: constraints },
  policy_any_mapped: { rfc: 'RFC 5280 §6.1.4 (a)', etsi: constraints },
  critical_unknown: { rfc: 'RFC 5280 §6.1.4 (o), §6.1.5 (f)', etsi: general },
  not_authority: { rfc: 'RFC 5280 §6.1.4 (k)', etsi: general },
  path_too_long: { rfc: 'RFC 5280 §6.1.4 (l), (m)', etsi: constraints },
  depth_exceeded: { rfc: 'RFC 5280 §6.1.1', etsi: constraints },
  key_cert_sign_missing: { rfc: 'RFC 5280 §6.1.4 (n)', etsi: general },
  purpose_missing: { rfc: 'RFC 5280 §4.2.1.12', etsi: constraints },
  authority_purpose_missing: { rfc: 'RFC 5280 §4.2.1.12', etsi: constraints },
  key_usage_missing: { rfc: 'RFC 5280 §4.2.1.3', etsi: 'SIG_CONSTRAINTS_FAILURE' },
  server_name_differs: { rfc: 'RFC 9525 §6', etsi: constraints },
  malformed: { rfc: 'RFC 5280 §4', etsi: general },
  profile_broken: { rfc: 'RFC 5280 §4', etsi: general },
} as const satisfies Readonly<Record<string, PathRule>>;

/** The name of one reason for which a path is refused: a key of `pathRules`. */
export type PathCode = keyof typeof pathRules;

/** One refusal: what rule, by which certificate of the path, in words for a protocol. */
export interface PathFlaw {
  readonly code: PathCode;
  /** The clause that is broken; a profile rule names its own. */
  readonly rfc: string;
  readonly etsi: SubIndication;
  /** Place in the path, 0 for the target; undefined when no single certificate is at fault. */
  readonly index: number | undefined;
  /** Subject of the certificate at fault, as text. */
  readonly subject: string;
  readonly detail: string;
}

/** A chain of certificates in order, the target first, the trust anchor's own last. */
export interface CertificatePath {
  readonly certificates: readonly Certificate[];
  /** Policies for which the path is valid (RFC 5280 §6.1.6); `2.5.29.32.0` means any. */
  readonly policies: readonly string[];
  /** Every signature algorithm and key the path leans on, for the caller's own policy. */
  readonly algorithms: readonly AlgorithmUse[];
  /** Rules of the certificate profile that are broken but that the caller does not demand. */
  readonly breaches: readonly PathFlaw[];
}

/** The answer of `buildPath`: a path that holds, or the best reason why none does. */
export type PathVerdict =
  | { readonly is: 'valid'; readonly path: CertificatePath }
  | {
      /** `indeterminate` when material, an algorithm or work is lacking; else `invalid`. */
      readonly is: 'indeterminate' | 'invalid';
      readonly because: PathFlaw;
      /** The path that came nearest; undefined when no anchor was reached. */
      readonly path: CertificatePath | undefined;
    };

export function pathFlaw(
  code: PathCode,
  of: { readonly index?: number; readonly certificate?: Certificate; readonly rfc?: string },
  detail = '',
): PathFlaw {
  const rule = pathRules[code];
  return {
    code,
    rfc: of.rfc ?? rule.rfc,
    etsi: rule.etsi,
    index: of.index,
    subject: of.certificate?.subject.text ?? '',
    detail,
  };
}

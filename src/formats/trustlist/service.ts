/**
 * A trust service and what its supervisor says about it over time; where it was, there is trust.
 */
import type { Instant } from '#base/clock';

/** What a service does, as far as a verifier cares. */
export type ServiceKind = 'ca' | 'tsa' | 'ocsp' | 'crl' | 'other';

/** One stretch of a service's history under one status. */
export interface ServicePeriod {
  /** As the list writes it, a URI in Europe. */
  readonly status: string;
  /** Under this status its supervisor stands for it. */
  readonly isGranted: boolean;
  readonly from: Instant;
  /** Undefined while it lasts. */
  readonly to: Instant | undefined;
  /** What the service is further said to be for, such as `ForeSignatures`; URIs. */
  readonly uses: readonly string[];
}

/** A service of a trusted list with its digital identities (ETSI TS 119 612 §5.5). */
export interface TrustedService {
  readonly provider: string;
  readonly name: string;
  readonly kind: ServiceKind;
  /** As the list writes it, a URI in Europe. */
  readonly type: string;
  readonly isQualified: boolean;
  /** The latest first. */
  readonly periods: readonly ServicePeriod[];
  /** DER of the certificates that are the service, present and former. */
  readonly certificates: readonly Uint8Array[];
  /** SubjectKeyIdentifiers, where a list names the key beside or instead of a certificate. */
  readonly keyIdentifiers: readonly Uint8Array[];
}

/** What a reader of a list must know beside its services. */
export type ListNotice =
  /** It carries an XML signature, which is not checked here. */
  | 'list_signature_not_verified'
  /** It carries no signature: whoever handed it over vouches for it. */
  | 'list_not_signed'
  /** It only says which certificates are trusted, not since when and by whose word. */
  | 'no_history'
  | 'identity_unreadable';

/** A list of trust services, whatever it was read from. */
export interface TrustedList {
  readonly format: 'etsi_119612' | 'domestic' | 'certificates';
  readonly territory: string;
  readonly operator: string;
  readonly sequence: number | undefined;
  readonly issuedAt: Instant | undefined;
  readonly nextUpdate: Instant | undefined;
  readonly services: readonly TrustedService[];
  readonly notices: readonly ListNotice[];
}

/** Was the service granted at this time? The period that holds a time is the one it began in. */
export function isGrantedAt({ periods }: TrustedService, at: Instant): boolean {
  const then = periods.find(({ from, to }) => at >= from && (to === undefined || at < to));
  return then?.isGranted === true;
}

/** Services of these kinds that were granted at this time. */
export function servicesAt(
  list: TrustedList,
  kinds: readonly ServiceKind[],
  at: Instant,
): readonly TrustedService[] {
  return list.services.filter((one) => kinds.includes(one.kind) && isGrantedAt(one, at));
}

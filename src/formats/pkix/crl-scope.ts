/**
 * Does a list speak about this certificate, and for which reasons? (RFC 5280 §6.3.3 (b), (d))
 */
import {
  allReasonBits,
  type Certificate,
  type DistributionPoint,
  type GeneralName,
  type Name,
  nameKey,
  type ReasonBits,
  type RevocationList,
  relativeKeys,
} from '#formats/x509';
import { isSameName } from './issuing.ts';

type PointName = NonNullable<DistributionPoint['name']>;

/** The reasons the list covers for the certificate, or why it does not speak about it. */
export type Scope =
  | { readonly is: 'inside'; readonly reasons: ReasonBits }
  | { readonly is: 'outside'; readonly because: 'other_issuer' | 'out_of_scope' };

export function scopeOf(list: RevocationList, certificate: Certificate): Scope {
  const point = list.extensions.issuingDistributionPoint;
  const isAuthority = certificate.extensions.basicConstraints?.ca === true;
  const isOtherKind =
    point?.onlyAttributes === true ||
    (point?.onlyEnds === true && isAuthority) ||
    (point?.onlyAuthorities === true && !isAuthority);
  // Without a distribution point the list is sought at the issuer's own name (§6.3.3, last part).
  const own: DistributionPoint = { name: undefined, reasons: undefined, crlIssuer: [] };
  const points = certificate.extensions.crlDistributionPoints ?? [own];
  const byIssuer = points.filter((one) => isIssuedFor(list, certificate, one));
  // A list of the certificate's own issuer that covers all is good wherever it was found.
  const isOwn = isSameName(list.issuer, certificate.issuer);
  if (byIssuer.length === 0 && isOwn && points.every(({ crlIssuer }) => crlIssuer.length > 0)) {
    byIssuer.push(own);
  }
  if (byIssuer.length === 0) return { is: 'outside', because: 'other_issuer' };
  const matching = byIssuer.filter((one) => isNamedAlike(list, certificate, one));
  if (isOtherKind || matching.length === 0) return { is: 'outside', because: 'out_of_scope' };
  const covered = matching.reduce((bits, one) => bits | (one.reasons ?? allReasonBits), 0);
  return { is: 'inside', reasons: covered & (point?.onlyReasons ?? allReasonBits) };
}

/** (b)(1): the list's issuer is the point's, if it names one and the list is indirect. */
function isIssuedFor(
  list: RevocationList,
  certificate: Certificate,
  { crlIssuer }: DistributionPoint,
): boolean {
  if (crlIssuer.length === 0) return isSameName(list.issuer, certificate.issuer);
  const isIndirect = list.extensions.issuingDistributionPoint?.isIndirect === true;
  return isIndirect && directories(crlIssuer).some((name) => isSameName(name, list.issuer));
}

/** (b)(2): what the list names itself, the certificate names too. */
function isNamedAlike(
  list: RevocationList,
  certificate: Certificate,
  point: DistributionPoint,
): boolean {
  const stated = list.extensions.issuingDistributionPoint?.name;
  if (stated === undefined) return true;
  const issuers = directories(point.crlIssuer);
  const base = issuers[0] ?? certificate.issuer;
  const wanted =
    point.name === undefined
      ? point.crlIssuer.length === 0
        ? [`directory ${nameKey(certificate.issuer)}`]
        : point.crlIssuer.map(keyOf)
      : keysOf(point.name, base);
  const own = keysOf(stated, list.issuer);
  return own.some((key) => wanted.includes(key));
}

function keysOf(name: PointName, base: Name): readonly string[] {
  const { relative, full } = name;
  if (relative === undefined) return full.map(keyOf);
  const last = relativeKeys({ relative: [relative] });
  return [`directory ${nameKey(base)}${last.join('')}`];
}

function keyOf(name: GeneralName): string {
  if ('uri' in name) return `uri ${name.uri}`;
  if ('directory' in name) return `directory ${nameKey(name.directory)}`;
  if ('dns' in name) return `dns ${name.dns.toLowerCase()}`;
  if ('email' in name) return `email ${name.email}`;
  if ('ip' in name) return `ip ${name.ip.join('.')}`;
  return 'registered' in name
    ? `id ${name.registered}`
    : `other ${name.other} ${name.value.join()}`;
}

function directories(names: readonly GeneralName[]): readonly Name[] {
  return names.flatMap((name) => ('directory' in name ? [name.directory] : []));
}

/**
 * What RFC 5280 §6.1.3 and §6.1.4 demand of each certificate by itself, at its place in a path.
 */
import { type Certificate, extensionOid, purposeOid } from '#formats/x509';
import type { PathAsk } from './ask.ts';
import { type PathFlaw, pathFlaw } from './verdict.ts';

/** Where a certificate stands: its number in the path, and how many authorities are below it. */
export interface Place {
  readonly index: number;
  /** Authorities between it and the target that are not self-issued (§4.2.1.9). */
  readonly authoritiesBelow: number;
}

/** What §6 processes; any other critical extension is unknown to it (§6.1.4 (o), §6.1.5 (f)). */
const processed: ReadonlySet<string> = new Set([
  extensionOid.keyUsage,
  extensionOid.subjectAltName,
  extensionOid.basicConstraints,
  extensionOid.nameConstraints,
  extensionOid.certificatePolicies,
  extensionOid.policyMappings,
  extensionOid.policyConstraints,
  extensionOid.extendedKeyUsage,
  extensionOid.inhibitAnyPolicy,
  // Said elsewhere, but understood: they never change what a path means.
  extensionOid.subjectKeyIdentifier,
  extensionOid.authorityKeyIdentifier,
  extensionOid.issuerAltName,
  extensionOid.crlDistributionPoints,
  extensionOid.noRevAvail,
  extensionOid.freshestCrl,
  extensionOid.authorityInfoAccess,
  extensionOid.subjectInfoAccess,
  extensionOid.subjectDirectoryAttributes,
  extensionOid.qcStatements,
  extensionOid.ocspNoCheck,
  extensionOid.privateKeyUsagePeriod,
]);

/**
 * Extensions that forbid something: if one of them cannot be read, the path cannot be judged.
 * Names, policies and purposes only allow; unreadable, they allow nothing, and that is seen where
 * somebody asks.
 */
const decisive: ReadonlySet<string> = new Set([
  extensionOid.keyUsage,
  extensionOid.basicConstraints,
  extensionOid.nameConstraints,
  extensionOid.policyMappings,
  extensionOid.policyConstraints,
  extensionOid.inhibitAnyPolicy,
]);

/** Everything but names and policies, which depend on the certificates above. */
export function certificateFlaws(
  ask: PathAsk,
  certificate: Certificate,
  place: Place,
): readonly PathFlaw[] {
  return [
    ...validityFlaws(ask, certificate, place),
    ...extensionFlaws(certificate, place),
    ...(place.index === 0
      ? targetFlaws(ask, certificate)
      : authorityFlaws(ask, certificate, place)),
  ];
}

/** A target that is itself an anchor is trusted; only its time and use are judged. */
export function trustedTargetFlaws(ask: PathAsk): readonly PathFlaw[] {
  const place = { index: 0, authoritiesBelow: 0 };
  return [...validityFlaws(ask, ask.target, place), ...targetFlaws(ask, ask.target)];
}

function validityFlaws(ask: PathAsk, certificate: Certificate, { index }: Place): PathFlaw[] {
  if (ask.validity === 'ignored') return [];
  if (ask.at < certificate.notBefore) return [pathFlaw('not_yet_valid', { index, certificate })];
  if (ask.at > certificate.notAfter) return [pathFlaw('expired', { index, certificate })];
  return [];
}

function extensionFlaws(certificate: Certificate, { index }: Place): PathFlaw[] {
  const { all, malformed } = certificate.extensions;
  const unknown = all.find((one) => one.critical && !processed.has(one.oid));
  const unread = malformed.find((one) => one.critical || decisive.has(one.oid));
  const flaws: PathFlaw[] = [];
  if (unknown !== undefined) {
    flaws.push(pathFlaw('critical_unknown', { index, certificate }, unknown.oid));
  }
  if (unread !== undefined) flaws.push(pathFlaw('malformed', { index, certificate }, unread.oid));
  const qualifier = unknownQualifier(certificate);
  if (qualifier !== undefined) {
    const of = { index, certificate, rfc: 'RFC 5280 §4.2.1.4' };
    flaws.push(pathFlaw('critical_unknown', of, qualifier));
  }
  const rfc = 'RFC 9608 §3';
  if (contradictsItself(certificate)) {
    flaws.push(pathFlaw('malformed', { index, certificate, rfc }, extensionOid.noRevAvail));
  }
  return flaws;
}

/** id-qt-cps and id-qt-unotice: a text to read, which changes no path. */
const knownQualifiers: readonly string[] = ['1.3.6.1.5.5.7.2.1', '1.3.6.1.5.5.7.2.2'];

/** §4.2.1.4: critical policies bind their reader to the qualifiers, too. */
function unknownQualifier({ extensions }: Certificate): string | undefined {
  const { all, policyQualifiers } = extensions;
  const isBinding = all.some((one) => one.critical && one.oid === extensionOid.certificatePolicies);
  return isBinding ? policyQualifiers?.find((one) => !knownQualifiers.includes(one)) : undefined;
}

/** RFC 5280 §4.2.2.1: id-ad-ocsp. */
const ocspAccessOid = '1.3.6.1.5.5.7.48.1';

/**
 * RFC 9608 §3: who says that no revocation is ever published, and is an authority or says where it
 * is published, must be considered invalid by whoever relies on it.
 */
function contradictsItself({ extensions }: Certificate): boolean {
  if (!extensions.noRevAvail) return false;
  const { authorityInfoAccess = [], basicConstraints, all } = extensions;
  return (
    basicConstraints?.ca === true ||
    authorityInfoAccess.some(({ method }) => method === ocspAccessOid) ||
    all.some(({ oid }) => oid === extensionOid.crlDistributionPoints) ||
    all.some(({ oid }) => oid === extensionOid.freshestCrl)
  );
}

function targetFlaws(ask: PathAsk, certificate: Certificate): PathFlaw[] {
  const { keyUsage } = certificate.extensions;
  const purposes = purposesOf(certificate);
  const flaws: PathFlaw[] = [];
  const of = { index: 0, certificate };
  if (ask.purposes !== undefined && !allows(purposes, ask.purposes)) {
    flaws.push(pathFlaw('purpose_missing', of, purposes?.join(' ')));
  }
  const usages = ask.keyUsages;
  const hasUsage = keyUsage === undefined || usages?.some((one) => keyUsage.includes(one));
  if (usages !== undefined && hasUsage !== true) {
    flaws.push(pathFlaw('key_usage_missing', of, keyUsage?.join(' ')));
  }
  return flaws;
}

/** §6.1.4 (k) to (n), and the purposes that an authority lists as a bound for those below. */
function authorityFlaws(ask: PathAsk, certificate: Certificate, place: Place): PathFlaw[] {
  const { basicConstraints, keyUsage } = certificate.extensions;
  const purposes = purposesOf(certificate);
  const of = { index: place.index, certificate };
  const flaws: PathFlaw[] = [];
  // (k): in versions 1 and 2 there are no extensions that could make an authority.
  const isVersion3 = certificate.version === 3;
  if (basicConstraints?.ca !== true || !isVersion3) {
    const detail = isVersion3 ? '' : `version ${certificate.version}`;
    flaws.push(pathFlaw('not_authority', of, detail));
  }
  if (keyUsage !== undefined && !keyUsage.includes('keyCertSign')) {
    flaws.push(pathFlaw('key_cert_sign_missing', of));
  }
  const length = basicConstraints?.pathLength;
  if (length !== undefined && place.authoritiesBelow > length) {
    flaws.push(pathFlaw('path_too_long', of, `${place.authoritiesBelow} below, ${length} allowed`));
  }
  const isChained = ask.purposes !== undefined && ask.purposeOfAuthorities !== 'ignored';
  if (isChained && !allows(purposes, ask.purposes ?? [])) {
    flaws.push(pathFlaw('authority_purpose_missing', of, purposes?.join(' ')));
  }
  return flaws;
}

/** No purpose at all if the extension cannot be read. */
function purposesOf({ extensions }: Certificate): readonly string[] | undefined {
  const isUnread = extensions.malformed.some((one) => one.oid === extensionOid.extendedKeyUsage);
  return isUnread ? [] : extensions.extendedKeyUsage;
}

/** §4.2.1.12: no extension means every purpose, and so does anyExtendedKeyUsage. */
function allows(listed: readonly string[] | undefined, wanted: readonly string[]): boolean {
  if (listed === undefined || listed.includes(purposeOid.any)) return true;
  return wanted.some((purpose) => listed.includes(purpose));
}

/**
 * The certificate profile of RFC 5280 §4 as a table: what conforming authorities issue.
 *
 * A validator need not enforce it, and the field does not keep it; therefore a breach is a fact
 * that stands beside the path, and a refusal only for callers who ask for a stricter profile.
 */
import { type Certificate, extensionOid, type Oddity } from '#formats/x509';
import type { PathProfile } from './ask.ts';
import { isSelfIssued } from './issuing.ts';
import { isSubtree } from './name-constraints.ts';
import { isPresentedDns, mailboxOf } from './names.ts';
import { isCritical, type ProfileRule, says } from './profile-rule.ts';
import { type PathFlaw, pathFlaw } from './verdict.ts';
import { webpkiRules } from './webpki.ts';

/** `judged` is the path from the target on, `length` counts the anchor even if it is not judged. */
export function profileBreaches(
  profile: PathProfile,
  judged: readonly Certificate[],
  length: number,
): readonly PathFlaw[] {
  const rules = [...profileRules, ...(profile === 'webpki' ? webpkiRules : documentRules)];
  return judged.flatMap((certificate, index) => {
    const isAuthority = certificate.extensions.basicConstraints?.ca === true;
    const place = { isTarget: index === 0, isAnchor: index === length - 1 };
    const seen = { certificate, isAuthority, ...place };
    return rules.flatMap(({ rfc, broken }) => {
      const detail = broken(seen);
      return detail === undefined
        ? []
        : [pathFlaw('profile_broken', { index, certificate, rfc }, detail)];
    });
  });
}

const oddityClauses: Readonly<Record<Oddity, string>> = {
  version: 'RFC 5280 §4.1.2.1',
  serial_negative: 'RFC 5280 §4.1.2.2',
  serial_zero: 'RFC 5280 §4.1.2.2',
  serial_long: 'RFC 5280 §4.1.2.2',
  time_spelling: 'RFC 5280 §4.1.2.5',
  unique_identifier: 'RFC 5280 §4.1.2.8',
  extensions_empty: 'RFC 5280 §4.1.2.9',
  extensions_in_old_version: 'RFC 5280 §4.1.2.9',
  default_written: 'RFC 5280 §4.1',
  extension_malformed: 'RFC 5280 §4.2',
  not_der: 'RFC 5280 §4.1',
};

const mustNotBeCritical: readonly string[] = [
  extensionOid.authorityKeyIdentifier,
  extensionOid.subjectKeyIdentifier,
  extensionOid.freshestCrl,
  extensionOid.authorityInfoAccess,
  extensionOid.subjectInfoAccess,
  extensionOid.subjectDirectoryAttributes,
  // RFC 9608 §2.
  extensionOid.noRevAvail,
];

const mustBeCritical: readonly string[] = [
  extensionOid.policyConstraints,
  extensionOid.inhibitAnyPolicy,
];

const profileRules: readonly ProfileRule[] = [
  ...Object.entries(oddityClauses).map(
    ([oddity, rfc]): ProfileRule => ({
      rfc,
      broken: ({ certificate }) => certificate.oddities.find((one) => one === oddity),
    }),
  ),
  rule('§4.1.2.4', ({ certificate: { issuer } }) =>
    says(issuer.relative.length === 0, 'no issuer'),
  ),
  rule('§4.1.2.5', ({ certificate: { notBefore, notAfter } }) =>
    says(notAfter < notBefore, 'ends before it begins'),
  ),
  rule('§4.1.2.6', ({ certificate: { subject, extensions }, isTarget, isAuthority }) => {
    if (subject.relative.length > 0) return undefined;
    if (!isTarget || isAuthority) return 'an authority without a name';
    const isNamed = isCritical(extensions, extensionOid.subjectAltName);
    return says(!isNamed, 'neither subject nor critical subjectAltName');
  }),
  rule('§4.2.1.1', ({ certificate }) => {
    const isExempt = isSelfIssued(certificate);
    const { authorityKeyIdentifier } = certificate.extensions;
    return says(!isExempt && authorityKeyIdentifier === undefined, 'no authority key identifier');
  }),
  rule('§4.2.1.2', ({ certificate: { extensions }, isAuthority }) =>
    says(isAuthority && extensions.subjectKeyIdentifier === undefined, 'no key identifier'),
  ),
  rule('§4.2', ({ certificate }) =>
    mustNotBeCritical.find((oid) => isCritical(certificate.extensions, oid)),
  ),
  rule('§4.2', ({ certificate: { extensions } }) =>
    mustBeCritical.find((oid) => isUncritical(extensions, oid)),
  ),
  rule('§4.2.1.3', ({ certificate: { extensions }, isTarget, isAnchor, isAuthority }) => {
    const { keyUsage } = extensions;
    if (keyUsage === undefined) return says(!isTarget && !isAnchor, 'no key usage');
    if (keyUsage.length === 0) return 'empty key usage';
    return says(keyUsage.includes('keyCertSign') && !isAuthority, 'keyCertSign, but no authority');
  }),
  rule('§4.2.1.6', ({ certificate, isTarget }) => (isTarget ? oddName(certificate) : undefined)),
  rule('§4.2.1.9', ({ certificate: { extensions }, isTarget, isAuthority }) => {
    const { basicConstraints, keyUsage } = extensions;
    if (basicConstraints?.pathLength !== undefined) {
      const mayCertify = isAuthority && keyUsage?.includes('keyCertSign') !== false;
      if (!mayCertify) return 'a path length, but no authority to certify';
    }
    if (isTarget && !isAuthority) return undefined;
    if (!isAuthority) return 'an issuer that is no authority';
    return says(
      !isCritical(extensions, extensionOid.basicConstraints),
      'basic constraints not critical',
    );
  }),
  rule('§4.2.1.10', ({ certificate: { extensions }, isAuthority }) => {
    const { nameConstraints } = extensions;
    if (nameConstraints === undefined) return undefined;
    if (!isAuthority) return 'name constraints, but no authority';
    if (nameConstraints.hasWrittenMinimum) return 'minimum or maximum';
    const odd = [...nameConstraints.permitted, ...nameConstraints.excluded].some(
      (base) => !isSubtree(base) || ('dns' in base && base.dns.startsWith('.')),
    );
    return says(odd, 'a subtree that is none');
  }),
];

/** CA/B BR §7.1.2.5.2: for the web this is "an explicit exception from RFC 5280". */
const documentRules: readonly ProfileRule[] = [
  rule('§4.2', ({ certificate: { extensions } }) =>
    says(isUncritical(extensions, extensionOid.nameConstraints), extensionOid.nameConstraints),
  ),
];

function isUncritical({ all }: Certificate['extensions'], oid: string): boolean {
  return all.some((one) => one.oid === oid && !one.critical);
}

function oddName({ extensions }: Certificate): string | undefined {
  for (const name of extensions.subjectAltName ?? []) {
    if ('dns' in name && !isPresentedDns(name.dns.toLowerCase())) return `DNS ${name.dns}`;
    if ('ip' in name && name.ip.length !== 4 && name.ip.length !== 16) return 'address';
    if ('email' in name && mailboxOf(name.email) === undefined) return `mailbox ${name.email}`;
    if ('uri' in name && !/^[A-Za-z][A-Za-z0-9+.-]*:./.test(name.uri)) return `URI ${name.uri}`;
  }
  return undefined;
}

function rule(clause: string, broken: ProfileRule['broken']): ProfileRule {
  return { rfc: `RFC 5280 ${clause}`, broken };
}

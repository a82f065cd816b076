/**
 * What TLS clients add to RFC 5280 for servers (CA/Browser Forum Baseline Requirements §7.1).
 *
 * The house judges documents, not servers; these rules stand here so that the path judge can be
 * held against the public suites of the web.
 */
import {
  type Certificate,
  extensionOid,
  type GeneralName,
  publicKeyFacts,
  purposeOid,
} from '#formats/x509';
import { isSelfIssued, keyFit } from './issuing.ts';
import { isCritical, type ProfileRule, says } from './profile-rule.ts';

const rsaBitsMin = 2048;
const allowedCurves: readonly (string | undefined)[] = ['P-256', 'P-384', 'P-521'];
const allowedSignature = /^(?:rsa-pkcs1|rsa-pss|ecdsa)-sha(?:256|384|512)/;
const allowedForAnchors = /^(?:rsa-pkcs1|rsa-pss|ecdsa)-sha/;

export const webpkiRules: readonly ProfileRule[] = [
  rule('§7.1.2.1.3', ({ certificate, isAnchor }) => {
    const { authorityKey } = certificate.extensions;
    if (!isAnchor || authorityKey === undefined) return undefined;
    if (authorityKey.identifier === undefined) return 'authority key without an identifier';
    if (authorityKey.issuer.length > 0 || authorityKey.serial !== undefined) {
      return 'authority key with issuer or serial number';
    }
    const differs = isSelfIssued(certificate) && keyFit(certificate, certificate) === 'differs';
    return says(differs, 'authority key is not its own');
  }),
  rule('§7.1.2.1.2', ({ certificate: { extensions }, isAnchor, isTarget }) =>
    says(
      isAnchor && !isTarget && extensions.extendedKeyUsage !== undefined,
      'a root with purposes',
    ),
  ),
  rule('§7.1.2.7.8', ({ isTarget, isAuthority }) => says(isTarget && isAuthority, 'an authority')),
  rule('§7.1.2.7.10', ({ certificate: { extensions }, isTarget }) => {
    if (!isTarget) return undefined;
    const { extendedKeyUsage } = extensions;
    if (extendedKeyUsage === undefined) return 'no purpose';
    if (extendedKeyUsage.includes(purposeOid.any)) return 'any purpose';
    return says(isCritical(extensions, extensionOid.extendedKeyUsage), 'critical purposes');
  }),
  rule('§7.1.2.7.12', ({ certificate: { subject, extensions }, isTarget }) => {
    if (!isTarget) return undefined;
    if (extensions.subjectAltName === undefined) return 'no subjectAltName';
    const isNamed = subject.relative.length > 0;
    return says(isNamed && isCritical(extensions, extensionOid.subjectAltName), 'critical names');
  }),
  rule('§7.1.4.3', ({ certificate, isTarget }) => (isTarget ? strayName(certificate) : undefined)),
  rule('§7.1.3.1', ({ certificate }) => oddKey(certificate)),
  rule('§7.1.3.2', ({ certificate, isAnchor }) => {
    const allowed = isAnchor ? allowedForAnchors : allowedSignature;
    const name = certificate.signatureAlgorithm ?? '';
    return says(!allowed.test(name), `signed with ${name || certificate.signatureAlgorithmOid}`);
  }),
];

function oddKey(certificate: Certificate): string | undefined {
  const { family, bits, curve, isSound } = publicKeyFacts(certificate.publicKey);
  if (family === 'rsa') {
    return says(bits < rsaBitsMin || bits % 8 !== 0 || !isSound, `RSA of ${bits} bits`);
  }
  if (family === 'ec') return says(!allowedCurves.includes(curve), `curve ${curve ?? 'explicit'}`);
  return `a key of ${family}`;
}

/** Labels, an address of either kind, or one as a single number in hexadecimal digits. */
const hostLike = /[.:]|^0x[0-9a-f]+$/i;

/** §7.1.4.3: a common name that names a host is one of the alternative names, spelt as it is. */
function strayName({ subjectCommonName, extensions }: Certificate): string | undefined {
  if (subjectCommonName === undefined) return undefined;
  const names = (extensions.subjectAltName ?? []).flatMap(spelling);
  // The apex under a wildcard of its own is what authorities do and every client takes.
  if ([subjectCommonName, `*.${subjectCommonName}`].some((name) => names.includes(name))) {
    return undefined;
  }
  // A word such as a person's or a product's name is no host and may stand there by itself.
  const isHost = hostLike.test(subjectCommonName) && canonicalHost(subjectCommonName) !== undefined;
  return says(isHost, `common name ${subjectCommonName} is none of the alternative names`);
}

function spelling(name: GeneralName): readonly string[] {
  if ('dns' in name) return [name.dns];
  if (!('ip' in name)) return [];
  const text = name.ip.length === 4 ? name.ip.join('.') : groupsOf(name.ip);
  return [canonicalHost(text)?.replaceAll(/[[\]]/g, '') ?? text];
}

function groupsOf(ip: Uint8Array): string {
  return Array.from({ length: 8 }, (_, at) =>
    (((ip[2 * at] ?? 0) << 8) | (ip[2 * at + 1] ?? 0)).toString(16),
  ).join(':');
}

/** The URL standard knows one spelling for each host: RFC 5952, decimals, lower case, A-labels. */
function canonicalHost(host: string): string | undefined {
  const url = `http://${host.includes(':') ? `[${host}]` : host}/`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

function rule(clause: string, broken: ProfileRule['broken']): ProfileRule {
  return { rfc: `CA/B BR ${clause}`, broken };
}

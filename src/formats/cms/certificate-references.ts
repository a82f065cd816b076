/**
 * The certificates a signer bound himself to: signing-certificate (RFC 2634 §5.4, SHA-1) and
 * signing-certificate-v2 (RFC 5035 §3).
 */
import { equal, toHex } from '#base/bytes';
import { Fault, ifReadable } from '#base/fault';
import type { Engine, HashName } from '#formats/crypto';
import { contextTag, type Der, DerReader, tag } from '#formats/der';
import { certificateDigest, hashAlgorithmOf } from '#formats/x509';
import type { Attribute } from './attributes.ts';
import { cmsOid } from './oids.ts';

/** ESSCertID or ESSCertIDv2: a certificate by its digest, perhaps also by issuer and serial. */
export interface CertificateReference {
  /** Undefined for a digest the engine does not know. */
  readonly hash: HashName | undefined;
  readonly digest: Uint8Array;
  readonly issuerSerial:
    | { readonly issuer: Uint8Array | undefined; readonly serial: string }
    | undefined;
}

/**
 * The first of each attribute's list, the newer attribute's first: the signer's own certificate
 * (RFC 5035 §3). Those behind it only say which others his path may have.
 */
export function referencesIn(signed: readonly Attribute[]): readonly CertificateReference[] {
  const firsts = (name: string, fallback: HashName): readonly CertificateReference[] =>
    signed
      .filter((one) => one.oid === name)
      .flatMap((one) => one.values)
      .map((value) => firstOf(value, fallback));
  return [
    ...firsts(cmsOid.signingCertificateWithHash, 'sha256'),
    ...firsts(cmsOid.signingCertificate, 'sha1'),
  ];
}

/** SigningCertificate ::= SEQUENCE { certs SEQUENCE OF, policies SEQUENCE OF OPTIONAL }. */
function firstOf(value: Der, fallback: HashName): CertificateReference {
  const reader = new DerReader(value, tag.sequence);
  const { children, at } = reader.next(tag.sequence);
  reader.optional(tag.sequence);
  reader.end();
  const [first] = children.map((one) => referenceOf(one, fallback));
  if (first === undefined) throw new Fault('cms.malformed', { at, why: 'no certificate' });
  return first;
}

type Fit = 'yes' | 'no' | 'elsewhere' | 'unknown';

interface Named {
  readonly der: Uint8Array;
  readonly serial: string;
  readonly issuer: { readonly der: Uint8Array };
}

/**
 * Is this the certificate that each of them means? `elsewhere`: its digest fits and its name does
 * not; `unknown`: nobody here computes such a digest.
 */
export async function matches(
  references: readonly CertificateReference[],
  certificate: Named,
  engine: Engine,
): Promise<Fit> {
  const fits: Fit[] = [];
  for (const one of references) fits.push(await fitOf(one, certificate, engine));
  return (['no', 'unknown', 'elsewhere'] as const).find((one) => fits.includes(one)) ?? 'yes';
}

async function fitOf(
  { hash, digest, issuerSerial: named }: CertificateReference,
  certificate: Named,
  engine: Engine,
): Promise<Fit> {
  if (hash === undefined) return 'unknown';
  if (!equal(await certificateDigest(certificate, hash, engine), digest)) return 'no';
  if (named === undefined) return 'yes';
  const sameIssuer = named.issuer === undefined || equal(named.issuer, certificate.issuer.der);
  return sameIssuer && named.serial === certificate.serial ? 'yes' : 'elsewhere';
}

function referenceOf(value: Der, fallback: HashName): CertificateReference {
  const reader = new DerReader(value, tag.sequence);
  // Only the newer form may name a digest; the older one's first value is the digest itself.
  const named = fallback === 'sha256' ? reader.optional(tag.sequence) : undefined;
  const digest = reader.next(tag.octetString).content;
  const issuerSerial = reader.optional(tag.sequence);
  reader.end();
  return {
    hash: named === undefined ? fallback : ifReadable(() => hashAlgorithmOf(named)),
    digest,
    issuerSerial: issuerSerial && issuerSerialOf(issuerSerial),
  };
}

/** IssuerSerial ::= SEQUENCE { GeneralNames, serial }; the issuer is a directoryName [4]. */
function issuerSerialOf(value: Der): { issuer: Uint8Array | undefined; serial: string } {
  const reader = new DerReader(value, tag.sequence);
  const names = reader.next(tag.sequence).children;
  const serial = toHex(reader.next(tag.integer).content);
  const directory = names.find((one) => one.tag === contextTag(4, 'constructed'));
  return { issuer: directory?.children[0]?.der, serial };
}

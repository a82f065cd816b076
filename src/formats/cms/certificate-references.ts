/**
 * The certificates a signer bound himself to: signing-certificate (RFC 2634 §5.4, SHA-1) and
 * signing-certificate-v2 (RFC 5035 §3).
 */
import { equal, toHex } from '#base/bytes';
import type { Engine, HashName } from '#formats/crypto';
import { contextTag, type Der, DerReader, tag } from '#formats/der';
import { certificateDigest, hashAlgorithmOf } from '#formats/x509';
import type { Attribute } from './attributes.ts';
import { cmsOid } from './oids.ts';

/** ESSCertID or ESSCertIDv2: a certificate by its digest, perhaps also by issuer and serial. */
export interface CertificateReference {
  readonly hash: HashName;
  readonly digest: Uint8Array;
  readonly issuerSerial:
    | { readonly issuer: Uint8Array | undefined; readonly serial: string }
    | undefined;
}

/** Both attributes' lists, the newer attribute's first. */
export function referencesIn(signed: readonly Attribute[]): readonly CertificateReference[] {
  const lists = (name: string): readonly Der[] =>
    signed
      .filter((one) => one.oid === name)
      .flatMap((one) => one.values)
      .flatMap((value) => new DerReader(value, tag.sequence).next(tag.sequence).children);
  return [
    ...lists(cmsOid.signingCertificateWithHash).map((one) => referenceOf(one, 'sha256')),
    ...lists(cmsOid.signingCertificate).map((one) => referenceOf(one, 'sha1')),
  ];
}

/** Is this the certificate that is meant? `elsewhere`: its digest fits and its name does not. */
export async function matches(
  reference: CertificateReference,
  certificate: {
    readonly der: Uint8Array;
    readonly serial: string;
    readonly issuer: { readonly der: Uint8Array };
  },
  engine: Engine,
): Promise<'yes' | 'no' | 'elsewhere'> {
  const digest = await certificateDigest(certificate, reference.hash, engine);
  if (!equal(digest, reference.digest)) return 'no';
  const named = reference.issuerSerial;
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
    hash: named === undefined ? fallback : hashAlgorithmOf(named),
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

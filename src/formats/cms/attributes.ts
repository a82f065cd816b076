/**
 * Attributes of a SignerInfo (RFC 5652 §5.3, §11) as PAdES baseline wants them
 * (ETSI EN 319 142-1 §6.3): contentType, messageDigest and signingCertificateV2 (RFC 5035 §3),
 * no signingTime, for the time of a signature is its stamp's.
 *
 * The signer's certificate is named by its SHA-256 digest only. The issuer and serial number that
 * RFC 5035 allows beside it would say nothing that the digest does not fix.
 */
import { equal } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';
import { digestBytes, type HashName } from '#formats/crypto';
import {
  type Der,
  DerReader,
  octetString,
  oid,
  oidOf,
  parseDer,
  sequence,
  setOf,
  tag,
} from '#formats/der';
import { hashAlgorithmDer, hashAlgorithmOf } from '#formats/x509';
import { cmsOid } from './oids.ts';

export interface SignedAttributes {
  /** Dotted object identifier; id-data for a document. */
  readonly contentType: string;
  readonly messageDigest: Uint8Array;
  readonly certificateSha256: Uint8Array;
}

export interface Attribute {
  readonly oid: string;
  readonly values: readonly Der[];
}

export interface CertificateDigest {
  readonly hash: HashName;
  readonly digest: Uint8Array;
}

/** The DER SET OF that is signed (RFC 5652 §5.4), not its `[0]` form on the wire. */
export function signedAttributes(given: {
  readonly contentType?: string;
  readonly messageDigest: Uint8Array;
  readonly certificateSha256: Uint8Array;
}): Uint8Array {
  const { contentType, messageDigest, certificateSha256 } = given;
  return signedAttributesWith('sha256', {
    ...(contentType === undefined ? {} : { contentType }),
    messageDigest,
    certificateDigest: certificateSha256,
  });
}

/** The same where message and certificate are named by another digest: P-384, Ed25519, SM2. */
export function signedAttributesWith(
  hash: HashName,
  given: {
    readonly contentType?: string;
    readonly messageDigest: Uint8Array;
    readonly certificateDigest: Uint8Array;
  },
): Uint8Array {
  const { contentType = cmsOid.data, messageDigest, certificateDigest } = given;
  const bytes = digestBytes[hash];
  if (messageDigest.length !== bytes || certificateDigest.length !== bytes) {
    throw new Fault('cms.unsuitable', { why: `not a digest of ${hash}` });
  }
  // RFC 5035 §3: the hash algorithm's DEFAULT is SHA-256, so DER leaves it out.
  const named = hash === 'sha256' ? [] : [hashAlgorithmDer(hash)];
  const certificateId = sequence(...named, octetString(certificateDigest));
  return setOf(
    attributeDer(cmsOid.contentType, oid(contentType)),
    attributeDer(cmsOid.messageDigest, octetString(messageDigest)),
    attributeDer(cmsOid.signingCertificateWithHash, sequence(sequence(certificateId))),
  );
}

/**
 * Reads attributes made by `signedAttributes` and no others: what does not print back to the same
 * bytes is cms.attributes_differ. The phone reads with it what it is asked to sign.
 */
export function parseSignedAttributes(der: Uint8Array): SignedAttributes {
  const found = readAttributes(parseDer(der));
  const contentType = contentTypeIn(found);
  const messageDigest = messageDigestIn(found);
  const certificate = certificateDigestIn(found);
  if (contentType === undefined || messageDigest === undefined || certificate === undefined) {
    throw new Fault('cms.attributes_differ', { why: 'an attribute is missing' });
  }
  const read = { contentType, messageDigest, certificateSha256: certificate.digest };
  if (certificate.hash !== 'sha256' || !equal(signedAttributes(read), der)) {
    throw new Fault('cms.attributes_differ', { why: 'not in the only form' });
  }
  return read;
}

/** Are these attributes in the form that `signedAttributes` writes? */
export function areOwnAttributes(der: Uint8Array): boolean {
  try {
    parseSignedAttributes(der);
    return true;
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return false;
  }
}

export function attributeDer(name: string, value: Uint8Array): Uint8Array {
  return sequence(oid(name), setOf(value));
}

/** The attributes of a SET OF Attribute; a type given twice is refused (RFC 5652 §5.3). */
export function readAttributes(set: Der): readonly Attribute[] {
  const attributes = set.children.map((child) => {
    const reader = new DerReader(child, tag.sequence);
    const name = oidOf(reader.next(tag.oid));
    const values = reader.next(tag.set).children;
    reader.end();
    return { oid: name, values };
  });
  if (new Set(attributes.map((one) => one.oid)).size !== attributes.length) {
    throw new Fault('cms.malformed', { at: set.at, why: 'attribute twice' });
  }
  return attributes;
}

/** The single value of an attribute; undefined if there is none, refused if there are several. */
export function attributeValue(attributes: readonly Attribute[], name: string): Der | undefined {
  const attribute = attributes.find((one) => one.oid === name);
  if (attribute === undefined) return undefined;
  const [value, ...others] = attribute.values;
  if (value === undefined || others.length > 0) {
    throw new Fault('cms.malformed', { why: `attribute ${name} needs one value` });
  }
  return value;
}

export function contentTypeIn(attributes: readonly Attribute[]): string | undefined {
  const value = attributeValue(attributes, cmsOid.contentType);
  return value?.tag === tag.oid ? oidOf(value) : undefined;
}

export function messageDigestIn(attributes: readonly Attribute[]): Uint8Array | undefined {
  const value = attributeValue(attributes, cmsOid.messageDigest);
  return value?.tag === tag.octetString ? value.content : undefined;
}

/** Which certificate the signer bound himself to: ESSCertIDv2, or the SHA-1 form of RFC 2634. */
export function certificateDigestIn(
  attributes: readonly Attribute[],
): CertificateDigest | undefined {
  const current = attributeValue(attributes, cmsOid.signingCertificateWithHash);
  const sha1Form = attributeValue(attributes, cmsOid.signingCertificate);
  const list = current ?? sha1Form;
  if (list === undefined) return undefined;
  const first = new DerReader(list, tag.sequence).enter(tag.sequence).enter(tag.sequence);
  const named = current === undefined ? undefined : first.optional(tag.sequence);
  const fallback = current === undefined ? 'sha1' : 'sha256';
  const hash = named === undefined ? fallback : hashAlgorithmOf(named);
  return { hash, digest: first.next(tag.octetString).content };
}

/**
 * CMS SignedData (RFC 5652 §5) with one signer: what lies in a PDF's /Contents (ETSI EN 319 142-1)
 * and what a time-stamp token is (RFC 3161 §2.4.2).
 *
 * `buildSignedData` has one shape: one signer, no revocation lists, at most one unsigned attribute
 * (the stamp). The house's own signatures are ECDSA with SHA-256 and bear one certificate alone.
 * `parseSignedData` also reads what others made, as long as it is DER with one signer.
 */
import { equal, fromHex, toHex } from '#base/bytes';
import { Fault, ifReadable } from '#base/fault';
import {
  type HashName,
  type SignatureAlgorithm,
  type SigningAlgorithm,
  schemeOf,
} from '#formats/crypto';
import {
  contextConstructed,
  contextTag,
  type Der,
  DerReader,
  integer,
  octetString,
  oid,
  oidOf,
  parseDer,
  sequence,
  setOf,
  smallIntegerOf,
  tag,
  tlv,
} from '#formats/der';
import {
  type Certificate,
  cmsSignatureAlgorithmOf,
  hashAlgorithmDer,
  hashAlgorithmOf,
  isStrict,
  parseCertificate,
  signatureAlgorithmDer,
} from '#formats/x509';
import {
  type Attribute,
  attributeDer,
  attributeValue,
  type CertificateDigest,
  certificateDigestIn,
  contentTypeIn,
  messageDigestIn,
  readAttributes,
} from './attributes.ts';
import { cmsOid } from './oids.ts';

export interface SignedData {
  readonly der: Uint8Array;
  readonly contentType: string;
  /** The content inside the message; undefined when the signature is detached. */
  readonly content: Uint8Array | undefined;
  /** The bag as it stands; nothing says yet that any of them is good for anything. */
  readonly certificates: readonly Uint8Array[];
  readonly revocationLists: readonly Uint8Array[];
  readonly signer: SignerInfo;
}

interface SignerInfo {
  readonly id: SignerId;
  readonly digestAlgorithm: HashName;
  /** The SET OF that was signed; undefined when the content was signed directly. */
  readonly signedAttributes: Uint8Array | undefined;
  readonly contentType: string | undefined;
  readonly messageDigest: Uint8Array | undefined;
  /** The certificate the signer bound himself to (RFC 5035). */
  readonly certificateDigest: CertificateDigest | undefined;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  readonly unsigned: readonly Attribute[];
  /** The DER of id-aa-signatureTimeStampToken (RFC 3161 appendix A). */
  readonly timestampToken: Uint8Array | undefined;
}

type SignerId =
  | { readonly by: 'serial'; readonly issuer: Uint8Array; readonly serial: string }
  | { readonly by: 'key'; readonly identifier: Uint8Array };

export interface SignedDataDraft {
  readonly certificate: Certificate;
  /** What `signedAttributes` returned. */
  readonly signedAttributes: Uint8Array;
  readonly signature: Uint8Array;
  /** How the signature was made; the house's own is the default, ecdsa-sha256. */
  readonly algorithm?: SigningAlgorithm;
  /** DER of further certificates for the bag: those between the signer's and a root. */
  readonly chain?: readonly Uint8Array[];
  /** No bag at all: who asked for a stamp has the certificate already (RFC 3161 §2.4.1). */
  readonly isBagless?: boolean;
  readonly timestampToken?: Uint8Array;
  /** The same structures under the identifiers of GB/T 35275-2017; SM2 alone. */
  readonly isGm?: boolean;
  /** Absent for a detached signature over id-data. */
  readonly encapsulated?: { readonly contentType: string; readonly content: Uint8Array };
}

const bagMax = 64;

export function buildSignedData(draft: SignedDataDraft): Uint8Array {
  const { certificate, encapsulated, algorithm = 'ecdsa-sha256', chain = [], isGm = false } = draft;
  if (isGm && algorithm !== 'sm2-sm3') throw new Fault('cms.unsuitable', { why: 'not SM2' });
  const digestAlgorithm = hashAlgorithmDer(messageHashOf(algorithm));
  const content =
    encapsulated === undefined
      ? sequence(oid(isGm ? cmsOid.gmData : cmsOid.data))
      : sequence(
          oid(encapsulated.contentType),
          contextConstructed(0, octetString(encapsulated.content)),
        );
  const signer = sequence(
    integer(1),
    sequence(certificate.issuer.der, tlv(tag.integer, fromHex(certificate.serial))),
    digestAlgorithm,
    onWire(0, draft.signedAttributes),
    signatureAlgorithmDer(algorithm),
    octetString(draft.signature),
    ...(draft.timestampToken === undefined
      ? []
      : [tagged(1, setOf(attributeDer(cmsOid.signatureTimestampToken, draft.timestampToken)))]),
  );
  const signedData = sequence(
    // RFC 5652 §5.1: version 3 when the content is not id-data.
    integer(encapsulated === undefined ? 1 : 3),
    setOf(digestAlgorithm),
    content,
    ...(draft.isBagless === true ? [] : [tagged(0, setOf(certificate.der, ...chain))]),
    setOf(signer),
  );
  const type = isGm ? cmsOid.gmSignedData : cmsOid.signedData;
  return sequence(oid(type), contextConstructed(0, signedData));
}

/**
 * The digest that a message is signed with: the scheme's own. Ed25519 has none, and RFC 8419 §3.1
 * demands SHA-512 of it.
 */
export function messageHashOf(algorithm: SigningAlgorithm): HashName {
  return schemeOf(algorithm).hash ?? 'sha512';
}

/**
 * Reads a message, or a value of a larger one that was read as DER already; refuses with a der,
 * x509 or cms code what is not DER or has not one signer.
 */
export function parseSignedData(message: Uint8Array | Der): SignedData {
  const value = message instanceof Uint8Array ? parseDer(message) : message;
  const outer = new DerReader(value, tag.sequence);
  if (oidOf(outer.next(tag.oid)) !== cmsOid.signedData) {
    throw new Fault('cms.malformed', { why: 'not signed data' });
  }
  const explicit = outer.enter(contextTag(0, 'constructed'));
  outer.end();
  const reader = explicit.enter(tag.sequence);
  explicit.end();
  smallIntegerOf(reader.next(tag.integer));
  reader.next(tag.set);
  const encapsulated = reader.enter(tag.sequence);
  const contentType = oidOf(encapsulated.next(tag.oid));
  const content = encapsulated.optional(contextTag(0, 'constructed'));
  encapsulated.end();
  const certificates = reader.optional(contextTag(0, 'constructed'))?.children ?? [];
  const lists = reader.optional(contextTag(1, 'constructed'))?.children ?? [];
  const [signer, ...otherSigners] = reader.next(tag.set).children;
  reader.end();
  if (signer === undefined || otherSigners.length > 0) {
    throw new Fault('cms.unsuitable', { why: 'not one signer' });
  }
  if (certificates.length + lists.length > bagMax) {
    throw new Fault('cms.unsuitable', { why: 'bag too large' });
  }
  return {
    der: value.der,
    contentType,
    content: content === undefined ? undefined : onlyOctets(content),
    certificates: certificates.map((one) => one.der),
    revocationLists: lists.map((one) => one.der),
    signer: parseSigner(signer),
  };
}

/**
 * The signer's certificate from the bag; undefined if it is not there or cannot be read. One of the
 * `known` is not read again where it lies there byte for byte.
 */
export function signerCertificate(
  signed: SignedData,
  known: readonly Certificate[] = [],
): Certificate | undefined {
  for (const der of signed.certificates) {
    const same = known.find((one) => isStrict(one) && equal(one.der, der));
    const certificate = same ?? ifReadable(() => parseCertificate(der));
    if (certificate !== undefined && isNamedBy(signed.signer.id, certificate)) return certificate;
  }
  return undefined;
}

/** RFC 5652 §5.3: a field IMPLICIT [n] on the wire is signed and built as a SET. */
function onWire(number: number, set: Uint8Array): Uint8Array {
  return tagged(number, set.slice());
}

/** The same where the set was written a moment ago and nobody else has it. */
function tagged(number: number, set: Uint8Array): Uint8Array {
  set[0] = contextTag(number, 'constructed');
  return set;
}

function asSet(wire: Der): Uint8Array {
  const bytes = wire.der.slice();
  bytes[0] = tag.set;
  return bytes;
}

function onlyOctets(explicit: Der): Uint8Array {
  const [value, ...others] = explicit.children;
  if (value?.tag !== tag.octetString || others.length > 0) {
    throw new Fault('cms.malformed', { at: explicit.at, why: 'content' });
  }
  return value.content;
}

function parseSigner(value: Der): SignerInfo {
  const reader = new DerReader(value, tag.sequence);
  smallIntegerOf(reader.next(tag.integer));
  const id = parseSignerId(reader.any());
  const digestAlgorithm = hashAlgorithmOf(reader.next(tag.sequence));
  const attributes = reader.optional(contextTag(0, 'constructed'));
  const algorithm = reader.next(tag.sequence);
  const signature = reader.next(tag.octetString).content;
  const unsignedAttributes = reader.optional(contextTag(1, 'constructed'));
  reader.end();
  const signed = attributes === undefined ? [] : readAttributes(attributes);
  const unsigned = unsignedAttributes === undefined ? [] : readAttributes(unsignedAttributes);
  return {
    id,
    digestAlgorithm,
    signedAttributes: attributes === undefined ? undefined : asSet(attributes),
    contentType: contentTypeIn(signed),
    messageDigest: messageDigestIn(signed),
    certificateDigest: certificateDigestIn(signed),
    signatureAlgorithm: cmsSignatureAlgorithmOf(algorithm, digestAlgorithm),
    signature,
    unsigned,
    timestampToken: attributeValue(unsigned, cmsOid.signatureTimestampToken)?.der,
  };
}

function parseSignerId(value: Der): SignerId {
  if (value.tag === contextTag(0, 'primitive')) return { by: 'key', identifier: value.content };
  const reader = new DerReader(value, tag.sequence);
  const issuer = reader.next(tag.sequence).der;
  const serial = toHex(reader.next(tag.integer).content);
  reader.end();
  return { by: 'serial', issuer, serial };
}

function isNamedBy(id: SignerId, certificate: Certificate): boolean {
  if (id.by === 'key') {
    const identifier = certificate.extensions.subjectKeyIdentifier;
    return identifier !== undefined && toHex(identifier) === toHex(id.identifier);
  }
  return id.serial === certificate.serial && toHex(id.issuer) === toHex(certificate.issuer.der);
}

/**
 * Judges one signer of a message as mathematics and form (RFC 5652 §5.6, RFC 8419, RFC 8933,
 * RFC 6211, EN 319 102-1 §5.2.3, §5.2.7): is this content signed, by the key of which certificate?
 *
 * Whether the certificate is trusted and the algorithms are strong enough is asked elsewhere. The
 * answer is a list of findings; malformed input is one of them, never an exception.
 */
import { compare, equal } from '#base/bytes';
import { faultCode, ifReadable } from '#base/fault';
import { type Engine, type HashName, schemeOf } from '#formats/crypto';
import { contextTag, type Der, definite, oidOf, parseDer, setOf, tag, tlv } from '#formats/der';
import { type Certificate, hashAlgorithmOf, isComputable } from '#formats/x509';
import { contentTypeIn, messageDigestIn, readAttributes } from './attributes.ts';
import type { CmsFacts } from './facts.ts';
import { type CmsFinding, cmsFindings, type Found, type SignerFinding } from './findings.ts';
import { cmsOid } from './oids.ts';
import { engineSignature } from './signature-value.ts';
import { type CmsSigner, valuesOf } from './signer.ts';
import { type CertificateSearch, certificateOf } from './signer-certificate.ts';

/** What a check of a signer found. */
export interface CheckedSigner {
  /** The signer's certificate, if it is in the message or was handed in. */
  readonly certificate: Certificate | undefined;
  /** The signer bound himself to this certificate by its digest. */
  readonly bound: boolean;
  /** The content has the digest that is signed; undefined if that could not be asked. */
  readonly contentIntact: boolean | undefined;
  /** The value is a signature of the certificate's key; undefined if that could not be asked. */
  readonly signatureIntact: boolean | undefined;
  readonly findings: readonly SignerFinding[];
}

/** What must have been signed, when it is not inside the message. */
export interface DetachedContent {
  digest(hash: HashName): Promise<Uint8Array>;
  /** The bytes themselves: asked for only where there are no signed attributes. */
  bytes(): Uint8Array;
}

/** Asks about one signer of a message. */
export interface SignerCheck extends CertificateSearch {
  /** Needed for a detached signature; for others the content inside counts. */
  readonly content?: DetachedContent;
  /** SM2 only: the identity agreed on, if not the usual one. */
  readonly signerId?: string;
}

export async function checkSigner(check: SignerCheck, engine: Engine): Promise<CheckedSigner> {
  const { message, signer } = check;
  const findings: SignerFinding[] = [];
  const found = (code: CmsFinding, detail = ''): void => {
    findings.push({ code, weight: cmsFindings[code], detail });
  };
  for (const part of signer.malformed) found('attribute_malformed', part);
  for (const part of signer.unread) found('attribute_unread', part);
  const content = check.content ?? insideOf(message, engine);
  const { certificate, bound } = await certificateOf(check, engine, found);
  const contentIntact = await checkContent(signer, message, { content, found });
  checkAlgorithms(signer, found);
  const signatureIntact = await checkValue(check, { content, certificate, found }, engine);
  return { certificate, bound, contentIntact, signatureIntact, findings };
}

function insideOf(message: CmsFacts, engine: Engine): DetachedContent | undefined {
  const { content } = message;
  if (content === undefined) return undefined;
  return { digest: (hash) => engine.digest(hash, content), bytes: () => content };
}

async function checkContent(
  signer: CmsSigner,
  message: CmsFacts,
  { content, found }: { content: DetachedContent | undefined; found: Found },
): Promise<boolean | undefined> {
  if (content === undefined) found('content_missing');
  // RFC 5652 §5.3: without signed attributes the value itself is over the content.
  if (signer.signedAttributes === undefined) {
    if (content !== undefined && areAttributes(content.bytes())) found('content_is_attributes');
    // And what is no plain data must have them, or its type is said by nobody.
    if (!isData(message.contentType)) found('content_type_missing', message.contentType);
    return undefined;
  }
  if (signer.contentType === undefined) found('content_type_missing');
  else if (!isSameType(signer.contentType, message.contentType)) {
    found('content_type_differs', `${signer.contentType} ≠ ${message.contentType}`);
  }
  if (signer.messageDigest === undefined) {
    found('message_digest_missing');
    return false;
  }
  if (content === undefined) return undefined;
  if (signer.digestAlgorithm === undefined) {
    found('algorithm_unknown', signer.digestOid);
    return undefined;
  }
  const intact = equal(await content.digest(signer.digestAlgorithm), signer.messageDigest);
  if (!intact) found('digest_differs', signer.digestAlgorithm);
  return intact;
}

/**
 * Whoever takes the signed attributes out of a message and shows them as its content has a value
 * that holds, over something that nobody meant to sign: no document is a SET OF attributes with a
 * digest and a content type among them.
 */
function areAttributes(content: Uint8Array): boolean {
  if (content[0] !== tag.set || content.length > attributesBytesMax) return false;
  try {
    const held = readAttributes(parseDer(content));
    return contentTypeIn(held) !== undefined && messageDigestIn(held) !== undefined;
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return false;
  }
}

/** Longer than the attributes of any signer. */
const attributesBytesMax = 256 * 1024;

/** `data` of PKCS#7 and of GB/T 35275 are one type; makers mix their names. */
function isSameType(said: string, held: string): boolean {
  return said === held || (isData(said) && isData(held));
}

function isData(type: string): boolean {
  return type === cmsOid.data || type === cmsOid.gmData;
}

/** RFC 5652 §5.4 and RFC 6211: the two places that name algorithms say the same. */
function checkAlgorithms(signer: CmsSigner, found: Found): void {
  if (signer.algorithm !== undefined && signer.digestAlgorithm !== undefined) {
    const { hash } = schemeOf(signer.algorithm);
    if (hash !== undefined && hash !== signer.digestAlgorithm) {
      found('algorithms_disagree', `${signer.digestAlgorithm} and ${signer.algorithm}`);
    }
  }
  const protections = valuesOf(signer.signed, cmsOid.algorithmProtection);
  if (protections.length > 1 || !protections.every((one) => isProtected(signer, one))) {
    found('algorithm_protection_differs');
  }
}

/** RFC 6211 §2: digest and signature algorithm are those outside, and nothing is a MAC. */
function isProtected(signer: CmsSigner, { children: [digest, algorithm] }: Der): boolean {
  const said = digest && hashIfReadable(() => hashAlgorithmOf(digest));
  if (said !== signer.digestAlgorithm) return false;
  const [name] = algorithm?.children ?? [];
  const isSigning = algorithm?.tag === contextTag(1, 'constructed') && name?.tag === tag.oid;
  return isSigning && oidOf(name) === signer.algorithmOid;
}

async function checkValue(
  { signer, signerId }: SignerCheck,
  parts: {
    content: DetachedContent | undefined;
    certificate: Certificate | undefined;
    found: Found;
  },
  engine: Engine,
): Promise<boolean | undefined> {
  const { content, certificate, found } = parts;
  const { algorithm } = signer;
  if (algorithm === undefined) {
    found('algorithm_unknown', signer.algorithmOid);
    return undefined;
  }
  const isThere = signer.signedAttributes !== undefined || content !== undefined;
  if (certificate === undefined || !isThere) return undefined;
  if (!isComputable(algorithm, certificate.publicKey)) {
    found('algorithm_unsupported', `${algorithm} by this key`);
    return undefined;
  }
  const { signature, wasRaw } = engineSignature(signer.signature, algorithm);
  const { publicKey } = certificate;
  let isFirst = true;
  for (const message of signedBytes(signer, content)) {
    const holds = await engine.verify({
      algorithm,
      publicKey,
      signature,
      message,
      ...(signerId !== undefined && { signerId }),
    });
    if (holds) {
      if (wasRaw) found('signature_raw');
      if (!isFirst || !isSorted(signer)) found('attributes_unsorted');
      return true;
    }
    isFirst = false;
  }
  found('signature_broken', algorithm);
  return false;
}

/**
 * RFC 5652 §5.4: the DER of the SET OF, in whatever encoding it stands in the message. Signers that
 * write another one hash either what they wrote or what they should have written, wholly or but for
 * the order; each is over the same attributes.
 */
function* signedBytes(
  { signedAttributes }: CmsSigner,
  content: DetachedContent | undefined,
): Generator<Uint8Array> {
  if (signedAttributes === undefined) {
    if (content !== undefined) yield content.bytes();
    return;
  }
  const values = signedAttributes.children.map((one) => one.der);
  const written = tlv(tag.set, ...values);
  yield written;
  const sorted = setOf(...values);
  if (!equal(sorted, written)) yield sorted;
  const meant = setOf(...signedAttributes.children.map(definite));
  if (!equal(meant, sorted)) yield meant;
}

/** X.690 §11.6. */
function isSorted({ signedAttributes }: CmsSigner): boolean {
  const values = signedAttributes?.children.map((one) => one.der) ?? [];
  return values.every((value, at) => compare(values[at - 1] ?? value, value) <= 0);
}

function hashIfReadable(read: () => HashName): HashName | undefined {
  return ifReadable(() => read());
}

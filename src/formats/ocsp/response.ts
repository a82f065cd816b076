/**
 * Reads an OCSP response (RFC 6960 §4.2.1): what it says, about which certificates, by whom.
 *
 * Reading believes nothing: whether the responder may speak for the issuer, and whether its
 * signature holds, is judged by #formats/pkix. Both the whole OCSPResponse and the bare
 * BasicOCSPResponse are read, for signatures carry either (RFC 5940, ETSI EN 319 142-1).
 */
import { toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault, faultCode, ifReadable } from '#base/fault';
import type { HashName, SignatureAlgorithm } from '#formats/crypto';
import {
  contextTag,
  type Der,
  DerReader,
  integerOf,
  oidOf,
  parseDer,
  tag,
  timeOf,
} from '#formats/der';
import {
  algorithmOidOf,
  type Extensions,
  hashAlgorithmOf,
  knownAlgorithmOf,
  type Name,
  parseExtensions,
  parseName,
  wholeBits,
} from '#formats/x509';

/** RFC 6960 §4.2.1: the reasons for which a responder does not answer. */
export const responseErrors: Readonly<Record<number, string>> = {
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
};

/** RFC 6960 §4.1.1: which certificate is meant, by digests of its issuer and its number. */
export interface CertificateId {
  /** Undefined if the digest is none the engine knows. */
  readonly hash: HashName | undefined;
  readonly issuerName: Uint8Array;
  readonly issuerKey: Uint8Array;
  /** Lower-case hex of the INTEGER's octets, as in Certificate. */
  readonly serial: string;
}

/** What is said about one certificate. */
export interface SingleResponse {
  readonly id: CertificateId;
  readonly status:
    | { readonly is: 'good' | 'unknown' }
    | { readonly is: 'revoked'; readonly from: Instant; readonly reason: number };
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant | undefined;
  readonly extensions: Extensions;
  /** RFC 6960 §4.4.4: certificates that expired since then are still answered for. */
  readonly archiveCutoff: Instant | undefined;
}

/** A signed answer, with everything needed to judge it. */
export interface OcspAnswer {
  readonly is: 'answer';
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly responder: { readonly name: Name } | { readonly keyHash: Uint8Array };
  readonly producedAt: Instant;
  readonly responses: readonly SingleResponse[];
  readonly extensions: Extensions;
  readonly nonce: Uint8Array | undefined;
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signatureAlgorithmOid: string;
  readonly signature: Uint8Array;
  /** DER, as enclosed. */
  readonly certificates: readonly Uint8Array[];
}

/** The answer, or the reason why the responder gave none. */
export type OcspResponse = OcspAnswer | { readonly is: 'error'; readonly why: string };

const basicResponseOid = '1.3.6.1.5.5.7.48.1.1';
const nonceOid = '1.3.6.1.5.5.7.48.1.2';
const archiveCutoffOid = '1.3.6.1.5.5.7.48.1.6';
const responsesMax = 1_000;
const certificatesMax = 32;
const reasonUnspecified = 0;

/** ocsp.malformed, or a der fault, for anything that is no response. */
export function readOcsp(der: Uint8Array): OcspResponse {
  const outer = new DerReader(parseDer(der), tag.sequence);
  const first = outer.any();
  if (first.tag !== tag.enumerated) return readBasic(der);
  const status = first.content[0] ?? reasonUnspecified;
  const wrapped = outer.optional(contextTag(0, 'constructed'));
  outer.end();
  if (first.content.length !== 1) throw malformed(first, 'status');
  if (status !== 0) return { is: 'error', why: responseErrors[status] ?? `status ${status}` };
  if (wrapped === undefined) throw malformed(first, 'no response');
  const bytes = new DerReader(wrapped, wrapped.tag).enter(tag.sequence);
  const kind = oidOf(bytes.next(tag.oid));
  if (kind !== basicResponseOid) throw malformed(wrapped, kind);
  const basic = bytes.next(tag.octetString).content;
  bytes.end();
  return { ...readBasic(basic), der };
}

function readBasic(der: Uint8Array): OcspAnswer {
  const outer = new DerReader(parseDer(der), tag.sequence);
  const tbs = outer.next(tag.sequence);
  const algorithm = outer.next(tag.sequence);
  const signature = wholeBits(outer.next(tag.bitString));
  const enclosed = outer.optional(contextTag(0, 'constructed'));
  outer.end();
  const certificates =
    enclosed === undefined ? [] : new DerReader(enclosed, enclosed.tag).next(tag.sequence).children;
  if (certificates.length > certificatesMax) throw tooMany('certificates');
  return {
    is: 'answer',
    der,
    tbs: tbs.der,
    ...readAnswer(tbs),
    signatureAlgorithm: knownAlgorithmOf(algorithm),
    signatureAlgorithmOid: algorithmOidOf(algorithm),
    signature,
    certificates: certificates.map((one) => one.der),
  };
}

function readAnswer(
  tbs: Der,
): Pick<OcspAnswer, 'responder' | 'producedAt' | 'responses' | 'extensions' | 'nonce'> {
  const reader = new DerReader(tbs, tag.sequence);
  const version = reader.optional(contextTag(0, 'constructed'))?.children[0];
  if (version !== undefined && integerOf(version) !== 0n) throw malformed(version, 'version');
  const responder = responderOf(reader.any());
  const producedAt = timeOf(reader.next(tag.generalizedTime));
  const list = reader.next(tag.sequence).children;
  if (list.length > responsesMax) throw tooMany('answers');
  const extensions = extensionsOf(reader.optional(contextTag(1, 'constructed')));
  reader.end();
  const nonce = extensions.all.find((one) => one.oid === nonceOid)?.value;
  return {
    responder,
    producedAt,
    responses: list.map(singleOf),
    extensions,
    nonce: nonce && nonceOf(nonce),
  };
}

/** RFC 9654 §2.1 wraps it in an OCTET STRING; before RFC 6960 many wrote the bare octets. */
function nonceOf(value: Uint8Array): Uint8Array {
  const wrapped = ifReadable(() => parseDer(value));
  return wrapped?.tag === tag.octetString ? wrapped.content : value;
}

function responderOf(value: Der): OcspAnswer['responder'] {
  const inner = new DerReader(value, value.tag).any();
  if (value.tag === contextTag(1, 'constructed')) return { name: parseName(inner) };
  const isKey = value.tag === contextTag(2, 'constructed') && inner.tag === tag.octetString;
  if (!isKey) throw malformed(value, 'responder');
  return { keyHash: inner.content };
}

function singleOf(value: Der): SingleResponse {
  const reader = new DerReader(value, tag.sequence);
  const id = idOf(reader.next(tag.sequence));
  const status = statusOf(reader.any());
  const thisUpdate = timeOf(reader.next(tag.generalizedTime));
  const next = reader.optional(contextTag(0, 'constructed'))?.children[0];
  const extensions = extensionsOf(reader.optional(contextTag(1, 'constructed')));
  reader.end();
  const cutoff = extensions.all.find((one) => one.oid === archiveCutoffOid)?.value;
  return {
    id,
    status,
    thisUpdate,
    nextUpdate: next && timeOf(next),
    extensions,
    archiveCutoff: cutoff && timeOf(parseDer(cutoff)),
  };
}

function idOf(value: Der): CertificateId {
  const reader = new DerReader(value, tag.sequence);
  const hash = hashOf(reader.next(tag.sequence));
  const issuerName = reader.next(tag.octetString).content;
  const issuerKey = reader.next(tag.octetString).content;
  const serial = toHex(reader.next(tag.integer).content);
  reader.end();
  return { hash, issuerName, issuerKey, serial };
}

function hashOf(identifier: Der): HashName | undefined {
  try {
    return hashAlgorithmOf(identifier);
  } catch (thrown) {
    if (faultCode(thrown) !== 'x509.algorithm_unknown') throw thrown;
    return undefined;
  }
}

function statusOf(value: Der): SingleResponse['status'] {
  const isGood = value.tag === contextTag(0, 'primitive');
  if (isGood || value.tag === contextTag(2, 'primitive')) {
    // A NULL with something in it is read by nobody else.
    if (value.content.length > 0) throw malformed(value, 'status');
    return { is: isGood ? 'good' : 'unknown' };
  }
  const reader = new DerReader(value, contextTag(1, 'constructed'));
  const from = timeOf(reader.next(tag.generalizedTime));
  const reason = reader.optional(contextTag(0, 'constructed'))?.children[0];
  reader.end();
  return { is: 'revoked', from, reason: reason?.content[0] ?? reasonUnspecified };
}

function extensionsOf(explicit: Der | undefined): Extensions {
  const list = explicit?.children[0];
  return parseExtensions(list ?? noExtensions);
}

const noExtensions = parseDer(Uint8Array.of(tag.sequence, 0));

function malformed(value: Der, why: string): Fault {
  return new Fault('ocsp.malformed', { at: value.at, why });
}

function tooMany(why: string): Fault {
  return new Fault('ocsp.limit', { why });
}

/**
 * X.509 certificates (RFC 5280 §4): our own read strictly, foreign ones with their oddities.
 *
 * The two statements of the signature algorithm must agree (§4.1.1.2), so no byte of a certificate
 * lies outside what the signature covers but the signature itself.
 */
import { equal, latin1, toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault, faultCode, ifReadable } from '#base/fault';
import type { Engine, SignatureAlgorithm, Signer } from '#formats/crypto';
import {
  bitString,
  bitStringOf,
  certificateTime,
  contextConstructed,
  contextTag,
  type Der,
  DerReader,
  integer,
  integerFromBytes,
  looseTimeOf,
  oidOf,
  parseDer,
  sequence,
  smallIntegerOf,
  tag,
  timeOf,
} from '#formats/der';
import { publicKeyBits, signatureAlgorithmDer, signatureAlgorithmOf } from './algorithms.ts';
import { type Extension, extensionDer } from './extension.ts';
import { type Extensions, parseExtensions } from './extensions.ts';
import { parseLoosely } from './loose.ts';
import { type Name, namePart, parseName } from './name.ts';

export interface Certificate {
  readonly der: Uint8Array;
  /** The signed part, as it stands in `der`. */
  readonly tbs: Uint8Array;
  /** Lower-case hex of the INTEGER's octets. */
  readonly serial: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly subjectCommonName: string | undefined;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Undefined if the engine has no such one; parseCertificate refuses the certificate then. */
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signatureAlgorithmOid: string;
  readonly signature: Uint8Array;
  readonly extensions: Extensions;
  /** 1, 2 or 3. */
  readonly version: number;
  /** Where it departs from RFC 5280 §4 and still can be read; empty for parseCertificate. */
  readonly oddities: readonly Oddity[];
}

/** A departure from the certificate profile that leaves no doubt about the meaning. */
export type Oddity =
  | 'version'
  | 'serial_negative'
  | 'serial_zero'
  | 'serial_long'
  | 'time_spelling'
  | 'unique_identifier'
  | 'extensions_empty'
  | 'extensions_in_old_version'
  | 'default_written'
  | 'extension_malformed'
  | 'not_der';

export interface CertificateDraft {
  /** Positive, big-endian; at most 20 octets with its sign (RFC 5280 §4.1.2.2). */
  readonly serial: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly publicKey: Uint8Array;
  readonly extensions: readonly Extension[];
}

const version3 = 2;
const serialBytesMax = 20;

export async function buildCertificate(
  draft: CertificateDraft,
  signer: Signer,
): Promise<Certificate> {
  const serial = integerFromBytes(draft.serial);
  if (serial.length > 2 + serialBytesMax || draft.serial.every((byte) => byte === 0)) {
    throw new Fault('x509.unsuitable', { why: 'serial' });
  }
  if (draft.notAfter <= draft.notBefore) throw new Fault('x509.unsuitable', { why: 'validity' });
  const algorithm = signatureAlgorithmDer(signer.algorithm);
  // §4.1.2.9: a list of extensions is not empty; without any there is no list.
  const extensions = draft.extensions.map(extensionDer);
  const tbs = sequence(
    contextConstructed(0, integer(version3)),
    serial,
    algorithm,
    draft.issuer.der,
    sequence(certificateTime(draft.notBefore), certificateTime(draft.notAfter)),
    draft.subject.der,
    draft.publicKey,
    ...(extensions.length === 0 ? [] : [contextConstructed(3, sequence(...extensions))]),
  );
  return parseCertificate(sequence(tbs, algorithm, bitString(await signer.sign(tbs))));
}

/**
 * Reads a certificate that must keep every rule of RFC 5280 §4.1; a signature algorithm the engine
 * lacks is x509.algorithm_unknown.
 */
export function parseCertificate(der: Uint8Array): Certificate {
  const certificate = readCertificate(der);
  const [oddity] = certificate.oddities;
  if (oddity !== undefined) throw new Fault('x509.malformed', { why: oddity });
  if (certificate.signatureAlgorithm === undefined) {
    throw new Fault('x509.algorithm_unknown', { oid: certificate.signatureAlgorithmOid });
  }
  return certificate;
}

/** Was it read without a word against it, so that `parseCertificate` gives the same? */
export function isStrict({ oddities, signatureAlgorithm }: Certificate): boolean {
  return oddities.length === 0 && signatureAlgorithm !== undefined;
}

/**
 * Reads a certificate as found in the world: what departs from the profile without another meaning
 * stands in `oddities`; anything that could be read in two ways is x509.malformed or der.malformed.
 */
export function readCertificate(der: Uint8Array): Certificate {
  const { value, isDer } = parseLoosely(der);
  const outer = new DerReader(value, tag.sequence);
  const tbs = outer.next(tag.sequence);
  const outerAlgorithm = outer.next(tag.sequence);
  const signature = wholeBits(outer.next(tag.bitString));
  outer.end();

  const oddities = new Set<Oddity>(isDer ? [] : ['not_der']);
  const reader = new DerReader(tbs, tag.sequence);
  const version = versionOf(reader.optional(contextTag(0, 'constructed')), oddities);
  const serial = serialOf(reader.next(tag.integer), oddities);
  if (!equal(reader.next(tag.sequence).der, outerAlgorithm.der)) {
    throw new Fault('x509.malformed', { at: outerAlgorithm.at, why: 'two signature algorithms' });
  }
  const issuer = parseName(reader.any());
  const validity = reader.enter(tag.sequence);
  const notBefore = certificateTimeOf(validity.any(), oddities);
  const notAfter = certificateTimeOf(validity.any(), oddities);
  validity.end();
  const subject = parseName(reader.any());
  const publicKey = reader.next(tag.sequence).der;
  publicKeyBits(publicKey);
  const extensions = restOf(reader, version, oddities);
  return {
    der,
    tbs: tbs.der,
    serial,
    issuer,
    subject,
    subjectCommonName: namePart(subject, 'commonName'),
    notBefore,
    notAfter,
    publicKey,
    signatureAlgorithm: knownAlgorithmOf(outerAlgorithm),
    signatureAlgorithmOid: algorithmOidOf(outerAlgorithm),
    signature,
    extensions,
    version: version + 1,
    oddities: [...oddities],
  };
}

/** For bags of certificates by anybody: one that cannot be read is as good as absent. */
export function certificateIfReadable(der: Uint8Array): Certificate | undefined {
  return ifReadable(() => readCertificate(der));
}

/** The optional end of a certificate: unique identifiers (§4.1.2.8) and extensions (§4.1.2.9). */
function restOf(reader: DerReader, version: number, oddities: Set<Oddity>): Extensions {
  for (const number of [1, 2]) {
    if (reader.optional(contextTag(number, 'primitive')) !== undefined) {
      oddities.add('unique_identifier');
    }
  }
  const wrapped = reader.optional(contextTag(3, 'constructed'));
  reader.end();
  if (wrapped === undefined) return parseExtensions(noExtensions);
  const explicit = new DerReader(wrapped, wrapped.tag);
  const list = explicit.any();
  explicit.end();
  if (version !== version3) oddities.add('extensions_in_old_version');
  if (list.children.length === 0) oddities.add('extensions_empty');
  const extensions = parseExtensions(list);
  if (extensions.malformed.length > 0) oddities.add('extension_malformed');
  if (extensions.hasWrittenDefault) oddities.add('default_written');
  if (extensions.hasBer) oddities.add('not_der');
  return extensions;
}

/** §4.1.2.1: absent means 1, which carries no extensions and therefore no authority. */
function versionOf(explicit: Der | undefined, oddities: Set<Oddity>): number {
  const value = explicit?.children[0];
  const version = value === undefined ? 0 : smallIntegerOf(value);
  if (version > version3) throw new Fault('x509.malformed', { why: 'version' });
  if (version !== version3) oddities.add('version');
  return version;
}

/** The engine's name for a signature algorithm, or undefined if it has none. */
export function knownAlgorithmOf(identifier: Der): SignatureAlgorithm | undefined {
  try {
    return signatureAlgorithmOf(identifier);
  } catch (thrown) {
    if (faultCode(thrown) !== 'x509.algorithm_unknown') throw thrown;
    return undefined;
  }
}

export function algorithmOidOf(identifier: Der): string {
  return oidOf(new DerReader(identifier, tag.sequence).next(tag.oid));
}

/** SubjectKeyIdentifier by RFC 7093 §2 method 1: 160 bits of SHA-256 over the key's bits. */
export async function keyIdentifier(spki: Uint8Array, engine: Engine): Promise<Uint8Array> {
  const digest = await engine.digest('sha256', publicKeyBits(spki));
  return digest.subarray(0, 20);
}

/** The whole octets of a signature or key; a BIT STRING that ends inside an octet is refused. */
export function wholeBits(value: Der): Uint8Array {
  const { bytes, unusedBits } = bitStringOf(value);
  if (unusedBits !== 0) throw new Fault('x509.malformed', { at: value.at, why: 'unused bits' });
  return bytes;
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
function serialOf(value: Der, oddities: Set<Oddity>): string {
  const { content } = value;
  if ((content[0] ?? 0) >= 0x80) oddities.add('serial_negative');
  if (content.length > serialBytesMax) oddities.add('serial_long');
  if (content.every((byte) => byte === 0)) oddities.add('serial_zero');
  return toHex(content);
}

const noExtensions = parseDer(sequence());

/** One spelling for one time: UTCTime through 2049 and whole seconds (RFC 5280 §4.1.2.5). */
function certificateTimeOf(value: Der, oddities: Set<Oddity>): Instant {
  const isTime = value.tag === tag.utcTime || value.tag === tag.generalizedTime;
  // Without seconds, with an offset: as some issuers write it, and there is one meaning to it.
  // Without a zone it is the local time of a place that nobody names (X.680 §46.3).
  const hasZone = /(?:Z|[+-]\d{4})$/.test(latin1(value.content));
  const instant = isTime && hasZone ? looseTimeOf(value) : undefined;
  if (instant === undefined) return timeOf(value);
  if (!equal(certificateTime(instant), value.der)) oddities.add('time_spelling');
  return instant;
}

/**
 * X.509 version 3 certificates (RFC 5280 §4): read strictly, made for the house's own authorities.
 *
 * The two statements of the signature algorithm must agree (§4.1.1.2), so no byte of a certificate
 * lies outside what the signature covers but the signature itself.
 */
import { equal, toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
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
  parseDer,
  sequence,
  smallIntegerOf,
  tag,
  timeOf,
} from '#formats/der';
import { publicKeyBits, signatureAlgorithmDer, signatureAlgorithmOf } from './algorithms.ts';
import { type Extension, type Extensions, extensionDer, parseExtensions } from './extensions.ts';
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
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  readonly extensions: Extensions;
}

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
  const tbs = sequence(
    contextConstructed(0, integer(version3)),
    serial,
    algorithm,
    draft.issuer.der,
    sequence(certificateTime(draft.notBefore), certificateTime(draft.notAfter)),
    draft.subject.der,
    draft.publicKey,
    contextConstructed(3, sequence(...draft.extensions.map(extensionDer))),
  );
  return parseCertificate(sequence(tbs, algorithm, bitString(await signer.sign(tbs))));
}

/** Reads a certificate; a signature algorithm the engine lacks is x509.algorithm_unknown. */
export function parseCertificate(der: Uint8Array): Certificate {
  const outer = new DerReader(parseDer(der), tag.sequence);
  const tbs = outer.next(tag.sequence);
  const outerAlgorithm = outer.next(tag.sequence);
  const signature = wholeBits(outer.next(tag.bitString));
  outer.end();

  const reader = new DerReader(tbs, tag.sequence);
  const version = reader.optional(contextTag(0, 'constructed'))?.children[0];
  if (version === undefined || smallIntegerOf(version) !== version3) {
    throw new Fault('x509.malformed', { at: tbs.at, why: 'version' });
  }
  const serial = serialOf(reader.next(tag.integer));
  if (!equal(reader.next(tag.sequence).der, outerAlgorithm.der)) {
    throw new Fault('x509.malformed', { at: outerAlgorithm.at, why: 'two signature algorithms' });
  }
  const issuer = parseName(reader.any());
  const validity = reader.enter(tag.sequence);
  const notBefore = certificateTimeOf(validity.any());
  const notAfter = certificateTimeOf(validity.any());
  validity.end();
  const subject = parseName(reader.any());
  const publicKey = reader.next(tag.sequence).der;
  publicKeyBits(publicKey);
  const extensions = reader.optional(contextTag(3, 'constructed'));
  reader.end();
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
    signatureAlgorithm: signatureAlgorithmOf(outerAlgorithm),
    signature,
    extensions: parseExtensions(extensions?.children[0] ?? noExtensions),
  };
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

/** RFC 5280 §4.1.2.2: not negative, at most 20 octets. */
function serialOf(value: Der): string {
  const { content, at } = value;
  if (content.length > serialBytesMax || (content[0] ?? 0) >= 0x80) {
    throw new Fault('x509.malformed', { at, why: 'serial' });
  }
  return toHex(content);
}

const noExtensions = parseDer(sequence());

/** One spelling for one time: UTCTime through 2049 and whole seconds (RFC 5280 §4.1.2.5). */
function certificateTimeOf(value: Der): Instant {
  const instant = timeOf(value);
  if (!equal(certificateTime(instant), value.der)) {
    throw new Fault('x509.malformed', { at: value.at, why: 'time' });
  }
  return instant;
}

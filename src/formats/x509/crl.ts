/**
 * Certificate revocation lists, version 2 (RFC 5280 §5), complete lists of one issuer.
 */
import { equal, fromHex, toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Engine, SignatureAlgorithm, Signer } from '#formats/crypto';
import {
  bitString,
  certificateTime,
  contextConstructed,
  contextTag,
  type Der,
  DerReader,
  integer,
  integerFromBytes,
  integerOf,
  parseDer,
  sequence,
  smallIntegerOf,
  tag,
  timeOf,
} from '#formats/der';
import { signatureAlgorithmDer, signatureAlgorithmOf } from './algorithms.ts';
import { type Certificate, wholeBits } from './certificate.ts';
import { extensionDer } from './extension.ts';
import { authorityKeyIdentifier, type Extensions, parseExtensions } from './extensions.ts';
import { type Name, parseName } from './name.ts';
import { extensionOid } from './oids.ts';

interface RevokedCertificate {
  /** Lower-case hex of the INTEGER's octets, as in Certificate. */
  readonly serial: string;
  readonly at: Instant;
}

export interface CrlDraft {
  readonly issuer: Name;
  readonly issuerKeyIdentifier: Uint8Array;
  readonly number: bigint;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant;
  readonly revoked: readonly RevokedCertificate[];
}

export interface Crl {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly issuer: Name;
  readonly number: bigint | undefined;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant;
  readonly revoked: readonly RevokedCertificate[];
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  readonly extensions: Extensions;
}

export type CrlVerdict =
  | { readonly is: 'valid' }
  | { readonly is: 'invalid'; readonly because: 'crl_issuer_differs' | 'crl_signature_broken' };

const version2 = 1;
const revokedMax = 100_000;

export async function buildCrl(draft: CrlDraft, signer: Signer): Promise<Crl> {
  const algorithm = signatureAlgorithmDer(signer.algorithm);
  const revoked = draft.revoked.map((one) =>
    sequence(integerFromBytes(fromHex(one.serial)), certificateTime(one.at)),
  );
  const number = { oid: extensionOid.crlNumber, critical: false, value: integer(draft.number) };
  const extensions = [authorityKeyIdentifier(draft.issuerKeyIdentifier), number];
  const tbs = sequence(
    integer(version2),
    algorithm,
    draft.issuer.der,
    certificateTime(draft.thisUpdate),
    certificateTime(draft.nextUpdate),
    // RFC 5280 §5.1.2.6: absent when nothing is revoked.
    ...(revoked.length === 0 ? [] : [sequence(...revoked)]),
    contextConstructed(0, sequence(...extensions.map(extensionDer))),
  );
  return parseCrl(sequence(tbs, algorithm, bitString(await signer.sign(tbs))));
}

export function parseCrl(der: Uint8Array): Crl {
  const outer = new DerReader(parseDer(der), tag.sequence);
  const tbs = outer.next(tag.sequence);
  const outerAlgorithm = outer.next(tag.sequence);
  const signature = wholeBits(outer.next(tag.bitString));
  outer.end();
  const reader = new DerReader(tbs, tag.sequence);
  const isVersion2 = smallIntegerOf(reader.next(tag.integer)) === version2;
  const agree = equal(reader.next(tag.sequence).der, outerAlgorithm.der);
  if (!isVersion2 || !agree)
    throw new Fault('x509.malformed', { why: 'list version or algorithm' });
  const issuer = parseName(reader.any());
  const thisUpdate = timeOf(reader.any());
  const nextUpdate = timeOf(reader.any());
  const revoked = reader.optional(tag.sequence)?.children ?? [];
  if (revoked.length > revokedMax) throw new Fault('x509.malformed', { why: 'list too long' });
  const extensions = parseExtensions(
    reader.optional(contextTag(0, 'constructed'))?.children[0] ?? parseDer(sequence()),
  );
  reader.end();
  if (extensions.malformed.length > 0 || extensions.hasWrittenDefault || extensions.hasBer) {
    throw new Fault('x509.malformed', { why: 'list extensions' });
  }
  const number = extensions.all.find((one) => one.oid === extensionOid.crlNumber)?.value;
  return {
    der,
    tbs: tbs.der,
    issuer,
    number: number === undefined ? undefined : integerOf(parseDer(number)),
    thisUpdate,
    nextUpdate,
    revoked: revoked.map(parseRevoked),
    signatureAlgorithm: signatureAlgorithmOf(outerAlgorithm),
    signature,
    extensions,
  };
}

export async function checkCrl(crl: Crl, issuer: Certificate, engine: Engine): Promise<CrlVerdict> {
  if (!equal(crl.issuer.der, issuer.subject.der)) {
    return { is: 'invalid', because: 'crl_issuer_differs' };
  }
  const signed = await engine.verify({
    algorithm: crl.signatureAlgorithm,
    publicKey: issuer.publicKey,
    signature: crl.signature,
    message: crl.tbs,
  });
  return signed ? { is: 'valid' } : { is: 'invalid', because: 'crl_signature_broken' };
}

function parseRevoked(value: Der): RevokedCertificate {
  const reader = new DerReader(value, tag.sequence);
  const serial = toHex(reader.next(tag.integer).content);
  const at = timeOf(reader.any());
  reader.optional(tag.sequence);
  reader.end();
  return { serial, at };
}

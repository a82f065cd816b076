/**
 * Certification requests, PKCS #10 (RFC 2986): the subject's proof that it holds the key.
 */
import { Fault } from '#base/fault';
import type { Engine, SignatureAlgorithm, Signer } from '#formats/crypto';
import {
  bitString,
  contextConstructed,
  contextTag,
  DerReader,
  integer,
  parseDer,
  sequence,
  smallIntegerOf,
  tag,
} from '#formats/der';
import { publicKeyBits, signatureAlgorithmDer, signatureAlgorithmOf } from './algorithms.ts';
import { wholeBits } from './certificate.ts';
import { type Name, parseName } from './name.ts';

export interface CertificationRequest {
  readonly der: Uint8Array;
  readonly info: Uint8Array;
  readonly subject: Name;
  readonly publicKey: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
}

export type CsrVerdict =
  | { readonly is: 'valid' }
  | { readonly is: 'invalid'; readonly because: 'signature_broken' };

/** A request without attributes: the authority takes every extension from its own rules. */
export async function buildCsr(subject: Name, signer: Signer): Promise<Uint8Array> {
  const info = sequence(integer(0), subject.der, signer.publicKey, contextConstructed(0));
  const signature = bitString(await signer.sign(info));
  return sequence(info, signatureAlgorithmDer(signer.algorithm), signature);
}

export function parseCsr(der: Uint8Array): CertificationRequest {
  const outer = new DerReader(parseDer(der), tag.sequence);
  const info = outer.next(tag.sequence);
  const algorithm = signatureAlgorithmOf(outer.next(tag.sequence));
  const signature = wholeBits(outer.next(tag.bitString));
  outer.end();
  const reader = new DerReader(info, tag.sequence);
  const version = reader.next(tag.integer);
  if (smallIntegerOf(version) !== 0) throw new Fault('x509.malformed', { why: 'version' });
  const subject = parseName(reader.any());
  const publicKey = reader.next(tag.sequence).der;
  publicKeyBits(publicKey);
  reader.next(contextTag(0, 'constructed'));
  reader.end();
  return { der, info: info.der, subject, publicKey, signatureAlgorithm: algorithm, signature };
}

/** Proof of possession: the request is signed by the key it names. */
export async function checkCsr(csr: CertificationRequest, engine: Engine): Promise<CsrVerdict> {
  const proved = await engine.verify({
    algorithm: csr.signatureAlgorithm,
    publicKey: csr.publicKey,
    signature: csr.signature,
    message: csr.info,
  });
  return proved ? { is: 'valid' } : { is: 'invalid', because: 'signature_broken' };
}

/** MessageImprint (RFC 3161 §2.4.1): a digest and the name of its algorithm. */
import { Fault } from '#base/fault';
import { digestBytes, type HashName } from '#formats/crypto';
import { type Der, DerReader, octetString, sequence, tag } from '#formats/der';
import { hashAlgorithmDer, hashAlgorithmOf } from '#formats/x509';

export interface Imprint {
  readonly hash: HashName;
  readonly digest: Uint8Array;
  /** As somebody asked it, where that is given back; one has more than one spelling. */
  readonly der?: Uint8Array;
}

export function imprintDer(imprint: Imprint): Uint8Array {
  if (imprint.digest.length !== digestBytes[imprint.hash]) {
    throw new Fault('tsp.unsuitable', { why: 'digest length' });
  }
  return imprint.der ?? sequence(hashAlgorithmDer(imprint.hash), octetString(imprint.digest));
}

export function parseImprint(value: Der): Imprint {
  const reader = new DerReader(value, tag.sequence);
  const hash = hashAlgorithmOf(reader.next(tag.sequence));
  const digest = reader.next(tag.octetString).content;
  reader.end();
  if (digest.length !== digestBytes[hash]) {
    throw new Fault('tsp.malformed', { at: value.at, why: 'digest length' });
  }
  return { hash, digest };
}

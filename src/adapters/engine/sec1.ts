/**
 * What stands in the file of a key on a curve (SEC 1 §C.4, RFC 5915 §3), read out of PKCS#8: asking
 * Node for the SEC 1 form of an SM2 key ends the process.
 */
import { createECDH, createPublicKey, type KeyObject } from 'node:crypto';
import { equal } from '#base/bytes';
import { DerReader, parseDer, tag } from '#formats/der';
import { publicKeyBits, publicKeyFacts } from '#formats/x509';

/** The secret number, big-endian. */
export function sec1Secret(key: KeyObject): Uint8Array {
  const outer = new DerReader(parseDer(key.export({ format: 'der', type: 'pkcs8' })), tag.sequence);
  outer.next(tag.integer);
  outer.next(tag.sequence);
  const inner = new DerReader(parseDer(outer.next(tag.octetString).content), tag.sequence);
  inner.next(tag.integer);
  return inner.next(tag.octetString).content;
}

const curveNames: Readonly<Record<string, string>> = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  SM2: 'SM2',
};

/**
 * Is the public half that the file states the one of its secret? OpenSSL takes it as it stands.
 * Keys on no curve that the house signs with are not looked at.
 */
export function hasOwnPoint(key: KeyObject): boolean {
  const spki = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  const name = curveNames[publicKeyFacts(spki).curve ?? ''];
  if (name === undefined) return true;
  const own = createECDH(name);
  own.setPrivateKey(sec1Secret(key));
  const [stated, half] = [publicKeyBits(spki), own.getPublicKey(null, 'compressed')];
  if (stated.length === half.length) return equal(stated, half);
  return equal(stated.subarray(1), own.getPublicKey().subarray(1));
}

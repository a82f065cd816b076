/**
 * A Signer with an SM2 key that lives in this process's memory (GB/T 32918.2-2016 §6).
 *
 * Node's own `sign('sm3', …)` leaves the signer's identity out of the digest and is never used for
 * this. The random multiple of the base point comes from OpenSSL (createECDH), in constant time;
 * the two multiplications modulo the order are bigint and are not, so a key worth more than a soft
 * key belongs into a device. A signature costs a third of a millisecond.
 */
import { createECDH, createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { concat, fromHex, toHex, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Signer } from '#formats/crypto';
import { DerReader, parseDer, tag } from '#formats/der';
import { identityBlock, signatureToDer, sm2DefaultId, sm2Order, sm2PublicKey } from '#formats/sm2';

const halfBytes = 32;
const coordinateAt = 1; // After the octet that says "uncompressed".
const n = sm2Order;

/** crypto.key_unsuitable for a key that is not on SM2's curve. */
export function sm2Signer(key: KeyObject, signerId: string = sm2DefaultId): Signer {
  const publicKey = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  const point = sm2PublicKey(publicKey);
  if (point === undefined) throw new Fault('crypto.key_unsuitable', { kind: 'not SM2' });
  const secret = numberOf(secretOf(key));
  const factor = inverse((1n + secret) % n);
  const za = sm3(identityBlock(point, utf8(signerId)));
  const chance = createECDH('SM2');
  const sign = async (message: Uint8Array): Promise<Uint8Array> => {
    const e = numberOf(sm3(concat(za, message)));
    for (;;) {
      const x = chance.generateKeys().subarray(coordinateAt, coordinateAt + halfBytes);
      const k = numberOf(chance.getPrivateKey());
      const r = (e + numberOf(x)) % n;
      const s = (factor * (k + (n - r) * secret)) % n;
      // §6.1 A5 and A6: such a k would give the key away; it comes once in 2²⁵⁵.
      if (r === 0n || r + k === n || s === 0n) continue;
      return signatureToDer(concat(bytesOf(r), bytesOf(s)));
    }
  };
  return { algorithm: 'sm2-sm3', publicKey, sign };
}

/** PKCS#8 only: asking Node for the SEC 1 form of an SM2 key ends the process. */
function secretOf(key: KeyObject): Uint8Array {
  const outer = new DerReader(parseDer(key.export({ format: 'der', type: 'pkcs8' })), tag.sequence);
  outer.next(tag.integer);
  outer.next(tag.sequence);
  const inner = new DerReader(parseDer(outer.next(tag.octetString).content), tag.sequence);
  inner.next(tag.integer);
  return inner.next(tag.octetString).content;
}

/** Fermat: the order is prime, and this takes the same steps for every key. */
function inverse(value: bigint): bigint {
  let result = 1n;
  for (const bit of (n - 2n).toString(2)) {
    result = (result * result) % n;
    if (bit === '1') result = (result * value) % n;
  }
  return result;
}

function sm3(bytes: Uint8Array): Uint8Array {
  return createHash('sm3').update(bytes).digest();
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function bytesOf(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * halfBytes, '0'));
}

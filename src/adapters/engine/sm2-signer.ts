/**
 * A Signer with an SM2 key that lives in this process's memory (GB/T 32918.2-2016 §6).
 *
 * Node's own `sign('sm3', …)` leaves the signer's identity out of the digest and is never used for
 * this. The multiple of the base point comes from OpenSSL (createECDH), in constant time; the two
 * multiplications modulo the order are bigint and are not, so a key worth more than a soft key
 * belongs into a device. A signature costs a third of a millisecond.
 *
 * The factor k is a digest of chance, key and message together (as OpenSSL's own ECDSA has it): a
 * computer that was copied while it ran and draws the same chance twice still uses no k twice, and
 * two signatures under one k would give the key away.
 */
import { createECDH, createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { concat, fromHex, toHex, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { type Random, systemRandom } from '#base/random';
import type { Signer } from '#formats/crypto';
import {
  identityBlock,
  signatureToDer,
  sm2DefaultId,
  sm2Order,
  sm2PublicKey,
  sm2PublicKeyDer,
} from '#formats/sm2';
import { sec1Secret } from './sec1.ts';

const halfBytes = 32;
const coordinateAt = 1; // After the octet that says "uncompressed".
const n = sm2Order;

/** What may differ: the identity, and for tests where chance comes from. */
interface Sm2SignerParts {
  readonly signerId?: string;
  readonly random?: Random;
}

/** crypto.key_unsuitable for a key that is not on SM2's curve, or not below its order less one. */
export function sm2Signer(
  key: KeyObject,
  { signerId = sm2DefaultId, random = systemRandom }: Sm2SignerParts = {},
): Signer {
  const written = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  const point = sm2PublicKey(written);
  if (point === undefined) throw new Fault('crypto.key_unsuitable', { kind: 'not SM2' });
  const publicKey = sm2PublicKeyDer(point);
  const secretBytes = sec1Secret(key);
  const secret = numberOf(secretBytes);
  // §6.1 divides by 1 + d, so d = n − 1 signs nothing (GB/T 32918.1 §6.1).
  if (secret === 0n || secret >= n - 1n) {
    throw new Fault('crypto.key_unsuitable', { kind: 'SM2, out of range' });
  }
  const factor = inverse((1n + secret) % n);
  const za = sm3(identityBlock(point, utf8(signerId)));
  const chance = createECDH('SM2');
  const sign = async (message: Uint8Array): Promise<Uint8Array> => {
    const digest = sm3(concat(za, message));
    const e = numberOf(digest);
    for (;;) {
      const mixed = createHash('sha512').update(random.bytes(halfBytes)).update(secretBytes);
      const k = (numberOf(mixed.update(digest).digest()) % (n - 1n)) + 1n;
      chance.setPrivateKey(bytesOf(k));
      const x = chance.getPublicKey().subarray(coordinateAt, coordinateAt + halfBytes);
      const r = (e + numberOf(x)) % n;
      const s = (factor * (k + (n - r) * secret)) % n;
      // §6.1 A5 and A6: such a k would give the key away; it comes once in 2²⁵⁵.
      if (r === 0n || r + k === n || s === 0n) continue;
      return signatureToDer(concat(bytesOf(r), bytesOf(s)));
    }
  };
  return { algorithm: 'sm2-sm3', publicKey, sign };
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

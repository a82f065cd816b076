/**
 * The vault's two cipher suites on Node's OpenSSL.
 *
 * Layout 1, AES-256-GCM (NIST SP 800-38D): [1][nonce 12][ciphertext][tag 16].
 * Layout 2, SM4-CTR (GB/T 32907, GB/T 17964) then HMAC-SM3 (GB/T 32905, GB/T 15852.2):
 * [2][counter block 16][ciphertext][tag 32]. The tag is over the layout byte, the length of what is
 * bound, that itself, the counter block and the ciphertext, so that no two readings of the same
 * bytes exist. Each suite derives its own keys (HKDF, RFC 5869, with its own hash): bytes of one
 * never meet a key of the other. Nonces are random; no person has near 2^32 values.
 *
 * Keys are key objects: OpenSSL takes raw bytes apart anew at every call, which costs ten times the
 * cipher of a short value. All is done in the caller's thread, for a thread of their own would cost
 * small values more than the cipher; a document of some megabytes holds the process for some
 * milliseconds (SM4: some tens).
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';

import { concat, giveBack, utf8 } from '#base/bytes';
import type { CipherSuite, KeyedSuite } from '#business/vault';

const gcmLayout = 1;
const gcmNonceBytes = 12;
const gcmTagBytes = 16;
const sm4Layout = 2;
const sm4BlockBytes = 16;
const sm4TagBytes = 32;
const sm4KeyBytes = 16;
const macKeyBytes = 32;
const lengthBytes = 8;
const sha256BlockBytes = 64;
const sha256Bytes = 32;
const derivingInfo = utf8('fubie/vault/keys/v1');
const onlyBlockInfo = concat(derivingInfo, Uint8Array.of(1));

export const cipherSuites: readonly CipherSuite[] = [
  {
    name: 'aes-256-gcm',
    layout: gcmLayout,
    keyed: (key) => aesGcm(createSecretKey(derivedSha256(key))),
  },
  {
    name: 'sm4-ctr-hmac-sm3',
    layout: sm4Layout,
    keyed(key) {
      const keys = derivedSm3(key, sm4KeyBytes + macKeyBytes);
      const cipherKey = createSecretKey(keys.subarray(0, sm4KeyBytes));
      return sm4HmacSm3(cipherKey, createSecretKey(keys.subarray(sm4KeyBytes)));
    },
  },
];

function aesGcm(key: KeyObject): KeyedSuite {
  const layout = Uint8Array.of(gcmLayout);
  return {
    seal(bound, plain, random) {
      const nonce = random.bytes(gcmNonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(concat(layout, bound));
      const body = piecesOf(plain).map((piece) => cipher.update(piece));
      cipher.final(); // A stream cipher keeps nothing back: only the tag is made by this.
      return joined([layout, nonce], body, cipher.getAuthTag());
    },
    open(bound, sealed) {
      const bodyAt = 1 + gcmNonceBytes;
      const tagAt = sealed.length - gcmTagBytes;
      if (tagAt < bodyAt) return undefined;
      const nonce = sealed.subarray(1, bodyAt);
      const opening = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: gcmTagBytes });
      opening.setAAD(concat(layout, bound));
      opening.setAuthTag(sealed.subarray(tagAt));
      const body = opening.update(sealed.subarray(bodyAt, tagAt));
      try {
        opening.final();
      } catch {
        return undefined;
      }
      return bare(body);
    },
  };
}

function sm4HmacSm3(key: KeyObject, macKey: KeyObject): KeyedSuite {
  const layout = Uint8Array.of(sm4Layout);
  const tagOf = (bound: Uint8Array, ...blockAndBody: readonly Uint8Array[]): Uint8Array => {
    const mac = createHmac('sm3', macKey);
    for (const part of [layout, lengthOf(bound), bound, ...blockAndBody]) mac.update(part);
    return mac.digest();
  };
  return {
    seal(bound, plain, random) {
      const block = random.bytes(sm4BlockBytes);
      const cipher = createCipheriv('sm4-ctr', key, block);
      const body = piecesOf(plain).map((piece) => cipher.update(piece));
      cipher.final(); // As above.
      return joined([layout, block], body, tagOf(bound, block, ...body));
    },
    open(bound, sealed) {
      const tagAt = sealed.length - sm4TagBytes;
      if (tagAt < 1 + sm4BlockBytes) return undefined;
      const blockAndBody = sealed.subarray(1, tagAt);
      // The tag is judged before anything is deciphered.
      if (!timingSafeEqual(tagOf(bound, blockAndBody), sealed.subarray(tagAt))) return undefined;
      const block = blockAndBody.subarray(0, sm4BlockBytes);
      const opening = createDecipheriv('sm4-ctr', key, block);
      return bare(opening.update(blockAndBody.subarray(sm4BlockBytes)));
    },
  };
}

/** One ciphertext; what the cipher answered piece by piece is copied and given back. */
function joined(
  head: readonly Uint8Array[],
  body: readonly Uint8Array[],
  tag: Uint8Array,
): Uint8Array {
  const whole = concat(...head, ...body, tag);
  for (const piece of body) giveBack(piece);
  return whole;
}

/** The bytes themselves, for a document's are many; only not the Buffer's methods. */
function bare({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

function piecesOf(plain: Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] {
  return plain instanceof Uint8Array ? [plain] : plain;
}

/**
 * HKDF-SHA-256 (RFC 5869) of one block, written out over the one-shot hash: a tenth of `hkdfSync`,
 * and every unit derives the keys of whom it opens.
 */
function derivedSha256(key: Uint8Array): Uint8Array {
  return hmacSha256(hmacSha256(new Uint8Array(), key), onlyBlockInfo);
}

/** RFC 2104, for keys no longer than a block. */
function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const inner = new Uint8Array(sha256BlockBytes + message.length).fill(0x36, 0, sha256BlockBytes);
  const outer = new Uint8Array(sha256BlockBytes + sha256Bytes).fill(0x5c, 0, sha256BlockBytes);
  for (let at = 0; at < key.length; at += 1) {
    inner[at] = (key[at] ?? 0) ^ 0x36;
    outer[at] = (key[at] ?? 0) ^ 0x5c;
  }
  inner.set(message, sha256BlockBytes);
  outer.set(hash('sha256', inner, 'buffer'), sha256BlockBytes);
  return hash('sha256', outer, 'buffer');
}

function derivedSm3(key: Uint8Array, bytes: number): Uint8Array {
  return new Uint8Array(hkdfSync('sm3', key, new Uint8Array(), derivingInfo, bytes));
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(lengthBytes);
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length));
  return length;
}

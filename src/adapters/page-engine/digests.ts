/**
 * Every digest a verifier meets, in a page: the browser's own for what is large, noble for the
 * rest.
 *
 * The browser's answer comes back in another turn of its loop, which costs more than hashing a few
 * kilobytes; and `crypto.subtle` is there in secure contexts only.
 */
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { sha3_224, sha3_256, sha3_384, sha3_512, shake256 } from '@noble/hashes/sha3.js';
import { digestBytes, type HashName } from '#formats/crypto';
import { sm3 } from './sm3.ts';

const ownBytesMax = 8 * 1024;

const digests: Readonly<Record<HashName, (bytes: Uint8Array) => Uint8Array>> = {
  md5,
  ripemd160,
  sha1,
  sha224,
  sha256,
  sha384,
  sha512,
  'sha3-224': sha3_224,
  'sha3-256': sha3_256,
  'sha3-384': sha3_384,
  'sha3-512': sha3_512,
  shake256: (bytes) => shake256(bytes, { dkLen: digestBytes.shake256 }),
  sm3,
};

const browserNames: Partial<Record<HashName, string>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

export async function digest(hash: HashName, bytes: Uint8Array): Promise<Uint8Array> {
  const name = browserNames[hash];
  // `subtle` is missing on plain http pages, whatever its type says.
  const browser: typeof crypto.subtle | undefined = globalThis.crypto?.subtle;
  if (name === undefined || browser === undefined || bytes.length <= ownBytesMax) {
    return digests[hash](bytes);
  }
  return new Uint8Array(await browser.digest(name, new Uint8Array(bytes)));
}

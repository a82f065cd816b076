/**
 * Opens a key file (PKCS#12) with its password: the check value first, then what it protects.
 *
 * A wrong password is known before anything is deciphered, and a changed file is told from a good
 * one. Iterations are limited (`pkcs12IterationsMax`): a file must not stop whoever opens it.
 */
import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  pbkdf2Sync,
} from 'node:crypto';
import { concat, equal } from '#base/bytes';
import { Fault } from '#base/fault';
import type { HashName } from '#formats/crypto';
import {
  type Pkcs12Mac,
  readBags,
  readPkcs12,
  readSealedKey,
  type SealedBytes,
} from '#formats/pkcs12';
import { certificateIfReadable } from '#formats/x509';
import { decryptRc2 } from './rc2.ts';
import { hasOwnPoint } from './sec1.ts';

/** A key with its certificate, and the others that came along. */
export interface KeyFile {
  readonly key: KeyObject;
  /** DER, the one of the key first. */
  readonly certificates: readonly Uint8Array[];
}

/** RFC 7292 §B.3: what a derived value is for. */
const purposes = { key: 1, vector: 2, mac: 3 } as const;

/**
 * Refuses with `pkcs12.*`: what is no such file, a wrong password, a cipher nobody should use, no
 * key or several, a key without its certificate.
 */
export function openPkcs12(bytes: Uint8Array, password: string): KeyFile {
  const file = readPkcs12(bytes);
  if (!macHolds(file.mac, file.content, password)) throw new Fault('pkcs12.password_wrong');
  const bags = file.safes.flatMap((safe) => readBags(opened(safe, password)));
  const [sealed, ...more] = bags.flatMap((bag) => (bag.is === 'key' ? [bag] : []));
  if (sealed === undefined) throw new Fault('pkcs12.key_missing');
  if (more.length > 0) throw new Fault('pkcs12.key_ambiguous', { keys: 1 + more.length });
  const key = keyOf(opened(sealed, password));
  const certificates = bags.flatMap((bag) => (bag.is === 'certificate' ? [bag.der] : []));
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const isOwn = (der: Uint8Array): boolean => {
    const certificate = certificateIfReadable(der);
    return certificate !== undefined && equal(certificate.publicKey, spki);
  };
  const own = certificates.find(isOwn);
  if (own === undefined) throw new Fault('pkcs12.certificate_missing');
  return { key, certificates: [own, ...certificates.filter((der) => der !== own)] };
}

/** A PKCS#8 key under a password; `pkcs12.*` where it is none, or the password is wrong. */
export function openSealedKey(der: Uint8Array, password: string): KeyObject {
  return keyOf(opened(readSealedKey(der), password));
}

function keyOf(der: Uint8Array): KeyObject {
  try {
    const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
    if (hasOwnPoint(key)) return key;
  } catch (cause) {
    throw new Fault('pkcs12.malformed', { why: 'key' }, { cause });
  }
  throw new Fault('pkcs12.malformed', { why: 'public key' });
}

function macHolds(mac: Pkcs12Mac, content: Uint8Array, password: string): boolean {
  const isMadeBy = (key: Uint8Array): boolean =>
    equal(createHmac(mac.hash, key).update(content).digest(), mac.digest);
  if (mac.by.is === 'pbmac1') {
    const { salt, iterations, keyBytes, hash } = mac.by;
    return isMadeBy(pbkdf2Sync(password, salt, iterations, keyBytes, hash));
  }
  const { salt, iterations } = mac.by;
  const { hash } = mac;
  const length = createHash(hash).digest().length;
  return wide(password).some((bytes) =>
    isMadeBy(derived({ hash, password: bytes, salt, iterations }, purposes.mac, length)),
  );
}

/** §B.1: UTF-16 and a zero behind it; an empty password is nothing at all for some writers. */
function wide(password: string): readonly Uint8Array[] {
  const text = Buffer.from(`${password}\0`, 'utf16le').swap16();
  return password === '' ? [text, new Uint8Array()] : [text];
}

function opened({ cipher, bytes }: SealedBytes, password: string): Uint8Array {
  if (cipher === undefined) return bytes;
  if (cipher.is === 'pbes2') {
    const { vector, by } = cipher;
    const { hash, salt, iterations } = by;
    const keyBytes = keyBytesOf[cipher.cipher];
    const key = pbkdf2Sync(password, salt, iterations, keyBytes, hash);
    return deciphered(cipher.cipher, { key, vector }, bytes);
  }
  const { salt, iterations } = cipher;
  const keyBytes = keyBytesOf[cipher.cipher];
  const from = (bytesOfPassword: Uint8Array) => {
    const source = { hash: 'sha1', password: bytesOfPassword, salt, iterations } as const;
    return {
      key: derived(source, purposes.key, keyBytes),
      vector: derived(source, purposes.vector, 8),
    };
  };
  const [first = new Uint8Array(), other] = wide(password);
  try {
    return deciphered(cipher.cipher, from(first), bytes);
  } catch (thrown) {
    if (other === undefined) throw thrown;
    return deciphered(cipher.cipher, from(other), bytes);
  }
}

const keyBytesOf = {
  'aes-128-cbc': 16,
  'aes-192-cbc': 24,
  'aes-256-cbc': 32,
  'des-ede3-cbc': 24,
  'des-ede-cbc': 16,
  'rc2-128-cbc': 16,
  'rc2-40-cbc': 5,
  'sm4-cbc': 16,
} as const;

function deciphered(
  cipher: keyof typeof keyBytesOf,
  { key, vector }: { readonly key: Uint8Array; readonly vector: Uint8Array },
  bytes: Uint8Array,
): Uint8Array {
  try {
    if (cipher === 'rc2-40-cbc' || cipher === 'rc2-128-cbc') {
      return unpadded(new Uint8Array(decryptRc2(key, vector, bytes)));
    }
    const decipher = createDecipheriv(cipher, key, vector);
    return concat(decipher.update(bytes), decipher.final());
  } catch (cause) {
    throw new Fault('pkcs12.malformed', { why: cipher }, { cause });
  }
}

/** RFC 8018 §6.1.1. */
function unpadded(bytes: Uint8Array): Uint8Array {
  const filled = bytes.at(-1) ?? 0;
  const tail = bytes.subarray(bytes.length - filled);
  const isPadding = filled >= 1 && filled <= 8 && tail.every((byte) => byte === filled);
  if (!isPadding) throw new Fault('pkcs12.malformed', { why: 'padding' });
  return bytes.subarray(0, bytes.length - filled);
}

interface Derivation {
  readonly hash: HashName;
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** What a digest takes in at once, where that is not 64 octets (FIPS 180-4, FIPS 202). */
const blockBytesOf: Partial<Record<HashName, number>> = {
  sha384: 128,
  sha512: 128,
  'sha3-224': 144,
  'sha3-256': 136,
  'sha3-384': 104,
  'sha3-512': 72,
};

/** RFC 7292 §B.2. */
function derived(from: Derivation, purpose: number, length: number): Uint8Array {
  const { hash, iterations } = from;
  const block = blockBytesOf[hash] ?? 64;
  const purposeBlock = new Uint8Array(block).fill(purpose);
  const mixed = concat(filledUp(from.salt, block), filledUp(from.password, block));
  const parts: Uint8Array[] = [];
  for (let made = 0; made < length; ) {
    let digest: Uint8Array = createHash(hash).update(purposeBlock).update(mixed).digest();
    for (let round = 1; round < iterations; round += 1) {
      digest = createHash(hash).update(digest).digest();
    }
    parts.push(digest);
    made += digest.length;
    addToEach(mixed, filledUp(digest, block).subarray(0, block));
  }
  return concat(...parts).subarray(0, length);
}

/** Repeated until it is a whole number of blocks. */
function filledUp(bytes: Uint8Array, block: number): Uint8Array {
  const length = block * Math.ceil(bytes.length / block);
  return Uint8Array.from({ length }, (_, at) => bytes[at % bytes.length] ?? 0);
}

/** Adds the number and one to each block, as numbers of that many bytes. */
function addToEach(blocks: Uint8Array, number: Uint8Array): void {
  for (let from = 0; from < blocks.length; from += number.length) {
    let carry = 1;
    for (let at = number.length - 1; at >= 0; at -= 1) {
      const sum = (blocks[from + at] ?? 0) + (number[at] ?? 0) + carry;
      blocks[from + at] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}

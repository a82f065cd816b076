/**
 * Private keys in files: PKCS#8 PEM (RFC 5958, RFC 7468), mode 0600, one owner.
 *
 * A file that others can read is refused rather than repaired: whoever read it has the key already.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '#adapters/objects';
import { toHex } from '#base/bytes';
import { errorCode, Fault, faultCode } from '#base/fault';
import { systemRandom } from '#base/random';
import { tag } from '#formats/der';
import { readSealedKey } from '#formats/pkcs12';
import { findPem, writePem } from '#formats/x509';
import { openSealedKey } from './pkcs12.ts';
import { hasOwnPoint } from './sec1.ts';

export type SoftKeyAlgorithm = 'p256' | 'ed25519' | 'sm2' | 'ml-dsa-44';

/** 0600: its owner reads and writes, nobody else anything. */
const keyFileMode = 0o600;

export function generateSoftKey(algorithm: SoftKeyAlgorithm): KeyObject {
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  if (algorithm === 'ml-dsa-44') return generateKeyPairSync('ml-dsa-44').privateKey;
  const namedCurve = algorithm === 'p256' ? 'prime256v1' : 'SM2';
  return generateKeyPairSync('ec', { namedCurve }).privateKey;
}

/**
 * A key in the clear, or under a password (PKCS#8 with PBES2; RFC 5958, RFC 8018). Refuses with
 * crypto.key_password what its password does not open, with crypto.key_malformed what is no key,
 * with pkcs12.limit what takes more than pkcs12IterationsMax rounds to open.
 */
export function softKeyFromPem(pem: string, password?: string): KeyObject {
  requireFewRounds(pem);
  try {
    const passphrase = password === undefined ? {} : { passphrase: password };
    return whole(createPrivateKey({ key: pem, format: 'pem', ...passphrase }));
  } catch (cause) {
    if (faultCode(cause) !== undefined) throw cause;
    if (!/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(pem)) throw noKey('PEM', cause);
    // RFC 5958 says it in the label, older programs in a header (RFC 1421 §4.6.1.1).
    if (!pem.includes('ENCRYPTED')) throw noKey('encoding', cause);
    if (password === undefined) throw new Fault('crypto.key_password', { why: 'missing' });
    return sealedKey(pem, password, cause);
  }
}

/** The same out of the DER of PKCS#8, SEC 1 or PKCS#1. */
export function softKeyFromDer(der: Uint8Array, password?: string): KeyObject {
  return softKeyFromPem(writePem(labelOf(der), der), password);
}

/** Only a key in the clear begins with a version; what follows that is different in each form. */
function labelOf(der: Uint8Array): Parameters<typeof writePem>[0] {
  const length = der[1] ?? 0;
  const inside = length < 0x80 ? 2 : 2 + (length & 0x7f);
  if (der[inside] !== tag.integer) return 'ENCRYPTED PRIVATE KEY';
  const second = der[inside + 2 + (der[inside + 1] ?? 0)];
  if (second === tag.octetString) return 'EC PRIVATE KEY';
  return second === tag.integer ? 'RSA PRIVATE KEY' : 'PRIVATE KEY';
}

/** A false half is no key: every signature would be false under the certificate's. */
function whole(key: KeyObject): KeyObject {
  if (!hasOwnPoint(key)) throw noKey('public key', undefined);
  return key;
}

/** What OpenSSL does not open: SM3 as the pseudo-random function, which GmSSL writes. */
function sealedKey(pem: string, password: string, cause: unknown): KeyObject {
  const [der] = findPem('ENCRYPTED PRIVATE KEY', pem);
  try {
    if (der !== undefined && isForeign(cause)) return openSealedKey(der, password);
    if (der !== undefined) readSealedKey(der);
  } catch (thrown) {
    if (faultCode(thrown) === 'pkcs12.malformed' && !isForeign(cause)) {
      throw noKey('encoding', thrown);
    }
  }
  const isOutdated = errorCode(cause) === 'ERR_OSSL_EVP_UNSUPPORTED';
  if (isOutdated) throw noKey('cipher', cause);
  throw new Fault('crypto.key_password', { why: 'wrong' }, { cause });
}

/** OpenSSL has no limit: ten million rounds more are some seconds in which nothing else runs. */
function requireFewRounds(pem: string): void {
  try {
    for (const der of findPem('ENCRYPTED PRIVATE KEY', pem)) readSealedKey(der);
  } catch (thrown) {
    // What we cannot read OpenSSL may: it says what is wrong with it.
    if (faultCode(thrown) === 'pkcs12.limit') throw thrown;
  }
}

function isForeign(cause: unknown): boolean {
  return errorCode(cause) === 'ERR_OSSL_EVP_UNSUPPORTED_PRF';
}

function noKey(why: string, cause: unknown): Fault {
  return new Fault('crypto.key_malformed', { why }, { cause });
}

/** Reads the key of this process; crypto.key_exposed if anybody but its owner may read the file. */
export async function openKeyFile(path: string): Promise<KeyObject> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw new Fault('crypto.key_exposed', { mode: mode.toString(8) });
  return softKeyFromPem(await readFile(path, 'utf8'));
}

/** Opens the key file, making the key first if there is none. Safe against a second maker. */
export async function createKeyFile(path: string, algorithm: SoftKeyAlgorithm): Promise<KeyObject> {
  const opened = await openKeyFileIfThere(path);
  if (opened !== undefined) return opened;
  const key = generateSoftKey(algorithm);
  const draft = `${path}.${toHex(systemRandom.bytes(8))}.draft`;
  const file = await open(draft, 'wx', keyFileMode);
  try {
    await file.writeFile(key.export({ format: 'pem', type: 'pkcs8' }));
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // A link never replaces: of two makers the first wins and both use the key of the first.
    await link(draft, path);
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw cause;
  } finally {
    await unlink(draft);
  }
  await syncFolder(dirname(path));
  return openKeyFile(path);
}

/** Undefined where there is none; otherwise as `openKeyFile`. */
export async function openKeyFileIfThere(path: string): Promise<KeyObject | undefined> {
  try {
    return await openKeyFile(path);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

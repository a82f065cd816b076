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
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';

export type SoftKeyAlgorithm = 'p256' | 'ed25519' | 'sm2' | 'ml-dsa-44';

/** 0600: its owner reads and writes, nobody else anything. */
const keyFileMode = 0o600;

export function generateSoftKey(algorithm: SoftKeyAlgorithm): KeyObject {
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  if (algorithm === 'ml-dsa-44') return generateKeyPairSync('ml-dsa-44').privateKey;
  const namedCurve = algorithm === 'p256' ? 'prime256v1' : 'SM2';
  return generateKeyPairSync('ec', { namedCurve }).privateKey;
}

/** A key in the clear, or under a password (PKCS#8 with PBES2; RFC 5958, RFC 8018). */
export function softKeyFromPem(pem: string, password?: string): KeyObject {
  try {
    const passphrase = password === undefined ? {} : { passphrase: password };
    return createPrivateKey({ key: pem, format: 'pem', ...passphrase });
  } catch (cause) {
    throw new Fault('crypto.key_unsuitable', { why: 'not a PKCS#8 PEM key' }, { cause });
  }
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

function errorCode(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}

/**
 * The back-up key in a file that only the key-store process reads: it wraps the data key of each
 * back-up (AES-256-GCM, NIST SP 800-38D), bound to that back-up's name and kind.
 *
 * The file lies in the key store's folder and in no back-up: whoever restores must bring the key
 * store's folder as its holder kept it.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { concat, fromHex, toHex, utf8 } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';
import type { Random } from '#base/random';
import { createFile, isAbsent } from './key-files.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const layoutByte = 1; // [layout 1][nonce 12][ciphertext][tag 16]
const keyFile = 'backup.key';

/** A data key as the back-up's head carries it. */
export interface WrappedDataKey {
  /** The name of the back-up key. */
  readonly key: string;
  readonly wrapped: Uint8Array;
}

export class SoftBackupKeys {
  readonly #key: Uint8Array;
  readonly #name: string;
  readonly #random: Random;

  private constructor(key: Uint8Array, random: Random) {
    this.#key = key;
    this.#random = random;
    // A name that says which key it is and nothing about it.
    const named = createHmac('sha256', key).update('fubie/backup-key/v1').digest('hex');
    this.#name = `b${named.slice(0, 16)}`;
  }

  /** Opens the key in the folder, making one if there is none. */
  static async open(folder: string, random: Random): Promise<SoftBackupKeys> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const held = await readKey(folder);
    if (held !== undefined) return new SoftBackupKeys(held, random);
    const text = utf8(`${toHex(random.bytes(keyBytes))}\n`);
    await createFile(folder, keyFile, text).catch((cause: unknown) => {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    });
    return new SoftBackupKeys((await readKey(folder)) ?? new Uint8Array(keyBytes), random);
  }

  /** Opens the key that is there; backup.key_unknown where there is none: never a new one. */
  static async openHeld(folder: string, random: Random): Promise<SoftBackupKeys> {
    const held = await readKey(folder);
    if (held === undefined) throw new Fault('backup.key_unknown', { folder });
    return new SoftBackupKeys(held, random);
  }

  async wrap(purpose: string, dataKey: Uint8Array): Promise<WrappedDataKey> {
    const nonce = this.#random.bytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(this.#bound(purpose));
    const body = concat(cipher.update(dataKey), cipher.final());
    const wrapped = concat(Uint8Array.of(layoutByte), nonce, body, cipher.getAuthTag());
    return { key: this.#name, wrapped };
  }

  async unwrap(purpose: string, { key, wrapped }: WrappedDataKey): Promise<Uint8Array> {
    if (key !== this.#name) throw new Fault('backup.key_unknown', { key: key.slice(0, 40) });
    const long = wrapped.length === 1 + nonceBytes + keyBytes + tagBytes;
    if (!long || wrapped[0] !== layoutByte) throw new Fault('backup.key_refused');
    const nonce = wrapped.subarray(1, 1 + nonceBytes);
    const options = { authTagLength: tagBytes };
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, options);
    decipher.setAAD(this.#bound(purpose));
    decipher.setAuthTag(wrapped.subarray(wrapped.length - tagBytes));
    const body = wrapped.subarray(1 + nonceBytes, wrapped.length - tagBytes);
    try {
      return new Uint8Array(concat(decipher.update(body), decipher.final()));
    } catch (cause) {
      throw new Fault('backup.key_refused', {}, { cause });
    }
  }

  #bound(purpose: string): Uint8Array {
    return utf8(`fubie/backup-wrap/v1 ${this.#name} ${purpose}`);
  }
}

async function readKey(folder: string): Promise<Uint8Array | undefined> {
  try {
    const text = await readFile(join(folder, keyFile), 'utf8');
    return fromHex(text.trimEnd());
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    if (faultCode(cause) === undefined) throw cause;
    throw new Fault('keystores.file_malformed', { name: keyFile }, { cause });
  }
}

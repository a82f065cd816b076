/**
 * The vault's epoch keys and index key in files that only the key-store process reads.
 *
 * A person's key is wrapped by AES-256-GCM (NIST SP 800-38D) under the tenant's key of the newest
 * epoch, bound to tenant and subject. `retire` destroys an old epoch's file: what a back-up of the
 * database still holds under it never opens again. Blind indexes are HMAC-SHA-256 (RFC 2104) under
 * one key more.
 */
import type { webcrypto } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { concat, fromHex, toHex, utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { WrapKeys, WrappedKey } from '#business/vault';
import { createFile, syncFolder } from './key-files.ts';

const keyBytes = 32;
const nonceBytes = 12;
const layoutByte = 1; // [layout 1][nonce 12][ciphertext][tag 16]
const epochPattern = /^e[0-9]{6}$/;
const indexName = 'index';

export class SoftWrapKeys implements WrapKeys {
  readonly #folder: string;
  readonly #random: Random;
  readonly #epochs: Map<string, Uint8Array>;
  readonly #indexKey: Uint8Array;

  private constructor(parts: {
    folder: string;
    random: Random;
    epochs: Map<string, Uint8Array>;
    indexKey: Uint8Array;
  }) {
    this.#folder = parts.folder;
    this.#random = parts.random;
    this.#epochs = parts.epochs;
    this.#indexKey = parts.indexKey;
  }

  /** Opens the folder, making its first epoch and its index key if there are none. */
  static async open(folder: string, random: Random): Promise<SoftWrapKeys> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(folder)).flatMap((name) => name.match(/^(.*)\.key$/)?.[1] ?? []);
    const epochs = new Map<string, Uint8Array>();
    for (const name of names.filter((one) => epochPattern.test(one)).toSorted()) {
      epochs.set(name, await readKey(folder, name));
    }
    const indexKey = names.includes(indexName)
      ? await readKey(folder, indexName)
      : await makeKey({ folder, name: indexName, random });
    const keys = new SoftWrapKeys({ folder, random, epochs, indexKey });
    if (epochs.size === 0) await keys.turn();
    return keys;
  }

  /** The epoch under which keys are wrapped now. */
  epoch(): string {
    return [...this.#epochs.keys()].toSorted().at(-1) ?? '';
  }

  /** Begins a new epoch; the vault then rewraps, and the old one can be retired. */
  async turn(): Promise<string> {
    const number = Number(this.epoch().slice(1)) + 1;
    const name = `e${String(number).padStart(6, '0')}`;
    const key = await makeKey({ folder: this.#folder, name, random: this.#random });
    this.#epochs.set(name, key);
    return name;
  }

  /** Destroys an epoch that is not today's. What is still wrapped by it is lost, as is meant. */
  async retire(epoch: string): Promise<void> {
    if (epoch === this.epoch()) throw new Fault('keystores.epoch_in_use', { epoch });
    this.#epochs.delete(epoch);
    if (epochPattern.test(epoch)) await destroyKey(this.#folder, epoch);
  }

  async wrap(owner: Parameters<WrapKeys['wrap']>[0], key: Uint8Array): Promise<WrappedKey> {
    const epoch = this.epoch();
    const nonce = this.#random.bytes(nonceBytes);
    const cipher = await crypto.subtle.encrypt(
      gcm(nonce, { owner, epoch }),
      await this.#tenantKey(epoch, owner.tenant),
      new Uint8Array(key),
    );
    return { epoch, wrapped: concat(Uint8Array.of(layoutByte), nonce, new Uint8Array(cipher)) };
  }

  async unwrap(
    owner: Parameters<WrapKeys['unwrap']>[0],
    { epoch, wrapped }: WrappedKey,
  ): Promise<Uint8Array> {
    const key = await this.#tenantKey(epoch, owner.tenant);
    if (wrapped[0] !== layoutByte) throw new Fault('vault.cipher_malformed');
    const nonce = wrapped.slice(1, 1 + nonceBytes);
    const body = wrapped.slice(1 + nonceBytes);
    try {
      return new Uint8Array(await crypto.subtle.decrypt(gcm(nonce, { owner, epoch }), key, body));
    } catch (cause) {
      throw new Fault('vault.cipher_refused', {}, { cause });
    }
  }

  async blind(place: Parameters<WrapKeys['blind']>[0], value: Uint8Array): Promise<Uint8Array> {
    const usages: webcrypto.KeyUsage[] = ['sign'];
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const raw = new Uint8Array(this.#indexKey);
    const key = await crypto.subtle.importKey('raw', raw, algorithm, false, usages);
    // The place is canonical JSON and has one end, so no two pairs of place and value look alike.
    const bound = canonicalBytes(['fubie/blind/v1', place.tenant, place.field]);
    const message = new Uint8Array(concat(bound, Uint8Array.of(0), value));
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, message));
  }

  /** Each tenant has a key of its own in each epoch: HKDF-SHA-256 (RFC 5869) of the epoch's. */
  async #tenantKey(epoch: string, tenant: string): Promise<webcrypto.CryptoKey> {
    const raw = this.#epochs.get(epoch);
    if (raw === undefined) throw new Fault('vault.erased', { epoch });
    const info = new Uint8Array(canonicalBytes(['fubie/tenant-key/v1', epoch, tenant]));
    const root = await crypto.subtle.importKey('raw', new Uint8Array(raw), 'HKDF', false, [
      'deriveKey',
    ]);
    const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(keyBytes), info };
    const form = { name: 'AES-GCM', length: 8 * keyBytes };
    return crypto.subtle.deriveKey(derivation, root, form, false, ['encrypt', 'decrypt']);
  }
}

function gcm(
  nonce: Uint8Array,
  bound: { readonly owner: Parameters<WrapKeys['wrap']>[0]; readonly epoch: string },
): webcrypto.AesGcmParams {
  const { owner, epoch } = bound;
  const additional = canonicalBytes(['fubie/wrap/v1', epoch, owner.tenant, owner.subject]);
  return {
    name: 'AES-GCM',
    iv: new Uint8Array(nonce),
    additionalData: new Uint8Array(additional),
    tagLength: 128,
  };
}

async function readKey(folder: string, name: string): Promise<Uint8Array> {
  const text = await readFile(join(folder, `${name}.key`), 'utf8');
  if (!/^[0-9a-f]{64}\n$/.test(text)) throw new Fault('keystores.file_malformed', { name });
  return fromHex(text.trim());
}

/** Written whole before it has its name: a key that wrapped something is never half on the disk. */
async function makeKey(making: {
  readonly folder: string;
  readonly name: string;
  readonly random: Random;
}): Promise<Uint8Array> {
  const key = making.random.bytes(keyBytes);
  await createFile(making.folder, `${making.name}.key`, utf8(`${toHex(key)}\n`));
  return key;
}

async function destroyKey(folder: string, name: string): Promise<void> {
  const path = join(folder, `${name}.key`);
  const file = await open(path, 'r+').catch(() => undefined);
  if (file !== undefined) {
    // Overwritten first, for what that is worth on the disk below.
    await file.write(utf8('0'.repeat(2 * keyBytes)), 0, 2 * keyBytes, 0);
    await file.sync();
    await file.close();
  }
  await rm(path, { force: true });
  await syncFolder(folder);
}

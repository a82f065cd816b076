/**
 * Keeps what is personal as ciphertext, under one key per person that can be destroyed (law 7).
 *
 * AES-256-GCM (NIST SP 800-38D), additional data = tenant, subject and field, so that a ciphertext
 * moved to another person or field does not open. The person's key is stored wrapped by an epoch
 * key that lives in the key store only; this process holds it in memory for one unit. Erasure
 * destroys the wrapped key, and destroying old epochs does the same to back-ups.
 */

import type { webcrypto } from 'node:crypto';

import { concat } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { assert, Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Unit } from '#base/unit';
import type { VaultStore, WrapKeys } from './ports.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const layoutByte = 1; // [layout 1][nonce 12][ciphertext][tag 16]
const plainBytesMax = 64 * 1024 * 1024;
const rewrapCountMax = 100;
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
/** The field of documents and disclosures that stand outside the vault's own table. */
const sealedField = 'sealed';

/** Where a value belongs. Both are names of ours, never anything personal. */
export interface Place {
  readonly subject: string;
  readonly field: string;
}

export class Vault {
  readonly #store: VaultStore;
  readonly #keys: WrapKeys;
  readonly #random: Random;
  /** Unwrapped keys, forgotten with their unit. */
  readonly #open = new WeakMap<Unit, Map<string, Promise<webcrypto.CryptoKey>>>();

  constructor(parts: { store: VaultStore; keys: WrapKeys; random: Random }) {
    this.#store = parts.store;
    this.#keys = parts.keys;
    this.#random = parts.random;
  }

  /** Replaces what stood there. */
  async put(unit: Unit, place: Place, plain: Uint8Array): Promise<void> {
    const key = await this.#keyForWriting(unit, place.subject);
    await this.#store.putCipher(unit, place, await this.#encrypt(key, { unit, place }, plain));
  }

  /** Undefined where nothing was put; vault.erased when the person was erased. */
  async get(unit: Unit, place: Place): Promise<Uint8Array | undefined> {
    const cipher = await this.#store.cipherOf(unit, place);
    if (cipher === undefined) return undefined;
    const key = await this.#keyForReading(unit, place.subject);
    return decrypt(key, { unit, place }, cipher);
  }

  /** Ciphertext for bytes that are kept elsewhere: documents, disclosures, stored answers. */
  async seal(unit: Unit, subject: string, bytes: Uint8Array): Promise<Uint8Array> {
    const key = await this.#keyForWriting(unit, subject);
    return this.#encrypt(key, { unit, place: { subject, field: sealedField } }, bytes);
  }

  async open(unit: Unit, subject: string, sealed: Uint8Array): Promise<Uint8Array> {
    const key = await this.#keyForReading(unit, subject);
    return decrypt(key, { unit, place: { subject, field: sealedField } }, sealed);
  }

  /** Makes the value findable by `find`, exactly and only in this field. */
  async index(unit: Unit, place: Place, plain: Uint8Array): Promise<void> {
    await this.#keyForWriting(unit, place.subject);
    const { field } = place;
    const blind = await this.#keys.blind({ tenant: unit.tenant, field: named(field) }, plain);
    await this.#store.addIndex(unit, place, blind);
  }

  async find(unit: Unit, field: string, plain: Uint8Array): Promise<readonly string[]> {
    const blind = await this.#keys.blind({ tenant: unit.tenant, field: named(field) }, plain);
    return this.#store.subjectsOf(unit, field, blind);
  }

  /** Destroys the person's key: nothing of hers opens again. A second call changes nothing. */
  async erase(unit: Unit, subject: string): Promise<void> {
    this.#open.get(unit)?.delete(subject);
    await this.#store.replaceKey(unit, subject, 'erased');
    await this.#store.dropIndexes(unit, subject);
  }

  /** Wraps up to a hundred keys of older epochs under `epoch`; answers how many. */
  async rewrap(unit: Unit, epoch: string): Promise<number> {
    const old = await this.#store.keysNotOf(unit, epoch, rewrapCountMax);
    for (const { subject, ...wrapped } of old) {
      const owner = { tenant: unit.tenant, subject };
      const key = await this.#keys.unwrap(owner, wrapped);
      const again = await this.#keys.wrap(owner, key);
      key.fill(0);
      assert(again.epoch === epoch, 'the key store wraps under the epoch of the day');
      await this.#store.replaceKey(unit, subject, again);
    }
    return old.length;
  }

  async #keyForWriting(unit: Unit, subject: string): Promise<webcrypto.CryptoKey> {
    const held = this.#open.get(unit)?.get(subject);
    if (held !== undefined) return held;
    if ((await this.#store.keyOf(unit, named(subject))) === undefined) {
      const key = this.#random.bytes(keyBytes);
      const wrapped = await this.#keys.wrap({ tenant: unit.tenant, subject }, key);
      key.fill(0);
      // Another unit may have been first: its key stands, and is the one read below.
      await this.#store.addKey(unit, subject, wrapped);
    }
    return this.#keyForReading(unit, subject);
  }

  #keyForReading(unit: Unit, subject: string): Promise<webcrypto.CryptoKey> {
    const held = this.#open.get(unit) ?? new Map<string, Promise<webcrypto.CryptoKey>>();
    this.#open.set(unit, held);
    const key = held.get(subject) ?? this.#unwrap(unit, subject);
    held.set(subject, key);
    // A failure is not remembered: the next caller asks again.
    key.catch(() => held.delete(subject));
    return key;
  }

  async #unwrap(unit: Unit, subject: string): Promise<webcrypto.CryptoKey> {
    const wrapped = await this.#store.keyOf(unit, named(subject));
    if (wrapped === 'erased') throw new Fault('vault.erased');
    // Ciphertext of a subject that never had a key is not ours.
    if (wrapped === undefined) throw new Fault('vault.cipher_refused');
    const key = await this.#keys.unwrap({ tenant: unit.tenant, subject }, wrapped);
    const usages: webcrypto.KeyUsage[] = ['encrypt', 'decrypt'];
    const imported = await crypto.subtle.importKey('raw', own(key), 'AES-GCM', false, usages);
    key.fill(0);
    return imported;
  }

  async #encrypt(key: webcrypto.CryptoKey, at: Bound, plain: Uint8Array): Promise<Uint8Array> {
    if (plain.length > plainBytesMax) throw new Fault('vault.too_large');
    const nonce = this.#random.bytes(nonceBytes);
    const cipher = await crypto.subtle.encrypt(gcm(nonce, at), key, own(plain));
    return concat(Uint8Array.of(layoutByte), nonce, new Uint8Array(cipher));
  }
}

interface Bound {
  readonly unit: Unit;
  readonly place: Place;
}

async function decrypt(
  key: webcrypto.CryptoKey,
  at: Bound,
  cipher: Uint8Array,
): Promise<Uint8Array> {
  if (cipher[0] !== layoutByte || cipher.length < 1 + nonceBytes + tagBytes) {
    throw new Fault('vault.cipher_malformed');
  }
  const nonce = cipher.subarray(1, 1 + nonceBytes);
  try {
    const body = own(cipher.subarray(1 + nonceBytes));
    return new Uint8Array(await crypto.subtle.decrypt(gcm(nonce, at), key, body));
  } catch (cause) {
    throw new Fault('vault.cipher_refused', {}, { cause });
  }
}

function gcm(nonce: Uint8Array, at: Bound): webcrypto.AesGcmParams {
  const bound = ['fubie/vault/v1', at.unit.tenant, at.place.subject, named(at.place.field)];
  return {
    name: 'AES-GCM',
    iv: own(nonce),
    additionalData: own(canonicalBytes(bound)),
    tagLength: tagBytes * 8,
  };
}

function named(name: string): string {
  if (!namePattern.test(name)) throw new Fault('vault.field_malformed');
  return name;
}

/** WebCrypto's types ask for a buffer that is not shared; ours never is. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    : new Uint8Array(bytes);
}

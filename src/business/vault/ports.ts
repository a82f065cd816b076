/**
 * What the vault leans on: rows in the unit's transaction, and a key store in another process.
 */
import type { TenantId, Unit } from '#base/unit';

export interface WrappedKey {
  /** The name of the epoch key that wrapped it. */
  readonly epoch: string;
  readonly wrapped: Uint8Array;
}

/**
 * The key store: it holds the epoch keys and the index key, and gives neither away. A wrapped key
 * is bound to its tenant and subject: unwrapped for another, it is vault.cipher_refused.
 */
export interface WrapKeys {
  /** Under the epoch of the day. */
  wrap(owner: KeyOwner, key: Uint8Array): Promise<WrappedKey>;
  /** Refuses with vault.erased when the epoch key was destroyed. */
  unwrap(owner: KeyOwner, wrapped: WrappedKey): Promise<Uint8Array>;
  /** A keyed digest of 32 bytes: same tenant, field and value, same digest. */
  blind(
    place: { readonly tenant: TenantId; readonly field: string },
    value: Uint8Array,
  ): Promise<Uint8Array>;
}

export interface KeyOwner {
  readonly tenant: TenantId;
  readonly subject: string;
}

/** The vault's rows; every call belongs to the unit's tenant and transaction. */
export interface VaultStore {
  keyOf(unit: Unit, subject: string): Promise<WrappedKey | 'erased' | undefined>;
  /** Leaves an existing key, and an erased subject, as they are. */
  addKey(unit: Unit, subject: string, key: WrappedKey): Promise<void>;
  /** Living keys of other epochs, locked until the unit ends. */
  keysNotOf(
    unit: Unit,
    epoch: string,
    countMax: number,
  ): Promise<readonly (WrappedKey & { readonly subject: string })[]>;
  /** Does nothing for an erased subject. */
  replaceKey(unit: Unit, subject: string, key: WrappedKey | 'erased'): Promise<void>;
  putCipher(unit: Unit, place: StoredPlace, cipher: Uint8Array): Promise<void>;
  cipherOf(unit: Unit, place: StoredPlace): Promise<Uint8Array | undefined>;
  addIndex(unit: Unit, place: StoredPlace, blind: Uint8Array): Promise<void>;
  subjectsOf(unit: Unit, field: string, blind: Uint8Array): Promise<readonly string[]>;
  dropIndexes(unit: Unit, subject: string): Promise<void>;
}

interface StoredPlace {
  readonly subject: string;
  readonly field: string;
}

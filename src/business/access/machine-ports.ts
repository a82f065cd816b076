/**
 * What the doors for machines lean on: rows of one tenant, the vault, and a key for addresses.
 */
import type { Instant } from '#base/clock';
import type { TenantId, Unit } from '#base/unit';
import type { ClientRecord } from './client.ts';
import type { ClientKey } from './client-keys.ts';

/** Clients and their keys. Nothing is deleted: who could come in once stays known. */
export interface ClientStore {
  add(unit: Unit, client: ClientRecord, addedAt: Instant): Promise<void>;
  /** Locked until the unit ends. */
  lock(unit: Unit, id: string): Promise<ClientRecord | undefined>;
  /** Replaces everything but name and tenant; a revoked client stays revoked. */
  save(unit: Unit, client: ClientRecord, at: Instant): Promise<void>;
  list(unit: Unit): Promise<readonly ClientRecord[]>;
  addKey(unit: Unit, key: ClientKey): Promise<void>;
  keysOf(unit: Unit, client: string): Promise<readonly ClientKey[]>;
  /** Those of all clients that this member of staff ordered and that still open something. */
  keysBy(unit: Unit, staff: string): Promise<readonly ClientKey[]>;
  /** A key and its client as they are now: the door keeps nothing in memory. */
  byKey(unit: Unit, keyId: string): Promise<KnownKey | undefined>;
  /** The same for many, by the key's id. */
  byKeys(unit: Unit, keyIds: readonly string[]): Promise<ReadonlyMap<string, KnownKey>>;
  /** Ends a key at an instant, or at once; an earlier end stands. */
  endKey(unit: Unit, keyId: string, end: { at: Instant; revoked: boolean }): Promise<void>;
}

/** A key with the client it belongs to. */
export interface KnownKey {
  readonly client: ClientRecord;
  readonly key: ClientKey;
}

/** A nonce of a signed request, and until when it must be remembered. */
export interface SpentNonce {
  readonly keyId: string;
  readonly nonce: string;
  readonly until: Instant;
}

/** Nonces of signed requests, so that none is taken twice. */
export interface NonceStore {
  /** One answer each: false when this key used this nonce before, or earlier in the list. */
  spend(unit: Unit, used: readonly SpentNonce[]): Promise<readonly boolean[]>;
  forget(unit: Unit, before: Instant): Promise<void>;
}

/** Seals and opens what must be read again, bound to its place; the vault is one. */
export interface SecretBox {
  seal(unit: Unit, place: SecretPlace, bytes: Uint8Array): Promise<Uint8Array>;
  open(unit: Unit, place: SecretPlace, sealed: Uint8Array): Promise<Uint8Array>;
}

/** Where a secret belongs in the vault. */
export interface SecretPlace {
  readonly subject: string;
  readonly field: string;
}

/** 32 bytes that only the key store can make again, for digests of addresses of one tenant. */
export type MarkKey = (tenant: TenantId) => Promise<Uint8Array>;

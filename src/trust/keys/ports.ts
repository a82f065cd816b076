/**
 * What the seal keys lean on, all of it in the key store's own folder.
 */
import type { Signer } from '#formats/crypto';

export interface HeldSeal {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly signer: Signer;
}

/** Seals by the tenant they belong to: one tenant's name finds no other tenant's seal. */
export interface SealStore {
  open(tenant: string, seal: string): Promise<HeldSeal | undefined>;
}

/** The written authorisations, as bytes: their digest is what the journal names. */
export interface AuthorisationStore {
  authorisation(tenant: string, id: string): Promise<Uint8Array | undefined>;
}

/** The processes whose statements count here. */
export interface ActorKeys {
  /** Public keys (SPKI) by the id entries name them with. */
  actorKeys(): Promise<ReadonlyMap<string, Uint8Array>>;
}

/**
 * Write-once: a name keeps its first bytes for ever, on the disk when the promise resolves. Other
 * bytes under the same name are objects.exists_differently.
 */
export interface SealJournal {
  get(name: string): Promise<Uint8Array | undefined>;
  putOnce(name: string, bytes: Uint8Array): Promise<void>;
}

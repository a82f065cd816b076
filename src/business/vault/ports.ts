/**
 * What the vault leans on: rows in the unit's transaction, and a key store in another process.
 */
import type { Instant } from '#base/clock';
import type { TenantId, Unit } from '#base/unit';
import type { SuiteName } from './suite.ts';

/** A person's key as the database keeps it: under the tenant's key of one epoch. */
export interface WrappedKey {
  /** The name of the epoch whose key wrapped it: `e000001` and on. */
  readonly epoch: string;
  readonly wrapped: Uint8Array;
}

/** A person's key in the clear, for the moment of wrapping it. */
export interface OwnedKey {
  readonly subject: string;
  readonly key: Uint8Array;
}

/** `exact`: the whole value; `grams`: its characters and pairs of them; `tail`: its last four. */
export type IndexKind = 'exact' | 'grams' | 'tail';

/** What tokens are asked for: to look somebody up, to file somebody, to move to a new epoch. */
export type TokenPurpose = 'find' | 'store' | 'change';

/** Tokens of one value, for the counters `from` up to, not including, `from + count`. */
export interface TokenAsk {
  readonly field: string;
  readonly kind: IndexKind;
  readonly value: string;
  readonly from: number;
  readonly count: number;
}

/** For every ask its tokens, 32 bytes each, one after the other. */
export interface EpochTokens {
  readonly epoch: string;
  readonly tokens: readonly Uint8Array[];
}

/**
 * The key store: it holds each tenant's epoch secrets and gives none away. From the secret of an
 * epoch come the key that wraps persons' keys and the keys of all look-up tokens; with the secret
 * destroyed, neither can be made or tried again by anybody. All questions take many at once.
 */
export interface WrapKeys {
  /** Under the epoch of the day. A wrapped key is bound to its tenant, subject and epoch. */
  wrap(
    tenant: TenantId,
    asked: { readonly suite: SuiteName; readonly keys: readonly OwnedKey[] },
  ): Promise<{ readonly epoch: string; readonly wrapped: readonly Uint8Array[] }>;
  /** Undefined where the epoch was destroyed; vault.cipher_refused where it is another's key. */
  unwrap(
    tenant: TenantId,
    wrapped: readonly (WrappedKey & { readonly subject: string })[],
  ): Promise<readonly (Uint8Array | undefined)[]>;
  /**
   * Keyed digests of value and counter under every living epoch, oldest first, or under the one
   * that is named. Refuses with a retryable vault.lookups_too_many beyond its limit by the minute.
   */
  tokens(
    tenant: TenantId,
    asked: {
      readonly purpose: TokenPurpose;
      readonly epoch?: string;
      readonly asks: readonly TokenAsk[];
    },
  ): Promise<readonly EpochTokens[]>;
}

/** Orders to the key store about epochs; the caller must be one whom the key store obeys. */
export interface EpochOrders {
  /** The living epochs of a tenant, oldest first; the last one is the epoch of the day. */
  epochs(tenant: TenantId): Promise<readonly string[]>;
  /** Begins the epoch after `from`. While one before the day's still lives, changes nothing. */
  turn(tenant: TenantId, from: string): Promise<string>;
  /** Destroys an epoch for good; refuses the epoch of the day. A second call changes nothing. */
  retire(tenant: TenantId, epoch: string): Promise<void>;
}

/** A subject's row: `key` is undefined once erased, which nothing takes back. */
export interface SubjectRow {
  readonly key: WrappedKey | undefined;
  readonly restricted: boolean;
}

/** Where a value stands in the vault's rows. */
export interface StoredPlace {
  readonly subject: string;
  readonly field: string;
}

/** The ciphertext of one field of a subject. */
export interface StoredValue {
  readonly field: string;
  readonly cipher: Uint8Array;
}

/** The vault's rows of subjects and values; each call belongs to the unit's tenant. */
export interface VaultStore {
  /** With `hold`, nobody moves the subject to another epoch before the unit ends. */
  subject(unit: Unit, subject: string, hold: boolean): Promise<SubjectRow | undefined>;
  /** The rows of many, all of them held until the unit ends; unknown names are left out. */
  held(
    unit: Unit,
    subjects: readonly string[],
  ): Promise<readonly (SubjectRow & { readonly subject: string })[]>;
  /**
   * A new subject with her first values, in one go. Where there is a row already, nothing is
   * written and the answer is false. Refuses with a retryable vault.epoch_over a key of an epoch
   * that was closed meanwhile.
   */
  addSubject(
    unit: Unit,
    subject: string,
    first: { readonly key: WrappedKey; readonly values: readonly StoredValue[] },
  ): Promise<boolean>;
  /** Forgets the wrapped key and unties all index rows; the row stays, or is made, a tombstone. */
  erase(unit: Unit, subject: string): Promise<void>;
  restrict(unit: Unit, subject: string, restricted: boolean): Promise<void>;
  /** Names of erased subjects after `after`, in order. */
  erased(unit: Unit, after: string, countMax: number): Promise<readonly string[]>;
  keysOf(
    unit: Unit,
    subjects: readonly string[],
  ): Promise<readonly (WrappedKey & { readonly subject: string })[]>;
  put(unit: Unit, subject: string, values: readonly StoredValue[]): Promise<void>;
  /** Without `fields` all of them; in the order of subject and field. */
  values(
    unit: Unit,
    subjects: readonly string[],
    fields?: readonly string[],
  ): Promise<readonly (StoredPlace & { readonly cipher: Uint8Array })[]>;
}

/**
 * One row of an index, before it is written. Which of its tokens it takes is found while it is
 * written: the one that lies `gap` behind the last of them that is taken.
 */
export interface IndexRow extends StoredPlace {
  /** Of neighbouring counters, upwards, 32 bytes each. */
  readonly tokens: Uint8Array;
  readonly gap: number;
  /** The first token must be taken already; where it is not, the row is not added. */
  readonly follows: boolean;
}

/** What look-up tokens met. */
export interface IndexHit {
  readonly epoch: string;
  readonly token: Uint8Array;
  /** Undefined where the person was erased, or the value replaced. */
  readonly subject: string | undefined;
  readonly restricted: boolean;
}

/** Index rows: what a token points at. Within an epoch a token that was taken stays taken. */
export interface IndexStore {
  /** Which of the tokens are taken, one answer each. */
  taken(unit: Unit, epoch: string, tokens: readonly Uint8Array[]): Promise<readonly boolean[]>;
  /** Adds rows; answers for each which of its tokens is now its own, undefined if none could be. */
  add(
    unit: Unit,
    epoch: string,
    rows: readonly IndexRow[],
  ): Promise<readonly (number | undefined)[]>;
  /** Unties a subject's rows of one field: their tokens stay taken and point at nobody. */
  untie(unit: Unit, place: StoredPlace): Promise<void>;
  /** `newest` is the newest epoch the rows know; look-ups that did not ask it ask again. */
  hits(
    unit: Unit,
    asked: readonly { readonly epoch: string; readonly tokens: readonly Uint8Array[] }[],
  ): Promise<{ readonly newest: string | undefined; readonly hits: readonly IndexHit[] }>;
}

/** The rows of an epoch change. */
export interface EpochStore {
  newest(unit: Unit): Promise<{ readonly epoch: string; readonly at: Instant } | undefined>;
  /** Makes the epoch known to the rows, unless it or a newer one is. */
  open(unit: Unit, epoch: string, at: Instant): Promise<void>;
  /** How many living subjects are of these epochs. Reads the whole table. */
  count(unit: Unit, epochs: readonly string[]): Promise<number>;
  /** Living subjects of these epochs after `after`, locked; those others hold are left out. */
  subjectsOf(
    unit: Unit,
    asked: {
      readonly epochs: readonly string[];
      readonly after: string;
      readonly countMax: number;
    },
  ): Promise<readonly (WrappedKey & { readonly subject: string })[]>;
  replaceKeys(
    unit: Unit,
    epoch: string,
    keys: readonly { readonly subject: string; readonly wrapped: Uint8Array }[],
  ): Promise<void>;
  /**
   * Deletes index rows of epochs before this one, some of them at a time, beginning at `from` (0 at
   * first): answers where to go on, undefined at the end. No row is looked at twice.
   */
  sweep(unit: Unit, epoch: string, from: number): Promise<number | undefined>;
  /**
   * Ends these epochs: waits for units that still write under one, then nobody can. Refuses with a
   * retryable vault.epoch_unfinished if a subject is of one. Answers those it ended just now.
   */
  close(unit: Unit, epochs: readonly string[]): Promise<readonly string[]>;
}

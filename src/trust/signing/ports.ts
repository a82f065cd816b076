/**
 * What the signing room asks of others, with their promises.
 */
import type { Json } from '#base/canonical';
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { EntryType } from '#formats/entry';
import type { TimestampToken } from '#formats/tsp';

export interface StoredRevision {
  readonly document: string;
  /** 0 is the base revision; each signature adds one. */
  readonly number: number;
  /** Whose key in the vault opens `sealed`. */
  readonly subject: string;
  readonly bytes: number;
  readonly sha256: Uint8Array;
  /** Ciphertext of the whole file at this revision. */
  readonly sealed: Uint8Array;
}

/** Revisions of documents. Append-only: nothing here is ever changed or removed. */
export interface RevisionStore {
  /** Refuses with signing.ticket_stale if the document already has a revision of that number. */
  append(unit: Unit, revision: StoredRevision): Promise<void>;
  /** The revision of that number, the newest without one; undefined where there is none. */
  find(unit: Unit, document: string, number?: number): Promise<StoredRevision | undefined>;
  /** The number of the newest revision, for which no byte of it is read. */
  newest(unit: Unit, document: string): Promise<number | undefined>;
}

/** `open` may become `sealed` or `void`, once; both are ends. */
export type TicketStanding = 'open' | 'sealed' | 'void';

export interface StoredTicket {
  readonly id: string;
  readonly document: string;
  readonly field: string;
  readonly caseId: string;
  readonly subject: string;
  readonly standing: TicketStanding;
  /** Why it is void; undefined while it is not. */
  readonly because: VoidReason | undefined;
  /** The revision it was prepared on. */
  readonly on: number;
  readonly leaseUntil: Instant;
  /** Hash of the entry seal.intended. */
  readonly intended: string;
  /** Ciphertext of the ticket's text and of the bytes it appends to the revision. */
  readonly sealed: Uint8Array;
}

export type VoidReason = 'superseded' | 'lease_over' | 'stamp_missing';

export interface TicketStore {
  add(unit: Unit, ticket: StoredTicket): Promise<void>;
  /** Locks the row until the unit ends, so that one ticket is redeemed once. */
  lock(unit: Unit, id: string): Promise<StoredTicket | undefined>;
  /** Ends an open ticket. */
  end(unit: Unit, id: string, end: TicketEnd): Promise<void>;
  /** Open tickets of one field of one document, locked. */
  openFor(unit: Unit, place: { document: string; field: string }): Promise<readonly StoredTicket[]>;
  /** Open tickets whose lease ended before `at`, oldest first, locked; others skip them. */
  openBefore(unit: Unit, at: Instant, countMax: number): Promise<readonly StoredTicket[]>;
}

export type TicketEnd =
  | { readonly standing: 'sealed' }
  | { readonly standing: 'void'; readonly because: VoidReason };

/** Where sealed bytes belong: whose key seals them, and the name of the one place they fit. */
export interface CipherPlace {
  readonly subject: string;
  readonly field: string;
}

/**
 * Keeps bytes readable only with the subject's key and only in their own place; the vault is one.
 * Bytes that were sealed for another place do not open.
 */
export interface Cipher {
  seal(unit: Unit, place: CipherPlace, bytes: Uint8Array): Promise<Uint8Array>;
  open(unit: Unit, place: CipherPlace, sealed: Uint8Array): Promise<Uint8Array>;
}

/** Records a fact with the unit, or not at all. The evidence room is one. */
export interface SealRecorder {
  record(
    unit: Unit,
    draft: {
      readonly caseId: string;
      readonly type: EntryType;
      readonly subject: string;
      readonly disclosures: readonly { name: string; value: Json; salt?: string }[];
      readonly of: readonly { name: string; bytes: Uint8Array }[];
      readonly refs: Readonly<Record<string, string>>;
    },
  ): Promise<{ readonly hash: string }>;
}

/** A checked time stamp over exactly these bytes, or a refusal whose code begins `timestamp.`. */
export interface Stamps {
  stamp(bytes: Uint8Array): Promise<TimestampToken>;
}

/** As `Stamps`, from any authority: what is needed of an answer is the token and its time. */
export interface Stamper {
  stamp(bytes: Uint8Array): Promise<{ readonly der: Uint8Array; readonly time: Instant }>;
}

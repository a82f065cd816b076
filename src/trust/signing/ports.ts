/**
 * What the signing room asks of others, with their promises.
 *
 * Tickets, revisions and entries are handed over in lists: what waits at one moment shares a unit,
 * and one statement carries them all.
 */
import type { Json } from '#base/canonical';
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { EntryType, Original } from '#formats/entry';
import type { TimestampToken } from '#formats/tsp';
import type { TicketState } from './ticket.ts';

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

/** What a document begins with and how far it has come, as rows say it. */
export interface StoredHead {
  readonly base: TicketState;
  readonly newest: Omit<StoredRevision, 'sealed'>;
  /** The newest revision's ciphertext, which is read when it is asked for. */
  readonly sealed: () => Promise<Uint8Array>;
}

/**
 * Revisions of documents. Append-only: nothing here is ever changed or removed.
 *
 * The memory of `sealed` is the shelf's, which gives it back as soon as it can: a store has done
 * with what was handed to it when `append` resolves, and hands out memory of its own each time.
 */
export interface RevisionStore {
  /**
   * Answers for each whether it was added: where the document has a revision of that number
   * already, it was not.
   */
  append(unit: Unit, revisions: readonly StoredRevision[]): Promise<readonly boolean[]>;
  /** The revision of that number, the newest without one; undefined where there is none. */
  find(unit: Unit, document: string, number?: number): Promise<StoredRevision | undefined>;
  /** Of each of these documents; one that is not known is left out. */
  heads(unit: Unit, documents: readonly string[]): Promise<readonly StoredHead[]>;
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

/** Which signature of which document a ticket is for. */
export interface TicketPlace {
  readonly document: string;
  readonly field: string;
}

export interface TicketStore {
  add(unit: Unit, tickets: readonly StoredTicket[]): Promise<void>;
  /**
   * Locks the rows until the unit ends, so that one ticket is redeemed once; one that is not known
   * is left out.
   */
  lock(unit: Unit, ids: readonly string[]): Promise<readonly StoredTicket[]>;
  /** Ends open tickets. */
  end(unit: Unit, ids: readonly string[], end: TicketEnd): Promise<void>;
  /** Open tickets of these places, locked. */
  openFor(unit: Unit, places: readonly TicketPlace[]): Promise<readonly StoredTicket[]>;
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
 * Bytes that were sealed for another place do not open. What is answered is memory of its own,
 * which neither shares with what was handed over nor is kept by the cipher.
 */
export interface Cipher {
  /** Names whose bytes this unit will seal or open: their keys are asked for together. */
  ready?(unit: Unit, subjects: readonly string[]): void;
  /** The pieces behind each other, as one. */
  seal(unit: Unit, place: CipherPlace, ...pieces: readonly Uint8Array[]): Promise<Uint8Array>;
  open(unit: Unit, place: CipherPlace, sealed: Uint8Array): Promise<Uint8Array>;
}

/** What is to be recorded of a case. */
export interface SealFact {
  readonly type: EntryType;
  readonly subject: string;
  readonly disclosures: readonly { name: string; value: Json; salt?: string }[];
  /** By their bytes, or with lengths and digests already made. */
  readonly of: readonly ({ name: string; bytes: Uint8Array } | Original)[];
  readonly refs: Readonly<Record<string, string>>;
}

/** Records facts with the unit, or not at all. The evidence room is one. */
export interface SealRecorder {
  /** Of many cases at once, those of a case in their order; answers case by case. */
  recordCases(
    unit: Unit,
    cases: readonly { readonly caseId: string; readonly drafts: readonly SealFact[] }[],
  ): Promise<readonly (readonly { readonly hash: string }[])[]>;
}

/** Records one fact with the unit, or not at all. */
export interface FactRecorder {
  record(
    unit: Unit,
    draft: SealFact & { readonly caseId: string },
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

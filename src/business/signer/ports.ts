/**
 * What the signer's room leans on: rows of tokens, hand-overs, photos, receipts; sealed objects.
 */
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { ObjectName } from '#business/tenancy';

/** A token beside the one a case was opened with, by its digest. */
export interface CaseToken {
  readonly sha256: Uint8Array;
  readonly caseId: string;
  readonly madeAt: Instant;
  readonly until: Instant;
}

/** Tokens of cases; a token that is over stays until it is swept. */
export interface CaseTokenStore {
  /** A token that is there already only gets its new end. */
  put(unit: Unit, token: CaseToken): Promise<void>;
  find(unit: Unit, sha256: Uint8Array): Promise<CaseToken | undefined>;
  /** Removes tokens of a case that were over before that time. */
  sweep(unit: Unit, caseId: string, before: Instant): Promise<void>;
}

/** A secret that carries a case to another device, by its digest. */
export interface Handover {
  readonly caseId: string;
  readonly sha256: Uint8Array;
  readonly until: Instant;
  /** Who issued it at a counter; undefined where she did so herself. */
  readonly staff?: string | undefined;
}

/** One open hand-over for a case at most. */
export interface HandoverStore {
  /** Replaces an earlier one of the case. */
  put(unit: Unit, handover: Handover): Promise<void>;
  /** Takes it away: of two who come with one secret, one gets it. */
  take(unit: Unit, sha256: Uint8Array): Promise<Handover | undefined>;
}

/** A photo as its row knows it; its digest and circumstances stand in the vault. */
export interface CaptureRow {
  readonly id: string;
  readonly caseId: string;
  readonly subject: string;
  readonly kind: string;
  readonly bytes: number;
  readonly openedAt: Instant;
  readonly storedAt: Instant | undefined;
  readonly object: ObjectName | undefined;
}

/** Rows of photos and of the parts that have arrived. */
export interface CaptureStore {
  add(unit: Unit, capture: CaptureRow): Promise<void>;
  /** Locks the row until the unit ends. */
  lock(unit: Unit, id: string): Promise<CaptureRow | undefined>;
  ofCase(unit: Unit, caseId: string): Promise<readonly CaptureRow[]>;
  /** Adds a part; the same number again changes nothing. */
  putChunk(
    unit: Unit,
    chunk: { capture: string; number: number; sealed: Uint8Array },
  ): Promise<void>;
  chunkNumbers(unit: Unit, capture: string): Promise<readonly number[]>;
  chunk(unit: Unit, capture: string, number: number): Promise<Uint8Array | undefined>;
  /** The photo is whole: its object is named and its parts go. */
  store(unit: Unit, done: { id: string; at: Instant; object: ObjectName }): Promise<void>;
}

/** Rows of receipts and of what people said afterwards. */
export interface AfterwardsStore {
  /** Keeps the digest of the secret half; a case that has one keeps it. */
  keepReceipt(unit: Unit, caseId: string, secretSha256: Uint8Array): Promise<void>;
  /** The case of a preservation number and the digest of its secret, if it has a receipt. */
  receiptOf(
    unit: Unit,
    preservationNumber: string,
  ): Promise<{ caseId: string; secretSha256: Uint8Array } | undefined>;
  /** What she said; said again it replaces. */
  rate(unit: Unit, said: { caseId: string; score: number; at: Instant }): Promise<void>;
}

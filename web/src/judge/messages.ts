/** What the page asks of its worker, and what the worker answers. */
import type { Report } from 'fubie-core';
import type { Words } from '../ui/language.tsx';

/** A trust folder: path in it → bytes. */
export type TrustMaterial = readonly (readonly [path: string, bytes: Uint8Array])[];

/** One file to be judged. */
export interface Order {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly trust: TrustMaterial;
  /** ISO 8601 with its offset. */
  readonly at?: string;
  /** The receipts of the signer's own phone, as it hands them out. */
  readonly receipt?: Uint8Array;
  /** What a detached signature or a time-stamp is over. */
  readonly content?: Uint8Array;
  /** Evidence records that are kept beside the file. */
  readonly evidenceRecords?: readonly Uint8Array[];
}

/** A revision of a PDF that can be shown beside another. */
export interface Revision {
  /** Its length: a later revision begins with the bytes of an earlier one. */
  readonly end: number;
  /** The signature fields that this revision brought. */
  readonly fields: readonly string[];
}

/** What one revision did to an object of the one before it, as the verifier judges it. */
export interface Change {
  readonly object: string;
  readonly what: string;
  readonly permitted: boolean;
  /** The verifier's code of why it is not permitted. */
  readonly because?: string;
}

/** A PDF inside what was judged. */
export interface ShownDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly revisions: readonly Revision[];
}

/** The sentences for the codes that occur in a report. */
export type Sentences = Readonly<Record<string, Words>>;

/** The answer to an order. */
export interface Judged {
  readonly report: Report;
  /** As `fubie verify --json` prints it. */
  readonly json: string;
  readonly sha256: string;
  readonly flaws: Sentences;
  readonly notices: Sentences;
  /** Of an examination: its rules, how each was answered, what they add up to. */
  readonly examined: Sentences;
  /** Codes whose flaw is open, not failed: what further material could heal. */
  readonly open: readonly string[];
}

/** Who is trusted, read out of the trust material for people. */
export interface TrustFacts {
  readonly authorities: readonly string[];
  readonly stampers: readonly string[];
  readonly logs: readonly string[];
  readonly witnesses: readonly string[];
}

export type Ask =
  | { readonly id: number; readonly verb: 'judge'; readonly order: Order }
  | { readonly id: number; readonly verb: 'trust'; readonly trust: TrustMaterial }
  | { readonly id: number; readonly verb: 'unpack'; readonly zip: Uint8Array }
  | { readonly id: number; readonly verb: 'documents'; readonly file: JudgedFile }
  | ({ readonly id: number; readonly verb: 'compare' } & Pair)
  | {
      readonly id: number;
      readonly verb: 'holds';
      readonly file: JudgedFile;
      readonly contract: RecordedContract;
    };

/** A contract as both had signed it; what is appended to it later begins behind these bytes. */
export interface RecordedContract {
  /** Lower-case hex of the digest over so many bytes. */
  readonly sha256: string;
  readonly bytes: number;
}

/** What was judged, to be opened for its documents. */
export interface JudgedFile {
  readonly kind: Report['kind'];
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Two revisions of one document: the later one begins with the bytes of the earlier. */
export interface Pair {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export type Answer =
  | { readonly id: number; readonly judged: Judged }
  | { readonly id: number; readonly facts: TrustFacts }
  | { readonly id: number; readonly unpacked: TrustMaterial }
  | { readonly id: number; readonly documents: readonly ShownDocument[] }
  | { readonly id: number; readonly changes: readonly Change[] }
  | { readonly id: number; readonly holds: boolean }
  | { readonly id: number; readonly failed: string };

/**
 * What is judged together: the signatures of one file in the order in which they were made, with
 * the time-stamps on and over them.
 */
import type { Instant } from '#base/clock';
import type { CertificatePath } from '#formats/pkix';
import type { Certificate } from '#formats/x509';
import type { Notice } from '../report/report.ts';
import type { Doubt } from './doubt.ts';
import type { Proof } from './existence.ts';
import type { Integrity } from './integrity.ts';
import type { FollowedPolicy } from './signature-policy.ts';
import type { Token } from './stamp.ts';

/** A signature to be judged, of whatever container. */
export interface Entry {
  readonly part: string;
  readonly integrity: Integrity;
  /** Every object that this signature's content covers: earlier signatures, revocation material. */
  readonly covers: readonly Uint8Array[];
  /** The time its maker claimed. */
  readonly claimed: Instant | undefined;
  /** What it holds that this verifier does not process. */
  readonly notices: readonly Notice[];
  /** What is doubted of the policy that its maker names, and that policy where it is followed. */
  readonly policy?: { readonly doubts: readonly Doubt[]; readonly followed?: FollowedPolicy };
  /** It is over another signature and not over the document: it cannot spoil that one. */
  readonly isCounter?: boolean;
}

/** A time-stamp of the file: on a signature, over its content, or over the whole document. */
export interface StampEntry {
  readonly part: string;
  readonly over: 'signature' | 'document' | 'content';
  readonly token: Token;
  readonly integrity: Integrity;
  readonly covers: readonly Uint8Array[];
  /**
   * Of an evidence record: until when its digest must stand: the time of the chain that took
   * over, or `now` (RFC 4998 §5.3).
   */
  readonly digestUntil?: Instant | 'now';
  /** The signature that carries it; undefined for a document time-stamp. */
  readonly of: Entry | undefined;
}

/** What became of a signature or a stamp. */
export interface Outcome {
  readonly doubts: readonly Doubt[];
  readonly notices: readonly Notice[];
  readonly certificate: Certificate | undefined;
  readonly path: CertificatePath | undefined;
  readonly isRevocationKnown: boolean;
}

/** A judged stamp; it counts as proof only without doubts. */
export interface JudgedStamp extends Outcome {
  readonly entry: StampEntry;
}

/** A judged signature. */
export interface JudgedEntry extends Outcome {
  readonly entry: Entry;
  /** The earliest trusted proof that it existed; undefined when only its maker's word is there. */
  readonly proof: Proof | undefined;
  readonly stamps: readonly JudgedStamp[];
}

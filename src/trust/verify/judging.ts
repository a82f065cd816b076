/**
 * What the verifier is asked, what every step has at hand, and what a step answers.
 */
import type { Instant } from '#base/clock';
import type { Engine } from '#formats/crypto';
import type { AnchorSet, TrustFiles } from './anchors.ts';
import type { RevocationPolicy } from './etsi/context.ts';
import type { OpenedRecord } from './input/opened-record.ts';
import type { Receipts } from './own/receipt.ts';
import type { PolicyText } from './policies.ts';
import type { Findings } from './report/findings.ts';
import type { Report } from './report/report.ts';
import type { Trust } from './trust.ts';

/** `strict` is how this house's own files are judged, `etsi` how everybody's are. */
export type Profile = 'strict' | 'etsi';

/** One file to be judged, and with what. */
export interface VerifyOrder {
  /** The file's name, as the report and its parts call it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly trust: TrustFiles;
  /** Judge as of this time; without it, signatures are judged at the times they prove. */
  readonly at?: Instant;
  /** The receipts of the signer's own phone, as it keeps them. */
  readonly receipt?: Uint8Array;
  /** Without it the file decides: this house's own are judged strictly. */
  readonly profile?: Profile;
  /** What a detached signature or a time-stamp is over. */
  readonly content?: Uint8Array;
  /** Evidence records over the file (RFC 4998), which the asker hands in beside it. */
  readonly evidenceRecords?: readonly Uint8Array[];
  /** Default `if-present` (docs/decisions/0024); the strict profile has rules of its own. */
  readonly revocation?: RevocationPolicy;
}

/** Everything that a step of a judgement has at hand. */
export interface Judging {
  readonly trust: Trust;
  readonly anchors: AnchorSet;
  readonly engine: Engine;
  readonly findings: Findings;
  readonly receipts: Receipts | undefined;
  readonly at: Instant | undefined;
  readonly revocation: RevocationPolicy;
  readonly policies: readonly PolicyText[];
  readonly content: Uint8Array | undefined;
  readonly records: readonly OpenedRecord[];
}

/** What the judgement of one kind of file adds to the report. */
export type Answer = Omit<Report, 'file' | 'is' | 'because' | 'etsi' | 'flaws'> & {
  readonly flaws?: Report['flaws'];
};

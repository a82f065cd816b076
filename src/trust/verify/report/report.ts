/**
 * What a judgement says, in the words of ETSI EN 319 102-1 section 5.1.3 and of the outside face.
 *
 * `is` is the answer, `because` the code of the gravest flaw, `etsi` the same in the standard's
 * indication and sub-indication. There is no boolean and no number to misread.
 */
import type { SourceMix } from '#formats/entry';
import type { LevelPolicy } from '#formats/tlog';
import type { ExaminationRule } from '../examination/rules.ts';
import type { FlawCode } from './flaws.ts';

export type Is = 'valid' | 'indeterminate' | 'invalid';

export type Indication = 'TOTAL-PASSED' | 'INDETERMINATE' | 'TOTAL-FAILED';

/** One thing that is wrong, where, and the fact it rests on. */
export interface Flaw {
  readonly code: FlawCode;
  /** The place, such as `documents/01-contract.pdf#revision 2/object 14`. */
  readonly part: string;
  readonly detail: string;
}

export interface Etsi {
  readonly indication: Indication;
  readonly subIndication?: string;
}

export type Level = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA';

/** One signature of the file and what came of it. */
export interface SignatureReport {
  readonly document: string;
  readonly field: string;
  /** A document time-stamp stands among the signatures and says so. */
  readonly kind: 'signature' | 'timestamp';
  readonly is: Is;
  readonly because?: FlawCode;
  readonly etsi: Etsi;
  readonly signer: string;
  readonly signedAt?: string;
  readonly timeFrom: 'timestamp' | 'claimed';
  readonly timeSource: string;
  readonly level: Level;
  readonly algorithm: string;
  readonly covers: 'document' | 'revision';
  readonly changesAfter: 'none' | 'permitted' | 'forbidden';
  /** The four conditions of article 13 of the Electronic Signature Law of China. */
  readonly law13: Law13;
  /** What the signer's own computer claimed, where it claimed a time. */
  readonly claimedAt?: string;
  readonly stamps?: readonly StampReport[];
}

/** 电子签名法 13: each condition as this verifier can answer it from the file alone. */
export interface Law13 {
  /** (1) The signature data belong to the signer alone when used. */
  readonly ownData: Is;
  /** (2) Only the signer controls the signature data when signing. */
  readonly ownControl: Is;
  /** (3) Any later change to the signature can be found. */
  readonly signatureFixed: Is;
  /** (4) Any later change to content and form of the message can be found. */
  readonly contentFixed: Is;
  /** Why a condition is not `valid`: the gravest flaw that bears on it. */
  readonly because: { readonly [Name in keyof Omit<Law13, 'because'>]?: Law13Reason };
}

/** A flaw, or that no file of this kind could show it. */
export type Law13Reason = FlawCode | 'not_shown_by_file';

export type Independence = 'own' | 'declared' | 'attested';

export interface KeyReport {
  readonly name: string;
  readonly role: string;
  readonly operator: string;
  readonly independence: Independence;
}

export type EvidenceLevel = 'L0' | 'L1' | 'L2';

export interface EvidenceReport {
  readonly case: string;
  readonly entries: number;
  readonly level: EvidenceLevel;
  /** Whose cosignatures make the level: the policy, or the register in force then. */
  readonly rule?: LevelPolicy;
  /** Every level that all entries of the case hold; L3 and L4 may stand without each other. */
  readonly held: readonly (EvidenceLevel | 'L3' | 'L4')[];
  /** The earliest trusted time by which all entries of the case stood in the log. */
  readonly stampedAt?: string;
  readonly complete: boolean;
  readonly missing: readonly string[];
  /** Of whose words the chain is made, and its score from 0 to 100 by them (S2-07). */
  readonly sources?: SourceMix;
  readonly keys: readonly KeyReport[];
  /** True when every voting witness is run by the party that produces the evidence. */
  readonly selfAttested: boolean;
}

/** What breaks nothing but must be said (law 10). */
export interface Notice {
  readonly code: NoticeCode;
  readonly detail: string;
}

export const noticeCodes = [
  'test_authority',
  'test_stamper',
  'local_clock',
  'simulated_gateway',
  'self_attested',
  'revocation_not_checked',
  'issuance_not_checked',
  'stamped_data_not_here',
  'stamp_not_trusted',
  'judged_as_of_stamp',
  'clocks_differ',
  'orphan_signature',
  'usage_rights',
  'purpose_unusual',
  'signature_policy_not_processed',
  'signature_policy_for_people',
  'signature_policy_followed',
  'signer_states',
  'archive_stamp_not_used',
  'evidence_record_not_used',
  'counter_signature_doubted',
  'content_not_compared',
  'spelling_unusual',
  'seal_maker_not_trusted',
  'trusted_list_not_verified',
  'misbehaviour_proved',
  'anchored',
  'block_not_judged',
  'anchor_not_judged',
  'twin_holds',
  'twin_not_judged',
  'head_stamped',
  'head_stamp_lapsed',
  'register_in_force',
  'register_not_trusted',
  'time_order_broken',
  'source_not_judged',
  'paper_left_out',
  'chain_not_named',
] as const;

export type NoticeCode = (typeof noticeCodes)[number];

/** What a file turned out to be, by its content. */
export type FileKind =
  | 'pdf'
  | 'package'
  | 'ofd'
  | 'cms'
  | 'stamp'
  | 'evidence-record'
  | 'seal'
  | 'certificate'
  | 'crl'
  | 'ocsp'
  | 'checkpoint'
  | 'proof'
  | 'misbehaviour'
  | 'anchor'
  | 'unknown';

/** One time-stamp that a signature carries or that covers it, and what came of it. */
export interface StampReport {
  /** Over the signature value, over the whole document, or over the content before signing. */
  readonly over: 'signature' | 'document' | 'content';
  readonly is: Is;
  readonly because?: FlawCode;
  readonly time: string;
  readonly source: string;
  /** Who runs the clock, where operators.json names its key. */
  readonly operator?: string;
  readonly independence?: Independence;
}

/** The whole answer of the verifier about one file. */
/** One rule of an examination and what speaks against it. */
export interface ExaminedRule {
  readonly rule: ExaminationRule;
  /** `broken` where something is wrong, `open` where material is missing. */
  readonly is: 'met' | 'broken' | 'open' | 'not_applicable';
  readonly because: readonly { readonly part: string; readonly detail: string }[];
}

/** A package examined by the rules that platforms of courts ask of electronic evidence (S4-21). */
export interface Examination {
  /** Of the rules, so that an old examination can be told from a new one. */
  readonly version: string;
  readonly rules: readonly ExaminedRule[];
  /** Rules that are met, of those that could be asked. */
  readonly met: number;
  readonly asked: number;
  /** 成立, 存疑, 不成立: of authenticity alone, and never a chance of winning. */
  readonly conclusion: 'established' | 'doubtful' | 'refuted';
}

export interface Report {
  readonly file: string;
  readonly kind: FileKind;
  readonly is: Is;
  readonly because?: FlawCode;
  readonly etsi: Etsi;
  readonly signatures: readonly SignatureReport[];
  readonly evidence?: EvidenceReport;
  /** Of a package alone. */
  readonly examination?: Examination;
  readonly flaws: readonly Flaw[];
  readonly notices: readonly Notice[];
}

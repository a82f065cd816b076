/**
 * The verifier a court would choose: offline, strict, in the words of ETSI EN 319 102-1.
 */
export type { TrustFiles } from './anchors.ts';
export type { RevocationPolicy } from './etsi/context.ts';
export type { ExaminationRule } from './examination/rules.ts';
export { examinationRules } from './examination/rules.ts';
export { verifyFaults } from './faults.ts';
export type { Profile, VerifyOrder } from './judging.ts';
export { isSelfAttested, selfAttestedSentence } from './package/operators.ts';
export { verdictOf } from './report/findings.ts';
export { type FlawCode, flawRules } from './report/flaws.ts';
export { plainJson, shownPlainly } from './report/plain.ts';
export type {
  Etsi,
  EvidenceReport,
  Examination,
  ExaminedRule,
  FileKind,
  Flaw,
  Independence,
  Is,
  KeyReport,
  Law13,
  Law13Reason,
  Notice,
  NoticeCode,
  Report,
  SignatureReport,
  StampReport,
} from './report/report.ts';
export { noticeCodes } from './report/report.ts';
export { verify, verifyBytesMax } from './verify.ts';

/**
 * The verifier a court would choose: offline, strict, in the words of ETSI EN 319 102-1.
 */
export type { Profile } from './documents.ts';
export { verifyFaults } from './faults.ts';
export { verdictOf } from './findings.ts';
export { type FlawCode, flawRules } from './flaws.ts';
export { isSelfAttested, selfAttestedSentence } from './operators.ts';
export type {
  Etsi,
  EvidenceReport,
  Flaw,
  Independence,
  Is,
  KeyReport,
  Law13,
  Notice,
  NoticeCode,
  Report,
  SignatureReport,
} from './report.ts';
export { noticeCodes } from './report.ts';
export type { TrustFiles } from './trust.ts';
export { type VerifyOrder, verify, verifyBytesMax } from './verify.ts';

/** Evidence records (RFC 4998): proof of time that outlives algorithms and keys. */
export {
  type ArchiveStamp,
  type EvidenceRecord,
  parseEvidenceRecord,
  printEvidenceRecord,
} from './evidence-record.ts';
export { ersFaults } from './faults.ts';
export type { Covered, ReadRecord } from './read-record.ts';
export { coveredBy, readEvidenceRecord } from './read-record.ts';
export {
  firstImprint,
  groupTrees,
  rehashed,
  rehashImprint,
  renewalImprint,
  renewed,
} from './renewal.ts';
export { checkStampBy } from './stamp-check.ts';
export {
  type CheckedStamp,
  type CheckStamp,
  type RecordFlaw,
  type RecordVerdict,
  verifyEvidenceRecord,
} from './verify-record.ts';

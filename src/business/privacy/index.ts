/** What people may ask about their information, how long it is kept, and how it is forgotten. */
export {
  type Breach,
  Breaches,
  type BreachParts,
  type BreachStore,
  breachAudiences,
  noticeOf,
  untold,
} from './breaches.ts';
export {
  type CaseFacts,
  type DeletionOutcome,
  type FieldGroup,
} from './case-facts.ts';
export type { Changes, CorrectionParts } from './correction.ts';
export { Erasure, type ErasureParts } from './erasure.ts';
export { type FaceBook, FaceFiling, type FaceStanding } from './face-filing.ts';
export { privacyFaults } from './faults.ts';
export { type HoldParts, Holds, liftApproval } from './holds.ts';
export { type PortionParts, Portions } from './portions.ts';
export {
  type Asking,
  type CaseBook,
  type EpochWishes,
  type FourEyes,
  type Hold,
  type HoldAuthority,
  holdAuthorities,
  type PersonalRecords,
  type PrivacyShelf,
  type PrivacyStore,
  type RequestKind,
  type RequestStanding,
  type RightsRequest,
  type RunRow,
  requestKinds,
  requestStandings,
} from './ports.ts';
export {
  type KnownField,
  type KnownOfPerson,
  PersonalReport,
  type ReportParts,
} from './report.ts';
export {
  type HoldFact,
  type RecordFacts,
  type Retention,
  type RetentionRule,
  retentionOf,
} from './retention.ts';
export {
  RetentionRun,
  type RetentionRunParts,
  type RunLine,
  type RunReport,
} from './retention-run.ts';
export { type AnsweredRequest, type NewRequest, RightsDesk, type RightsParts } from './rights.ts';

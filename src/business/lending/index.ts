/** Loans: from first contact to the last repayment. */
export { Assessment, type HeadOf, refusalReasons } from './assessment.ts';
export { type CaseState, caseMoves, isCaseState, moved } from './case.ts';
export { Conclusion } from './conclusion.ts';
export { addDays, addMonths, type CalendarDate, parseDate } from './days.ts';
export { Disbursement } from './disbursement.ts';
export { type Entrance, entrances, isEntrance } from './entrance.ts';
export { lendingFaults } from './faults.ts';
export { decisionReasonsField, LoanFile, notCollectedField, receiptSalt } from './file.ts';
export { disburseJob, lenderSealJob, longTermJob, receiptJob } from './jobs.ts';
export { LenderDesk } from './lender-desk.ts';
export type { LoanParts } from './parts.ts';
export type {
  ChosenSeal,
  CoreBanking,
  CreditBureau,
  IdentityChecker,
  InstalmentRow,
  InstalmentStore,
  JobQueue,
  LenderSeal,
  LendingTenancy,
  Loan,
  LoanProduct,
  LoanStore,
  Outlets,
  PersonalValues,
  ProductShelf,
} from './ports.ts';
export { annualRatePercent, planOf } from './print-facts.ts';
export { type Opened, Reception } from './reception.ts';
export { DecisionReview, type ReviewOrder } from './review.ts';
export {
  type ContractRight,
  ContractRights,
  type RightAct,
  type RightEntry,
  type RightRows,
  type RightState,
  rightActs,
  rightOf,
} from './rights.ts';
export { rowOriginal } from './row-original.ts';
export {
  handwritingField,
  headOfShelf,
  SigningDesk,
  type SigningDeskParts,
} from './signing-desk.ts';
export { type EntriesDemanded, entriesDemanded } from './state-evidence.ts';
export { type Applicant, applicantFields, type Terms } from './terms.ts';

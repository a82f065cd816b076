/** Supervisors look through an institution to its evidence: signed, with a purpose, masked. */
export type { CaseEvidence, ShownEntry } from './contract-evidence.ts';
export { regulatorFaults } from './faults.ts';
export type { ShownParty } from './party.ts';
export type {
  ContractCursor,
  ContractFilter,
  ContractRow,
  DebtSum,
  Parties,
  RegulatorRows,
  RevisionDigest,
  Span,
  StateSum,
} from './ports.ts';
export {
  type Look,
  RegulatorDesk,
  type RegulatorParts,
  type ShownContract,
  type ShownDocument,
  type ShownInstitution,
  type ShownProduct,
} from './regulator-desk.ts';
export type { ProductSums } from './sums.ts';

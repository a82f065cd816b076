/** Cases as staff see them: lists, masked views, unmasking, decisions by a person. */
export {
  type Asker,
  CaseDesk,
  type CaseDeskParts,
  dayOf,
  type Search,
  type ShownCase,
  type ShownValue,
} from './cases.ts';
export { DecisionDesk, type DecisionParts } from './decision.ts';
export { deskFaults } from './faults.ts';
export { type MaskedField, masked, maskedFields } from './masks.ts';
export type {
  CaseCursor,
  CaseFilter,
  CaseRow,
  CaseRows,
  GrantStore,
  People,
  UnmaskGrant,
} from './ports.ts';
export { UnmaskDesk, type UnmaskOrder, type UnmaskParts } from './unmask.ts';

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
export {
  DocumentList,
  type DocumentRows,
  type ListedDocument,
  type ListedSignature,
} from './documents.ts';
export { deskFaults } from './faults.ts';
export {
  Glance,
  type GlanceRows,
  type HouseGlance,
  type LastSigned,
  type StampsWaiting,
  type WaitingWork,
} from './glance.ts';
export { type MaskedField, masked, maskedFields, type Sight, sights } from './masks.ts';
export {
  type Days,
  type Funnel,
  type FunnelStep,
  funnelSteps,
  Overview,
  type OverviewRows,
  type Satisfaction,
  type Scored,
  satisfactionOf,
  satisfactionScores,
  type Waiting,
} from './overview.ts';
export type {
  CaseCursor,
  CaseFilter,
  CaseRow,
  CaseRows,
  GrantStore,
  People,
  UnmaskGrant,
} from './ports.ts';
export { DeskRulebook, type DeskRules, type NamedCode } from './rules.ts';
export { UnmaskDesk, type UnmaskOrder, type UnmaskParts } from './unmask.ts';

/** Who may come in: borrowers by the token of their case, staff by login, machines by key. */

export { AddressMarks } from './address-marks.ts';
export { Approvals, type ShownApproval } from './approval.ts';
export type { AuthenticatorAnswer, AuthenticatorJudge, Challenge } from './authenticators.ts';
export {
  Authenticators,
  type Credential,
  type CredentialStore,
  type RelyingParty,
} from './authenticators.ts';
export { AccessBook, type AccessRules, type ReachKind } from './book.ts';
export { BreakGlass, type ShownGlass } from './break-glass.ts';
export type { Caller, StaffCaller } from './caller.ts';
export type { AskingClient, Client, ClientRecord } from './client.ts';
export { ClientDesk, clientTerms } from './client-desk.ts';
export { type ClientKey, type ClientKeyKind, messageKeyOf } from './client-keys.ts';
export { Duties } from './duties.ts';
export type { ActStore, ApprovalRow, ApprovalStanding, ApprovalStore } from './duty-ports.ts';
export { type GlassRow, type GlassStore } from './duty-ports.ts';
export { accessFaults } from './faults.ts';
export type { JournalQuery, JournalRow, JournalStore } from './journal.ts';
export { type AccessEvent, AccessJournal, type JournalDraft, rowBytes } from './journal.ts';
export {
  type BatchStore,
  type JournalBatch,
  JournalBatches,
  statementOf,
} from './journal-batches.ts';
export { MachineDoor } from './machine-door.ts';
export { machineFaults } from './machine-faults.ts';
export type { ClientStore, MarkKey, NonceStore, SecretBox } from './machine-ports.ts';
export { type OrgUnit, type OrgUnitStore, orgUnit, rootPath, rootUnit } from './org-unit.ts';
export { firstPassword } from './password.ts';
export { type Permission, permissions } from './permission.ts';
export type { Passwords, Register, SessionStore, StaffStore, TryStore } from './ports.ts';
export {
  type FoundSession,
  type KeptTexts,
  type StaffAccount,
  type Tries,
  type TryKey,
} from './ports.ts';
export { type RateName, type RateStore, rateFault, rateLimits, searchLimit } from './rate.ts';
export type { RequestFacts } from './request-facts.ts';
export { type By, type Reach, Rights, type Target } from './rights.ts';
export { type OpenedSession, Sessions } from './session.ts';
export type { IdentityProviders, SsoClaims, SsoClient, SsoSecrets } from './single-sign-on.ts';
export { SingleSignOn, type SsoAttempt, type SsoIssuer, type SsoStore } from './single-sign-on.ts';
export type { Factor, OpenGlass, Staff, StaffState } from './staff.ts';
export { type Enrolment, StaffDesk } from './staff-desk.ts';
export { office, requireReason, requireStaff, staffSubject } from './subjects.ts';
export { freshToken } from './token.ts';

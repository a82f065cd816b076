/** Documents, their reading, intents and certificates. */
export {
  ContractDesk,
  type ContractParts,
  type Drafted,
  type DraftOrder,
  type ReadDocument,
} from './desk.ts';
export {
  type Clause,
  type ConfirmedClause,
  concludedRevision,
  type DocumentKind,
  type DocumentRecord,
  documentKinds,
  type Fingerprint,
  type Slot,
} from './document.ts';
export { contractFaults } from './faults.ts';
export { codeSecondsMax, type Intent, intentSecondsMax, type Shown } from './intent.ts';
export { IntentDesk, type IntentParts } from './intent-desk.ts';
export { LongTermDesk, type LongTermDeskParts } from './long-term-desk.ts';
export type {
  CertificateHolder,
  CertificateKeys,
  CodeGateway,
  CodeOrder,
  DocumentStore,
  EventCertificate,
  IntentStore,
  Issuer,
  Originals,
  Press,
  Printed,
  PrintOrder,
} from './ports.ts';
export { type CaseReadingEvent, type Reading, type ReadingEvent, readingSoFar } from './reading.ts';

/** Documents, their reading, intents and certificates. */
export { ContractDesk, type ContractParts, type Drafted, type DraftOrder } from './desk.ts';
export {
  type DocumentKind,
  type DocumentRecord,
  documentKinds,
  type Fingerprint,
  type Slot,
} from './document.ts';
export { contractFaults } from './faults.ts';
export { type Intent, type Shown } from './intent.ts';
export { IntentDesk, type IntentParts } from './intent-desk.ts';
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
export { type Reading, type ReadingEvent, readingSoFar } from './reading.ts';

/** Signing by ticket: what is meant is recorded before any key is asked (PAdES B-T). */
export type { BeforeSigning, BeforeSigningFlaw, BeforeSigningVerdict } from './check.ts';
export { checkBeforeSigning } from './check.ts';
export { leaseSecondsMax, type SealFace } from './drafting.ts';
export { signingFaults } from './faults.ts';
export { LongTerm, type LongTermParts, type ProofMaterial } from './long-term.ts';
export {
  LongTermShelf,
  type LongTermShelfParts,
  type NextRaise,
  type ProofSource,
  type RaiseOrder,
} from './long-term-shelf.ts';
export {
  type SignaturePlace,
  type SigningOrder,
  type SigningParts,
  signAppended,
  signDocument,
} from './one-signature.ts';
export type {
  Cipher,
  CipherPlace,
  RevisionStore,
  SealRecorder,
  Stamper,
  Stamps,
  StoredRevision,
  StoredTicket,
  TicketEnd,
  TicketStanding,
  TicketStore,
  VoidReason,
} from './ports.ts';
export { prepareFields } from './prepared-fields.ts';
export { type Revision, RevisionShelf } from './revision-shelf.ts';
export {
  type Intention,
  type PreparedTicket,
  type Redemption,
  Sealer,
  type SealerParts,
  type SealOrder,
} from './sealer.ts';
export { parseTicket, type Ticket, type TicketState, ticketJson } from './ticket.ts';

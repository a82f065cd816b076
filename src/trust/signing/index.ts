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
  signingRoomBytes,
} from './one-signature.ts';
export type {
  Beside,
  Intention,
  PreparedTicket,
  Redemption,
  SealedTicket,
  SealerParts,
  SealOrder,
} from './orders.ts';
export type {
  Cipher,
  CipherPlace,
  FactRecorder,
  RevisionStore,
  SealFact,
  SealRecorder,
  Stamper,
  Stamps,
  StoredHead,
  StoredRevision,
  StoredTicket,
  TicketEnd,
  TicketPlace,
  TicketStanding,
  TicketStore,
  VoidReason,
} from './ports.ts';
export { prepareFields } from './prepared-fields.ts';
export { probed } from './probed.ts';
export { type Revision, type RevisionName, RevisionShelf } from './revision-shelf.ts';
export { Sealer } from './sealer.ts';
export { parseTicket, type Ticket, type TicketState, ticketJson } from './ticket.ts';

/**
 * An institution's seal key, which signs tickets and nothing else: the room's face.
 */
export {
  parseAuthorisation,
  printAuthorisation,
  type StandingAuthorisation,
} from './authorisation.ts';
export { keysFaults } from './faults.ts';
export type { IntentionProof } from './intention.ts';
export type {
  ActorKeys,
  AuthorisationStore,
  HeldSeal,
  SealJournal,
  SealStore,
} from './ports.ts';
export { type SealedTicket, SealKeys, type TicketOrder } from './seal-keys.ts';
export { parseTicketToSeal, type TicketToSeal } from './ticket.ts';

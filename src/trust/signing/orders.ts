/**
 * What the sealer is asked for, what it answers, and the parts it leans on.
 */
import type { Json } from '#base/canonical';
import type { Clock } from '#base/clock';
import type { Random } from '#base/random';
import type { TenantId, Unit, Units } from '#base/unit';
import type { Engine } from '#formats/crypto';
import type { SealFace } from './drafting.ts';
import type { Cipher, SealRecorder, Stamps, TicketStore } from './ports.ts';
import type { RevisionName, RevisionShelf } from './revision-shelf.ts';
import type { Ticket } from './ticket.ts';

export interface SealOrder {
  readonly tenant: TenantId;
  readonly caseId: string;
  readonly document: string;
  /** The kind of the document, such as `loan-contract`: what a seal's paper speaks of. */
  readonly kind: string;
  readonly face: SealFace;
  /** DER. */
  readonly certificate: Uint8Array;
  /** Entries that seal.intended leans on: `intent`, `certificate`. */
  readonly refs: Readonly<Record<string, string>>;
}

export interface PreparedTicket {
  readonly ticket: Ticket;
  /** The ticket as it goes over the wire. */
  readonly json: Json;
  /** The whole prepared revision, which the signer's device checks before it signs. */
  readonly revision: Uint8Array;
  readonly intention: Intention;
}

/** Where the intention stands in the log, and what opens its kind and its institution. */
export interface Intention {
  /** Hash of the entry seal.intended. */
  readonly entry: string;
  /** base64url. */
  readonly salts: { readonly kind: string; readonly institution: string };
}

export interface Redemption {
  readonly tenant: TenantId;
  readonly ticket: string;
  /** DER, over the ticket's signed attributes. */
  readonly signature: Uint8Array;
}

/** A redeemed ticket's revision; not new where the first answer is repeated. */
export interface SealedTicket {
  readonly revision: RevisionName;
  readonly isNew: boolean;
}

export interface SealerParts {
  readonly units: Units;
  readonly tickets: TicketStore;
  readonly shelf: RevisionShelf;
  readonly cipher: Cipher;
  readonly evidence: SealRecorder;
  readonly stamps: Stamps;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

/** What a caller does in the unit of its ticket or its seal: both come true, or neither. */
export interface Beside<Made> {
  /** What `before` locks: callers that share a unit lock in the order of these names. */
  readonly locks: string;
  /** Locks, reads, refuses; writes nothing, for a refusal in a shared unit takes nothing back. */
  readonly before: (unit: Unit) => Promise<void>;
  /** Writes what must be true at the same time. */
  readonly after?: (unit: Unit, made: Made) => Promise<void>;
}

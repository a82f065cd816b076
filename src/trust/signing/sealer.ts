/**
 * Seals one field of one document for a key that lives elsewhere: prepare, hand out a ticket,
 * redeem it (ETSI EN 319 142-1, PAdES B-T).
 *
 * The order is the product: what we mean to sign is in the evidence log before any key is asked, so
 * a crash can leave an intention without a signature, never a signature without an intention. Every
 * seal.intended ends in one seal.done or one attempt.void. Tickets live in the store and survive a
 * restart; recovery calls the same functions as the normal way.
 */
import { toBase64Url } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { addSeconds, type Clock, formatInstant, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { isUuid, uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, TenantId, Unit, Units } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { saltBytes } from '#formats/disclosure';
import type { TimestampToken } from '#formats/tsp';
import { parseCertificate } from '#formats/x509';
import {
  type DraftedTicket,
  draftTicket,
  printDraft,
  readDraft,
  type SealFace,
  sealedFile,
} from './drafting.ts';
import type {
  Cipher,
  CipherPlace,
  SealRecorder,
  Stamps,
  StoredTicket,
  TicketStore,
  VoidReason,
} from './ports.ts';
import type { Revision, RevisionShelf } from './revision-shelf.ts';
import { type Ticket, ticketJson } from './ticket.ts';

/** Less than this is not enough to sign, stamp and store. */
const certificateSecondsMin = 5;
/** A ticket this long past its lease is not being redeemed any more. */
const redeemSecondsMax = 30;
const recoveredMax = 100; // tickets ended by one call of `recover`

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

export class Sealer {
  readonly #parts: SealerParts;

  constructor(parts: SealerParts) {
    this.#parts = parts;
  }

  /** Fixes the bytes to be signed; the commit records the intention. Nothing is signed yet. */
  async prepare(order: SealOrder): Promise<Commit<PreparedTicket>> {
    const { units, shelf, engine, stamps } = this.#parts;
    // Step 1: the certificate has life left, the document is here. Nothing is written.
    const now = this.#timeToSign(order.certificate);
    const { base, newest } = await units.run(order.tenant, async (unit) => ({
      base: await shelf.read(unit, order.document, 0),
      newest: await shelf.read(unit, order.document),
    }));
    // Step 2: the revision, the attributes over it, the ticket. Still nothing is written.
    const { face, certificate } = order;
    const id = uuidv7(this.#parts);
    const drafted = await draftTicket({ id, base, newest, face, certificate, now }, engine);
    const json = ticketJson(drafted.ticket);
    // Step 3: a stamp over the ticket. A dead authority refuses here, before any key was asked.
    const probe = await stamps.stamp(canonicalBytes(json));
    // Step 4, one transaction: the intention, the ticket, the end of tickets it replaces. A crash
    // before the commit leaves nothing; after it, an intention that is redeemed or voided.
    return async (unit) => {
      for (const open of await this.#parts.tickets.openFor(unit, drafted.ticket)) {
        await this.#void(unit, open, 'superseded');
      }
      const intention = await this.#intend(unit, order, { drafted, newest, probe });
      return { ticket: drafted.ticket, json, revision: drafted.prepared, intention };
    };
  }

  /** Stamps and embeds the signature made for a ticket. A second call gets the first answer. */
  async seal(order: Redemption): Promise<Commit<Revision>> {
    const { units, engine } = this.#parts;
    // Step 1: the ticket, unspent, its lease still ours, its revision still the newest. A stale one
    // is prepared and signed again under the same intent; the person is not asked again.
    const held = await units.run(order.tenant, (unit) => this.#redeemable(unit, order.ticket));
    if (held.is === 'sealed') return async () => held.revision;
    // Step 2: the signature is for these attributes and by this certificate's key.
    const certificate = parseCertificate(held.drafted.ticket.certificate);
    const isOurs = await engine.verify({
      algorithm: 'ecdsa-sha256',
      publicKey: certificate.publicKey,
      signature: order.signature,
      message: held.drafted.ticket.signedAttrs,
    });
    if (!isOurs) throw new Fault('signing.signature_differs', { ticket: order.ticket });
    // Step 3: the stamp. Without one within the certificate's life the attempt is void and
    // recorded. A crash here leaves the ticket open: the same call does it again, or `recover`
    // ends it.
    const stamp = await this.#stampInTime(order, certificate);
    const parts = { signature: order.signature, timestampToken: stamp.der };
    const file = sealedFile(held.drafted, parts);
    // Step 4, one transaction: the revision, the spent ticket, seal.done. Of two that were prepared
    // on one revision the second finds its place taken: signing.ticket_stale.
    return (unit) => this.#finish(unit, order, { file, stamp });
  }

  /** Ends tickets that nobody redeemed in time. Run it at a start and now and then. */
  async recover(tenant: TenantId): Promise<number> {
    const { units, tickets, clock } = this.#parts;
    const before = addSeconds(clock.now(), -redeemSecondsMax);
    return units.run(tenant, async (unit) => {
      const left = await tickets.openBefore(unit, before, recoveredMax);
      for (const ticket of left) await this.#void(unit, ticket, 'lease_over');
      return left.length;
    });
  }

  #timeToSign(certificate: Uint8Array): Instant {
    const now = this.#parts.clock.now();
    const { notBefore, notAfter } = parseCertificate(certificate);
    if (now < notBefore || addSeconds(now, certificateSecondsMin) > notAfter) {
      throw new Fault('signing.certificate_expired');
    }
    return now;
  }

  async #intend(
    unit: Unit,
    order: SealOrder,
    made: { drafted: DraftedTicket; newest: Revision; probe: TimestampToken },
  ): Promise<Intention> {
    const { ticket, prepared } = made.drafted;
    const salts = { kind: this.#salt(), institution: this.#salt() };
    const { subject, number } = made.newest;
    const { caseId, document } = order;
    const { hash } = await this.#parts.evidence.record(unit, {
      caseId,
      type: 'seal.intended',
      subject,
      disclosures: [
        ...described(ticket),
        { name: 'kind', value: order.kind, salt: salts.kind },
        { name: 'institution', value: order.tenant, salt: salts.institution },
      ],
      of: [
        { name: 'prepared', bytes: prepared },
        { name: 'certificate', bytes: ticket.certificate },
        { name: 'ticket', bytes: canonicalBytes(ticketJson(ticket)) },
        { name: 'probe', bytes: made.probe.der },
      ],
      refs: order.refs,
    });
    const { id, field, leaseUntil } = ticket;
    const draft = printDraft(made.drafted, made.newest);
    const sealed = await this.#parts.cipher.seal(unit, cipherPlace({ id, subject }), draft);
    const place = { id, document, field, caseId, subject, on: number, leaseUntil };
    const open = { standing: 'open', because: undefined } as const;
    await this.#parts.tickets.add(unit, { ...place, ...open, intended: hash, sealed });
    return { entry: hash, salts };
  }

  #salt(): string {
    return toBase64Url(this.#parts.random.bytes(saltBytes));
  }

  async #redeemable(unit: Unit, id: string): Promise<Held> {
    const { tickets, shelf, cipher, engine, clock } = this.#parts;
    const ticket = isUuid(id) ? await tickets.lock(unit, id) : undefined;
    if (ticket === undefined) throw new Fault('signing.ticket_unknown');
    if (ticket.standing === 'sealed') {
      return { is: 'sealed', revision: await shelf.read(unit, ticket.document, ticket.on + 1) };
    }
    refuseVoid(ticket);
    const newest = await shelf.newest(unit, ticket.document);
    if (ticket.leaseUntil <= clock.now() || newest !== ticket.on) throw stale(ticket);
    const on = await shelf.read(unit, ticket.document, ticket.on);
    const bytes = await cipher.open(unit, cipherPlace(ticket), ticket.sealed);
    return { is: 'open', drafted: await readDraft(bytes, on, engine) };
  }

  async #stampInTime(order: Redemption, life: { notBefore: Instant; notAfter: Instant }) {
    const { stamps, clock, units, tickets } = this.#parts;
    const stamp = await stamps.stamp(order.signature).catch((thrown: unknown) => {
      // While the certificate lives the same call may be made again; the ticket stays open.
      if (!(thrown instanceof Fault) || clock.now() <= life.notAfter) throw thrown;
      return undefined;
    });
    if (stamp !== undefined && stamp.time >= life.notBefore && stamp.time <= life.notAfter) {
      return stamp;
    }
    await units.run(order.tenant, async (unit) => {
      const ticket = await tickets.lock(unit, order.ticket);
      if (ticket?.standing === 'open') await this.#void(unit, ticket, 'stamp_missing');
    });
    throw new Fault('signing.attempt_void', { ticket: order.ticket });
  }

  async #finish(
    unit: Unit,
    order: Redemption,
    made: { file: Uint8Array; stamp: TimestampToken },
  ): Promise<Revision> {
    const { tickets, shelf, evidence } = this.#parts;
    const ticket = await tickets.lock(unit, order.ticket);
    if (ticket === undefined) throw new Fault('signing.ticket_unknown', { ticket: order.ticket });
    const { document, subject, caseId } = ticket;
    // Another call with the same ticket was faster: its signature is the one that stands.
    if (ticket.standing === 'sealed') return shelf.read(unit, document, ticket.on + 1);
    refuseVoid(ticket);
    const place = { document, subject, number: ticket.on + 1 };
    const revision = await shelf.append(unit, place, made.file);
    await tickets.end(unit, ticket.id, { standing: 'sealed' });
    await evidence.record(unit, {
      caseId,
      type: 'seal.done',
      subject,
      disclosures: [
        ...described(ticket),
        { name: 'revision', value: revision.number },
        { name: 'stampedAt', value: formatInstant(made.stamp.time) },
      ],
      of: [
        { name: 'revision', bytes: made.file },
        { name: 'signature', bytes: order.signature },
        { name: 'stamp', bytes: made.stamp.der },
      ],
      refs: { intended: ticket.intended },
    });
    return revision;
  }

  /** Every intention that will not be carried out says so in the log. */
  async #void(unit: Unit, ticket: StoredTicket, because: VoidReason): Promise<void> {
    await this.#parts.tickets.end(unit, ticket.id, { standing: 'void', because });
    await this.#parts.evidence.record(unit, {
      caseId: ticket.caseId,
      type: 'attempt.void',
      subject: ticket.subject,
      disclosures: [...described(ticket), { name: 'because', value: because }],
      of: [],
      refs: { intended: ticket.intended },
    });
  }
}

type Held =
  | { readonly is: 'sealed'; readonly revision: Revision }
  | { readonly is: 'open'; readonly drafted: DraftedTicket };

function cipherPlace(ticket: { id: string; subject: string }): CipherPlace {
  return { subject: ticket.subject, field: `ticket:${ticket.id}` };
}

function described(ticket: { id: string; document: string; field: string }) {
  return [
    { name: 'document', value: ticket.document },
    { name: 'field', value: ticket.field },
    { name: 'ticket', value: ticket.id },
  ];
}

function refuseVoid(ticket: StoredTicket): void {
  if (ticket.standing !== 'void') return;
  if (ticket.because !== 'stamp_missing') throw stale(ticket);
  throw new Fault('signing.attempt_void', { ticket: ticket.id });
}

/** Not retryable: the same ticket stays stale. Whoever holds it prepares another one. */
function stale(ticket: StoredTicket): Fault {
  return new Fault('signing.ticket_stale', { ticket: ticket.id });
}

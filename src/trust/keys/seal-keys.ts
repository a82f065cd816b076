/**
 * Signs tickets with an institution's seal key, under a written standing authorisation (law 1).
 *
 * Nobody hands this room bytes to sign: it takes a ticket and the recorded intention that commits
 * to it, reads what would be signed from the ticket's signed attributes, and refuses what binds
 * another certificate or claims no lease. Each tenant has seals, papers and a journal of its own.
 * The write-once journal says what was meant before the key is used, so a stolen server cannot make
 * the seal sign unseen. The same ticket gets the same signature for ever.
 */
import { equal, fromBase64, toBase64 } from '#base/bytes';
import { canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { addSeconds, type Clock, formatInstant } from '#base/clock';
import { assert, Fault, faultCode } from '#base/fault';
import { parseSignedAttributes } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import { parseCertificate } from '#formats/x509';
import { parseAuthorisation, type StandingAuthorisation } from './authorisation.ts';
import { type IntentionProof, provedIntention } from './intention.ts';
import type { ActorKeys, AuthorisationStore, HeldSeal, SealJournal, SealStore } from './ports.ts';
import { parseTicketToSeal, type TicketToSeal } from './ticket.ts';

/** As long as a ticket may live (trust/signing), and a little for two clocks. */
const leaseSecondsMax = 65;
/** RFC 5652 §4: the content type of a document's signature. */
const idData = '1.2.840.113549.1.7.1';

export interface TicketOrder {
  readonly tenant: string;
  readonly seal: string;
  /** The id of the standing authorisation the caller acts under. */
  readonly authorisation: string;
  /** The kind of the ticket's document, as the recorded intention commits to it. */
  readonly kind: string;
  /** That the intention stands in the log, for this ticket, tenant and kind (law 5). */
  readonly intention: IntentionProof;
}

export interface SealedTicket {
  readonly signature: Uint8Array;
  /** SHA-256 of the authorisation's text. */
  readonly authorisationSha256: Uint8Array;
}

interface Judged {
  readonly order: TicketOrder;
  readonly ticket: TicketToSeal;
  readonly held: HeldSeal;
  readonly authorised: StandingAuthorisation;
  readonly authorisationSha256: Uint8Array;
  readonly ticketSha256: Uint8Array;
  readonly entrySha256: Uint8Array;
}

export class SealKeys {
  readonly #seals: SealStore;
  readonly #authorisations: AuthorisationStore;
  readonly #actors: ActorKeys;
  readonly #journal: SealJournal;
  readonly #engine: Engine;
  readonly #clock: Clock;

  constructor(parts: {
    seals: SealStore;
    authorisations: AuthorisationStore;
    actors: ActorKeys;
    journal: SealJournal;
    engine: Engine;
    clock: Clock;
  }) {
    this.#seals = parts.seals;
    this.#authorisations = parts.authorisations;
    this.#actors = parts.actors;
    this.#journal = parts.journal;
    this.#engine = parts.engine;
    this.#clock = parts.clock;
  }

  async signTicket(ticket: Json, order: TicketOrder): Promise<SealedTicket> {
    // Step 1: read the ticket and the authorisation; refuse what the paper does not cover.
    const judged = await this.#judge(ticket, order);
    // Step 2: a ticket signed before is answered as before, also after its lease.
    const before = await this.#signatureOf(judged);
    if (before !== undefined) return before;
    this.#checkTimes(judged);
    // Step 3: write down what is meant. A crash after this leaves an intention without a
    // signature; the same ticket, asked again, then signs. Another ticket of that name never does.
    await this.#intend(judged);
    // Step 4: sign, and keep the signature before anybody sees it.
    return this.#sign(judged);
  }

  async #judge(json: Json, order: TicketOrder): Promise<Judged> {
    const ticket = parseTicketToSeal(json);
    const held = await this.#seals.open(order.tenant, order.seal);
    if (held === undefined) throw new Fault('keys.seal_unknown', { seal: order.seal });
    const text = await this.#authorisations.authorisation(order.tenant, order.authorisation);
    if (text === undefined) throw new Fault('keys.authorisation_unknown');
    const authorised = parseAuthorisation(text);
    checkCovers(authorised, order);
    await this.#checkAttributes(ticket, held);
    const known = { actors: this.#actors, engine: this.#engine };
    const entrySha256 = await provedIntention(order, { json, ticket }, known);
    return {
      order,
      ticket,
      held,
      authorised,
      authorisationSha256: await this.#engine.digest('sha256', text),
      ticketSha256: await this.#engine.digest('sha256', canonicalBytes(json)),
      entrySha256,
    };
  }

  /** What is signed must be a document's attributes, bound to this seal's own certificate. */
  async #checkAttributes(ticket: TicketToSeal, held: HeldSeal): Promise<void> {
    if (!equal(ticket.certificate, held.certificate)) throw new Fault('keys.certificate_differs');
    const attributes = parseSignedAttributes(ticket.signedAttrs);
    const certificateSha256 = await this.#engine.digest('sha256', held.certificate);
    if (
      attributes.contentType !== idData ||
      !equal(attributes.certificateSha256, certificateSha256)
    ) {
      throw new Fault('keys.signs_other_certificate');
    }
    const { publicKey } = parseCertificate(held.certificate);
    if (!equal(publicKey, held.signer.publicKey)) throw new Fault('keys.certificate_differs');
  }

  #checkTimes(judged: Judged): void {
    const now = this.#clock.now();
    if (judged.ticket.leaseUntil <= now) throw new Fault('keys.ticket_stale');
    // A ticket is for now: one that could be kept and used later is no ticket.
    if (judged.ticket.leaseUntil > addSeconds(now, leaseSecondsMax)) {
      throw new Fault('keys.lease_too_long');
    }
    const { notBefore, notAfter } = parseCertificate(judged.held.certificate);
    if (now < notBefore || now > notAfter) throw new Fault('keys.certificate_expired');
    if (now < judged.authorised.from || now >= judged.authorised.until) {
      throw new Fault('keys.not_authorised_now');
    }
  }

  async #signatureOf(judged: Judged): Promise<SealedTicket | undefined> {
    const record = await this.#journal.get(`${judged.order.tenant}/signed/${judged.ticket.id}`);
    return record === undefined ? undefined : readSigned(record, judged.ticketSha256);
  }

  async #intend(judged: Judged): Promise<void> {
    const { order, ticket } = judged;
    const intention = canonicalBytes({
      v: 1,
      ticket: toBase64(judged.ticketSha256),
      document: ticket.document,
      kind: order.kind,
      entry: toBase64(judged.entrySha256),
      tenant: order.tenant,
      seal: order.seal,
      authorisation: toBase64(judged.authorisationSha256),
      signs: toBase64(await this.#engine.digest('sha256', ticket.signedAttrs)),
    });
    await this.#keep(`${order.tenant}/intended/${ticket.id}`, intention);
    // A record of its own: of the same ticket asked again after a crash only the time differs.
    const at = canonicalBytes({ v: 1, at: formatInstant(this.#clock.now()) });
    await this.#keepFirst(`${order.tenant}/times/${ticket.id}`, at);
  }

  async #sign(judged: Judged): Promise<SealedTicket> {
    const signature = await judged.held.signer.sign(judged.ticket.signedAttrs);
    const record = canonicalBytes({
      v: 1,
      ticket: toBase64(judged.ticketSha256),
      signature: toBase64(signature),
      authorisation: toBase64(judged.authorisationSha256),
    });
    // Of two calls at once one signature is kept; the other never leaves this function.
    const kept = await this.#keepFirst(`${judged.order.tenant}/signed/${judged.ticket.id}`, record);
    return readSigned(kept, judged.ticketSha256);
  }

  async #keep(name: string, bytes: Uint8Array): Promise<void> {
    if (!equal(await this.#keepFirst(name, bytes), bytes)) throw new Fault('keys.ticket_spent');
  }

  /** Answers what stands there now: these bytes, or those that were first. */
  async #keepFirst(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    try {
      await this.#journal.putOnce(name, bytes);
    } catch (thrown) {
      if (faultCode(thrown) !== 'objects.exists_differently') throw thrown;
    }
    return (await this.#journal.get(name)) ?? bytes;
  }
}

function checkCovers(authorised: StandingAuthorisation, order: TicketOrder): void {
  if (authorised.id !== order.authorisation || authorised.tenant !== order.tenant) {
    throw new Fault('keys.authorisation_unknown');
  }
  if (authorised.seal !== order.seal) throw new Fault('keys.seal_not_authorised');
  if (!authorised.documents.includes(order.kind)) {
    throw new Fault('keys.document_not_authorised', { kind: order.kind });
  }
}

function readSigned(record: Uint8Array, ticketSha256: Uint8Array): SealedTicket {
  const value = parseCanonical(record);
  const members = new Map(Object.entries<Json>(value === null ? {} : Object(value)));
  const bytes = (name: string): Uint8Array => {
    const member = members.get(name);
    assert(typeof member === 'string', 'the journal holds what this room wrote');
    return fromBase64(member);
  };
  if (!equal(bytes('ticket'), ticketSha256)) throw new Fault('keys.ticket_spent');
  return { signature: bytes('signature'), authorisationSha256: bytes('authorisation') };
}

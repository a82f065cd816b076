/**
 * The second half of signing: the signature is held against its ticket and stamped, each by itself;
 * then those that are ready at one moment become revisions in one transaction.
 */
import { formatInstant, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { isUuid } from '#base/id';
import type { Outcome, Unit } from '#base/unit';
import { type DraftedTicket, isOver, readDraft, sealedOriginal, sealedPart } from './drafting.ts';
import type { KeptDrafts } from './kept-drafts.ts';
import type { Redemption, SealedTicket, SealerParts } from './orders.ts';
import type { SealFact, StoredTicket } from './ports.ts';
import type { RevisionName } from './revision-shelf.ts';
import {
  cipherPlace,
  described,
  endVoid,
  recordFacts,
  refuseVoid,
  staleTicket,
} from './ticket-facts.ts';

/** A signature with its stamp, in no file yet. */
export interface StampedSignature {
  readonly is: 'stamped';
  readonly order: Redemption;
  readonly drafted: DraftedTicket;
  readonly stamp: { readonly der: Uint8Array; readonly time: Instant };
}

/** A ticket that is to become a revision. */
interface ReadyTicket {
  readonly ticket: StoredTicket;
  readonly stamped: StampedSignature;
  /** Behind the revision that the ticket was prepared on. */
  readonly appended: Uint8Array;
}

/** What a ticket's row says of a signature: an answer already, or that there is none yet. */
type Judged =
  | { readonly is: 'ready'; readonly ready: ReadyTicket }
  | { readonly is: 'answered'; readonly outcome: Outcome<SealedTicket> };

type Held = { readonly is: 'sealed'; readonly revision: RevisionName };

export class Sealing {
  readonly #parts: SealerParts;
  readonly #kept: KeptDrafts;

  constructor(parts: SealerParts, kept: KeptDrafts) {
    this.#parts = parts;
    this.#kept = kept;
  }

  async stamped(order: Redemption): Promise<StampedSignature | Held> {
    const { units, engine, clock } = this.#parts;
    // Step 1: the ticket, unspent, its lease still ours, its revision still the newest. A stale one
    // is prepared and signed again under the same intent; the person is not asked again.
    const kept = this.#kept.find(order.tenant, order.ticket, clock.now());
    const drafted =
      kept ?? (await units.run(order.tenant, (unit) => this.#redeemable(unit, order.ticket)));
    if ('is' in drafted) return drafted;
    // Step 2: the signature is for these attributes and by this certificate's key.
    const isOurs = await engine.verify({
      algorithm: 'ecdsa-sha256',
      publicKey: drafted.certificate.publicKey,
      signature: order.signature,
      message: drafted.ticket.signedAttrs,
    });
    if (!isOurs) throw new Fault('signing.signature_differs', { ticket: order.ticket });
    // Step 3: the stamp. Without one within the certificate's life the attempt is void and
    // recorded. A crash here leaves the ticket open: the same call does it again, or `recover`
    // ends it.
    return { is: 'stamped', order, drafted, stamp: await this.#stampInTime(order, drafted) };
  }

  /**
   * Step 4, in one transaction: the revisions, the spent tickets, an entry seal.done for each. Of
   * two that were prepared on one revision the second finds its place taken: signing.ticket_stale.
   */
  async finish(
    unit: Unit,
    signatures: readonly StampedSignature[],
  ): Promise<readonly Outcome<SealedTicket>[]> {
    const { tickets, cipher } = this.#parts;
    const ids = signatures.map(({ order }) => order.ticket);
    const rows = new Map((await tickets.lock(unit, ids)).map((row) => [row.id, row] as const));
    cipher.ready?.(unit, [...new Set([...rows.values()].map(({ subject }) => subject))]);
    const documents = new Set<string>();
    const judged: Judged[] = [];
    for (const one of signatures) {
      const { document } = one.drafted.ticket;
      // Of two for one document the second is stale, or a repetition, once the first has landed.
      const is = documents.has(document) ? later : await this.#judge(unit, one, rows);
      judged.push(is);
      if (is.is === 'ready') documents.add(document);
    }
    const ready = judged.flatMap((one) => (one.is === 'ready' ? [one.ready] : []));
    const landed = await this.#land(unit, ready);
    return judged.map((one) => {
      if (one.is === 'answered') return one.outcome;
      const revision = landed.get(one.ready);
      if (revision !== undefined) return { is: 'ok', value: { revision, isNew: true } };
      return { is: 'refused', because: staleTicket(one.ready.ticket.id) };
    });
  }

  /** Without the rows of tickets and their entries where another revision was first. */
  async #land(
    unit: Unit,
    ready: readonly ReadyTicket[],
  ): Promise<ReadonlyMap<ReadyTicket, RevisionName>> {
    const { tickets, shelf, evidence } = this.#parts;
    if (ready.length === 0) return new Map();
    const facts = await Promise.all(ready.map((one) => doneFact(one)));
    const next = ready.map(({ ticket, stamped, appended }, at) => ({
      document: ticket.document,
      subject: ticket.subject,
      number: ticket.on + 1,
      pieces: [stamped.drafted.on.newest.bytes, appended],
      ...facts[at]?.known,
    }));
    const revisions = await shelf.appendAll(unit, next);
    const landed = new Map<ReadyTicket, RevisionName>();
    for (const [at, one] of ready.entries()) {
      const revision = revisions[at];
      if (revision !== undefined) landed.set(one, revision);
    }
    const done = facts.filter((_, at) => revisions[at] !== undefined);
    const spent = [...landed.keys()].map(({ ticket }) => ticket.id);
    if (spent.length > 0) await tickets.end(unit, spent, { standing: 'sealed' });
    await recordFacts(unit, evidence, done);
    // Whoever was prepared on the revision before is stale, and hears so before a stamp is asked.
    for (const { document } of ready.map(({ ticket }) => ticket)) {
      this.#kept.forget(unit.tenant, { document });
    }
    return landed;
  }

  async #judge(
    unit: Unit,
    stamped: StampedSignature,
    rows: ReadonlyMap<string, StoredTicket>,
  ): Promise<Judged> {
    const { shelf, cipher } = this.#parts;
    try {
      const ticket = rows.get(stamped.order.ticket);
      if (ticket === undefined) {
        throw new Fault('signing.ticket_unknown', { ticket: stamped.order.ticket });
      }
      // Another call with the same ticket was faster: its signature is the one that stands.
      if (ticket.standing === 'sealed') {
        const revision = await shelf.read(unit, ticket.document, ticket.on + 1);
        return { is: 'answered', outcome: { is: 'ok', value: { revision, isNew: false } } };
      }
      refuseVoid(ticket);
      // Who was erased or restricted since the ticket was prepared refuses here.
      await cipher.open(unit, cipherPlace(ticket), ticket.sealed);
      const { order, drafted, stamp } = stamped;
      if (isOver(drafted)) throw staleTicket(ticket.id);
      const parts = { signature: order.signature, timestampToken: stamp.der };
      const appended = sealedPart(drafted, parts);
      return { is: 'ready', ready: { ticket, stamped, appended } };
    } catch (because) {
      if (!(because instanceof Fault)) throw because;
      return { is: 'answered', outcome: { is: 'refused', because } };
    }
  }

  async #redeemable(unit: Unit, id: string): Promise<Held | DraftedTicket> {
    const { tickets, shelf, cipher, clock } = this.#parts;
    const [ticket] = isUuid(id) ? await tickets.lock(unit, [id]) : [];
    if (ticket === undefined) throw new Fault('signing.ticket_unknown');
    if (ticket.standing === 'sealed') {
      return { is: 'sealed', revision: await shelf.read(unit, ticket.document, ticket.on + 1) };
    }
    refuseVoid(ticket);
    const newest = await shelf.newest(unit, ticket.document);
    if (ticket.leaseUntil <= clock.now() || newest !== ticket.on) throw staleTicket(id);
    const on = await shelf.readOn(unit, ticket.document, ticket.on);
    const bytes = await cipher.open(unit, cipherPlace(ticket), ticket.sealed);
    const drafted = await readDraft(bytes, on);
    if (drafted === undefined) throw staleTicket(id);
    return drafted;
  }

  async #stampInTime(order: Redemption, { certificate }: DraftedTicket) {
    const { stamps, clock, units, tickets, evidence } = this.#parts;
    const { notBefore, notAfter } = certificate;
    const stamp = await stamps.stamp(order.signature).catch((thrown: unknown) => {
      // While the certificate lives the same call may be made again; the ticket stays open.
      if (!(thrown instanceof Fault) || clock.now() <= notAfter) throw thrown;
      return undefined;
    });
    if (stamp !== undefined && stamp.time >= notBefore && stamp.time <= notAfter) return stamp;
    await units.run(order.tenant, async (unit) => {
      const locked = await tickets.lock(unit, [order.ticket]);
      const ended = locked.filter(({ standing }) => standing === 'open');
      const facts = await endVoid(unit, tickets, { ended, because: 'stamp_missing' });
      await recordFacts(unit, evidence, facts);
    });
    throw new Fault('signing.attempt_void', { ticket: order.ticket });
  }
}

const later: Judged = { is: 'answered', outcome: { is: 'alone' } };

async function doneFact({ ticket, stamped, appended }: ReadyTicket) {
  const { order, drafted, stamp } = stamped;
  const { original, ...known } = await sealedOriginal(drafted, appended);
  const fact: SealFact = {
    type: 'seal.done',
    subject: ticket.subject,
    disclosures: [
      ...described(ticket),
      { name: 'revision', value: ticket.on + 1 },
      { name: 'stampedAt', value: formatInstant(stamp.time) },
    ],
    of: [
      original,
      { name: 'signature', bytes: order.signature },
      { name: 'stamp', bytes: stamp.der },
    ],
    refs: { intended: ticket.intended },
  };
  return { caseId: ticket.caseId, fact, known };
}

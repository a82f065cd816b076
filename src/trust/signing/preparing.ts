/**
 * The first half of signing, for one ticket or for all that wait at one moment: what is to be
 * signed is fixed, stamped and recorded before any key is asked.
 */
import { equal, toBase64, toBase64Url } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { addSeconds, type Instant } from '#base/clock';
import { assert, Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Outcome, TenantId, Unit } from '#base/unit';
import { saltBytes } from '#formats/disclosure';
import { type Certificate, parseCertificate } from '#formats/x509';
import {
  type DraftedTicket,
  draftTicket,
  joined,
  preparedOriginal,
  printDraft,
} from './drafting.ts';
import type { KeptDrafts } from './kept-drafts.ts';
import type { PreparedTicket, SealerParts, SealOrder } from './orders.ts';
import type { SealFact, StoredTicket } from './ports.ts';
import type { DocumentHead } from './revision-shelf.ts';
import { ticketJson } from './ticket.ts';
import { cipherPlace, described, endVoid, recordFacts } from './ticket-facts.ts';

/** Less than this is not enough to sign, stamp and store. */
const certificateSecondsMin = 5;

/** Room for a stamp with its certificate; where the one before the key is larger, twice that. */
const stampBytesMin = 4_096;

/** What stands in an entry about a stamp that was had before the key. */
type Probe = readonly { readonly name: string; readonly bytes: Uint8Array }[];

/** A ticket that is drawn and stands nowhere yet. */
interface DrawnTicket {
  readonly order: SealOrder;
  readonly drafted: DraftedTicket;
  readonly json: Json;
  readonly text: Uint8Array;
}

/** Tickets that are prepared together, and the one stamp over all of them. */
interface DrawnTickets {
  readonly outcomes: readonly Outcome<DrawnTicket>[];
  readonly probe: Probe;
}

export class Preparing {
  readonly #parts: SealerParts;
  readonly #kept: KeptDrafts;
  #stampBytes = stampBytesMin;
  /** A seal has one certificate for years: reading it is a tenth of a signature. */
  #lastRead: Certificate | undefined;

  constructor(parts: SealerParts, kept: KeptDrafts) {
    this.#parts = parts;
    this.#kept = kept;
  }

  /** Steps 1 to 3: documents read, revisions drawn, a stamp had. Nothing is written. */
  async draw(tenant: TenantId, orders: readonly SealOrder[]): Promise<DrawnTickets> {
    const { units, shelf } = this.#parts;
    const documents = [...new Set(orders.map(({ document }) => document))];
    const heads = await units.run(tenant, (unit) => shelf.heads(unit, documents));
    const outcomes = await this.#drawAll(orders, heads);
    try {
      const probe = await this.#probe(outcomes.flatMap(valueOf));
      const [stamp] = probe;
      if (stamp === undefined || stamp.bytes.length <= this.#stampBytes) return { outcomes, probe };
      // An authority with larger stamps than any so far: found out before a key was asked.
      this.#stampBytes = 2 * stamp.bytes.length;
      const again = await this.#drawAll(orders, heads);
      return { outcomes: again, probe: await this.#probe(again.flatMap(valueOf)) };
    } catch (because) {
      if (!(because instanceof Fault)) throw because;
      const refused = { is: 'refused', because } as const;
      return { outcomes: outcomes.map((one) => (one.is === 'ok' ? refused : one)), probe: [] };
    }
  }

  /** Step 4, in one transaction: the intentions, the tickets, the end of tickets they replace. */
  async intend(
    unit: Unit,
    drawn: readonly DrawnTicket[],
    probe: Probe,
  ): Promise<readonly Outcome<PreparedTicket>[]> {
    const { tickets, cipher, evidence, clock } = this.#parts;
    if (drawn.length === 0) return [];
    const places = drawn.map(({ drafted }) => drafted.ticket);
    const ended = await tickets.openFor(unit, places);
    const voids = await endVoid(unit, tickets, { ended, because: 'superseded' });
    cipher.ready?.(unit, [...new Set(drawn.map(({ drafted }) => drafted.on.newest.subject))]);
    const salts = drawn.map(() => this.#salts());
    const facts = await Promise.all(
      drawn.map(async (one, at) => ({
        caseId: one.order.caseId,
        fact: await this.#fact(one, { salts: salts[at], probe }),
      })),
    );
    const hashes = await recordFacts(unit, evidence, [...voids, ...facts]);
    const rows = await Promise.all(
      drawn.map(async ({ order, drafted }, at): Promise<StoredTicket> => {
        const { id, document, field, leaseUntil } = drafted.ticket;
        const { subject, number } = drafted.on.newest;
        const intended = hashes[voids.length + at] ?? '';
        const place = { id, document, field, caseId: order.caseId, subject, on: number };
        const sealed = await cipher.seal(unit, cipherPlace(place), printDraft(drafted));
        return { ...place, leaseUntil, standing: 'open', because: undefined, intended, sealed };
      }),
    );
    await tickets.add(unit, rows);
    this.#kept.forgetBefore(clock.now());
    return drawn.map(({ order, drafted, json }, at) => {
      // Should this unit fail, its ticket is known to nobody who could redeem it.
      this.#kept.keep(order.tenant, drafted);
      const [row, own] = [rows[at], salts[at]];
      assert(row !== undefined && own !== undefined, 'each ticket has its row');
      const intention = { entry: row.intended, salts: own };
      return { is: 'ok', value: preparedTicket({ drafted, json, intention }) };
    });
  }

  async #drawAll(
    orders: readonly SealOrder[],
    heads: ReadonlyMap<string, Outcome<DocumentHead>>,
  ): Promise<readonly Outcome<DrawnTicket>[]> {
    const now = this.#parts.clock.now();
    const places = new Set<string>();
    const outcomes: Outcome<DrawnTicket>[] = [];
    for (const order of orders) {
      const place = `${order.face.field} ${order.document}`;
      // Of two tickets for one place the later ends the earlier: in units of their own.
      outcomes.push(places.has(place) ? { is: 'alone' } : await this.#draw(order, heads, now));
      places.add(place);
    }
    return outcomes;
  }

  async #draw(
    order: SealOrder,
    heads: ReadonlyMap<string, Outcome<DocumentHead>>,
    now: Instant,
  ): Promise<Outcome<DrawnTicket>> {
    try {
      const certificate = this.#timeToSign(order.certificate, now);
      const { document, face } = order;
      const head = heads.get(document);
      if (head === undefined) throw new Fault('signing.document_unknown', { document });
      if (head.is !== 'ok') return head;
      const wish = { id: uuidv7(this.#parts), head: head.value, face, certificate, now };
      const stampBytes = this.#stampBytes;
      const drafted = await draftTicket({ ...wish, stampBytes }, this.#parts.engine);
      const json = ticketJson(drafted.ticket);
      return { is: 'ok', value: { order, drafted, json, text: canonicalBytes(json) } };
    } catch (because) {
      if (because instanceof Fault) return { is: 'refused', because };
      throw because;
    }
  }

  /**
   * A stamp over the tickets: a dead authority refuses here, before any key was asked. Those that
   * wait together have one, over the list of their digests.
   */
  async #probe(drawn: readonly DrawnTicket[]): Promise<Probe> {
    const { stamps, engine } = this.#parts;
    const [only, ...others] = drawn;
    if (only === undefined) return [];
    if (others.length === 0) {
      return [{ name: 'probe', bytes: (await stamps.stamp(only.text)).der }];
    }
    const digests = await Promise.all(drawn.map(({ text }) => engine.digest('sha256', text)));
    const list = canonicalBytes(digests.map(toBase64));
    const { der } = await stamps.stamp(list);
    return [
      { name: 'probe', bytes: der },
      { name: 'probed', bytes: list },
    ];
  }

  async #fact(
    { order, drafted, text }: DrawnTicket,
    { salts, probe }: { salts: Salts | undefined; probe: Probe },
  ): Promise<SealFact> {
    const { ticket, on } = drafted;
    assert(salts !== undefined, 'each intention has its salts');
    return {
      type: 'seal.intended',
      subject: on.newest.subject,
      disclosures: [
        ...described(ticket),
        { name: 'kind', value: order.kind, salt: salts.kind },
        { name: 'institution', value: order.tenant, salt: salts.institution },
      ],
      of: [
        await preparedOriginal(drafted),
        { name: 'certificate', bytes: ticket.certificate },
        { name: 'ticket', bytes: text },
        ...probe,
      ],
      refs: order.refs,
    };
  }

  #timeToSign(der: Uint8Array, now: Instant): Certificate {
    const last = this.#lastRead;
    const isKnown = last !== undefined && equal(last.der, der);
    const certificate = isKnown ? last : parseCertificate(der.slice());
    this.#lastRead = certificate;
    const { notBefore, notAfter } = certificate;
    if (now < notBefore || addSeconds(now, certificateSecondsMin) > notAfter) {
      throw new Fault('signing.certificate_expired');
    }
    return certificate;
  }

  #salts(): Salts {
    const both = this.#parts.random.bytes(2 * saltBytes);
    return {
      kind: toBase64Url(both.subarray(0, saltBytes)),
      institution: toBase64Url(both.subarray(saltBytes)),
    };
  }
}

type Salts = PreparedTicket['intention']['salts'];

function valueOf<T>(outcome: Outcome<T>): readonly T[] {
  return outcome.is === 'ok' ? [outcome.value] : [];
}

/** The whole revision is joined for whoever asks for it: a lender's key does not. */
function preparedTicket({
  drafted,
  ...made
}: Pick<PreparedTicket, 'json' | 'intention'> & { drafted: DraftedTicket }): PreparedTicket {
  return {
    ...made,
    ticket: drafted.ticket,
    get revision() {
      return joined(drafted);
    },
  };
}

/**
 * Seals one field of one document for a key that lives elsewhere: prepare, hand out a ticket,
 * redeem it (ETSI EN 319 142-1, PAdES B-T).
 *
 * The order is the product: what we mean to sign is in the evidence log before any key is asked, so
 * a crash can leave an intention without a signature, never a signature without an intention. Every
 * seal.intended ends in one seal.done or one attempt.void. Tickets live in the store and survive a
 * restart; recovery calls the same functions as the normal way.
 */
import { addSeconds } from '#base/clock';
import type { Commit, TenantId } from '#base/unit';
import { KeptDrafts } from './kept-drafts.ts';
import type {
  Beside,
  PreparedTicket,
  Redemption,
  SealedTicket,
  SealerParts,
  SealOrder,
} from './orders.ts';
import { Preparing } from './preparing.ts';
import type { RevisionName } from './revision-shelf.ts';
import { Sealing } from './sealing.ts';
import { endVoid, recordFacts } from './ticket-facts.ts';
import { TicketLines, theOnly } from './ticket-lines.ts';

/** A ticket this long past its lease is not being redeemed any more. */
const redeemSecondsMax = 30;
const recoveredMax = 100; // tickets ended by one call of `recover`

export class Sealer {
  readonly #parts: SealerParts;
  readonly #preparing: Preparing;
  readonly #sealing: Sealing;
  readonly #lines: TicketLines;

  constructor(parts: SealerParts) {
    const kept = new KeptDrafts();
    this.#parts = parts;
    this.#preparing = new Preparing(parts, kept);
    this.#sealing = new Sealing(parts, kept);
    this.#lines = new TicketLines({
      units: parts.units,
      preparing: this.#preparing,
      sealing: this.#sealing,
    });
  }

  /** Fixes the bytes to be signed; the commit records the intention. Nothing is signed yet. */
  async prepare(order: SealOrder): Promise<Commit<PreparedTicket>> {
    const { outcomes, probe } = await this.#preparing.draw(order.tenant, [order]);
    const drawn = theOnly(outcomes);
    // A crash before the commit leaves nothing; after it, an intention that is redeemed or voided.
    return async (unit) => theOnly(await this.#preparing.intend(unit, [drawn], probe));
  }

  /** Stamps and embeds the signature made for a ticket. A second call gets the first answer. */
  async seal(order: Redemption): Promise<Commit<RevisionName>> {
    const stamped = await this.#sealing.stamped(order);
    if (stamped.is === 'sealed') return async () => stamped.revision;
    return async (unit) => theOnly(await this.#sealing.finish(unit, [stamped])).revision;
  }

  /**
   * As `prepare` and its commit, in turn: tickets that wait at one moment share units, statements
   * and the stamp before the key, and each has an outcome of its own. Durable when it resolves.
   */
  prepareInTurn(order: SealOrder, beside?: Beside<PreparedTicket>): Promise<PreparedTicket> {
    return this.#lines.prepare(order, beside);
  }

  /** As `seal` and its commit, in turn; the signature's own stamp is asked for by itself. */
  sealInTurn(order: Redemption, beside?: Beside<SealedTicket>): Promise<SealedTicket> {
    return this.#lines.seal(order, beside);
  }

  /** Ends tickets that nobody redeemed in time. Run it at a start and now and then. */
  async recover(tenant: TenantId): Promise<number> {
    const { units, tickets, evidence, clock } = this.#parts;
    const before = addSeconds(clock.now(), -redeemSecondsMax);
    return units.run(tenant, async (unit) => {
      const ended = await tickets.openBefore(unit, before, recoveredMax);
      const facts = await endVoid(unit, tickets, { ended, because: 'lease_over' });
      await recordFacts(unit, evidence, facts);
      return ended.length;
    });
  }
}

/**
 * How long deposits are kept, who may have one kept longer, and how it ends (S2-21, S4-11).
 *
 * The term begins with the closing and follows from the law of that day. A hold suspends it: one
 * person places it, another one lifts it, for what is destroyed after it does not come back. What
 * ends is the deposit's own key: chain, counts and seals still verify, and nothing opens again.
 */
import { utf8 } from '#base/bytes';
import { type Clock, chinaDate, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, TenantId, Unit, Units } from '#base/unit';
import { type Evidence, holdLifted, holdPlaced, namedSubjects } from '#trust/evidence';
import type { DepositHold, DepositRow, DepositStore, SubjectEnd } from './ports.ts';

const wordsMin = 4;
const wordsMax = 200;
const depositsPerUnitMax = 50;

/** What the keeping leans on. */
export interface KeepingParts {
  readonly units: Units;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: DepositStore;
  readonly evidence: Evidence;
  readonly end: SubjectEnd;
}

/** Keeps deposits for their term, and longer where somebody with authority asks. */
export class Keeping {
  readonly #parts: KeepingParts;

  constructor(parts: KeepingParts) {
    this.#parts = parts;
  }

  /** `reference` is the authority's own number of the matter. */
  place(order: {
    readonly deposit: string;
    readonly authority: DepositHold['authority'];
    readonly reference: string;
    readonly reason: string;
    readonly by: string;
  }): Commit<DepositHold> {
    const { store, clock, evidence } = this.#parts;
    const { authority, reference, reason, by } = order;
    requireWords({ reference, reason });
    return async (unit) => {
      const row = await this.#living(unit, order.deposit);
      const hold: DepositHold = {
        id: uuidv7(this.#parts),
        deposit: row.id,
        authority,
        placedAt: clock.now(),
        placedBy: by,
        liftedAt: undefined,
        liftedBy: undefined,
      };
      await store.addHold(unit, hold);
      const held = { caseId: row.id, subject: row.subject };
      const placed = { id: hold.id, authority, reference, reason, by };
      await evidence.record(unit, holdPlaced(held, placed));
      return hold;
    };
  }

  /** deposit.hold_own for who placed it, deposit.hold_unknown where none stands. */
  lift(order: {
    readonly id: string;
    readonly reason: string;
    readonly by: string;
  }): Commit<DepositHold> {
    const { store, clock, evidence } = this.#parts;
    const { id, reason, by } = order;
    requireWords({ reason });
    return async (unit) => {
      const hold = await store.hold(unit, id);
      if (hold === undefined || hold.liftedAt !== undefined)
        throw new Fault('deposit.hold_unknown');
      if (hold.placedBy === by) throw new Fault('deposit.hold_own');
      const row = await this.#living(unit, hold.deposit);
      const at = clock.now();
      await store.lift(unit, { id, at, by });
      const held = { caseId: row.id, subject: row.subject };
      await evidence.record(unit, holdLifted(held, { id, reason, by }));
      return { ...hold, liftedAt: at, liftedBy: by };
    };
  }

  /** Ends every deposit whose term is over; each page of them is one unit. */
  async expire(tenant: TenantId): Promise<{ readonly erased: number }> {
    const { units, store, clock } = this.#parts;
    let erased = 0;
    for (;;) {
      const count = await units.run(tenant, async (unit) => {
        const today = chinaDate(clock.now());
        const due = await store.due(unit, { today, countMax: depositsPerUnitMax });
        for (const row of due) await this.#end(unit, row);
        return due.length;
      });
      erased += count;
      if (count < depositsPerUnitMax) return { erased };
    }
  }

  /** Evidence before effect: the entry says why, then the key goes. */
  async #end(unit: Unit, row: Pick<DepositRow, 'id' | 'subject'>): Promise<void> {
    const { store, evidence, end, clock } = this.#parts;
    await evidence.record(unit, {
      caseId: row.id,
      type: 'erased',
      disclosures: [],
      // Named, not sealed, as for a person: after this line nothing of it opens.
      of: [...namedSubjects([row.subject]), { name: 'because/term', bytes: utf8('term') }],
    });
    await store.erased(unit, row.id, clock.now());
    await end.erase(unit, row.subject);
  }

  async #living(unit: Unit, id: string) {
    const row = await this.#parts.store.lock(unit, id);
    if (row === undefined) throw new Fault('deposit.unknown');
    if (row.erasedAt !== undefined) throw new Fault('deposit.erased');
    return row;
  }
}

/** The last day of a term of months from a day in China on, or that month's last day (民法典 202). */
export function lastDayAfter(at: Instant, months: number): string {
  const [year = 0, month = 1, day = 1] = chinaDate(at).split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, last));
  return first.toISOString().slice(0, 10);
}

function requireWords(texts: Readonly<Record<string, string>>): void {
  for (const [field, text] of Object.entries(texts)) {
    const { length } = [...text.trim()];
    if (length < wordsMin || length > wordsMax) {
      throw new Fault('deposit.record_malformed', { field, why: 'length' });
    }
  }
}

/**
 * Legal holds: a court, a regulator or a dispute stops erasure until it is over.
 *
 * One person places a hold, for to keep too long does little harm in a night; to lift one takes a
 * second pair of eyes, for what is erased after it does not come back.
 */
import { utf8 } from '#base/bytes';
import { canonical } from '#base/canonical';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, Unit } from '#base/unit';
import { type Evidence, holdLifted, holdPlaced } from '#trust/evidence';
import type { Erasure } from './erasure.ts';
import type {
  Asking,
  FourEyes,
  Hold,
  HoldAuthority,
  PersonalRecords,
  PrivacyStore,
} from './ports.ts';

const wordsMin = 4;
const wordsMax = 200;

/** The kind of approval that lifting a hold spends. */
export const liftApproval = 'hold.lift';

export interface HoldParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: PrivacyStore;
  readonly records: PersonalRecords;
  readonly evidence: Evidence;
  readonly fourEyes: FourEyes;
  readonly erasure: Erasure;
}

export class Holds {
  readonly #parts: HoldParts;

  constructor(parts: HoldParts) {
    this.#parts = parts;
  }

  /** `reference` is the authority's own number of the matter. */
  place(
    order: Asking & { authority: HoldAuthority; reference: string; reason: string },
  ): Commit<Hold> {
    requireWords({ reference: order.reference, reason: order.reason });
    return async (unit) => {
      const { clock, store, records, evidence, erasure } = this.#parts;
      const facts = await erasure.living(unit, order.caseId);
      const hold: Hold = {
        id: uuidv7(this.#parts),
        caseId: facts.caseId,
        authority: order.authority,
        placedAt: clock.now(),
        placedBy: order.by,
        liftedAt: undefined,
        liftedBy: undefined,
      };
      const { authority, reference, reason, by } = order;
      await store.putHold(unit, hold);
      // With her, not with the office: what an authority wrote about her ends when she is erased.
      records.under(unit, 'legal');
      await records.putAll(unit, facts.subject, {
        [`hold.${hold.id}`]: utf8(canonical({ reference, reason })),
      });
      const placed = { id: hold.id, authority, reference, reason, by };
      await evidence.record(unit, holdPlaced(facts, placed));
      return hold;
    };
  }

  /** Refuses with privacy.hold_unknown. */
  async byId(unit: Unit, id: string): Promise<Hold> {
    const known = await this.#parts.store.hold(unit, id);
    if (known === undefined) throw new Fault('privacy.hold_unknown', { hold: id });
    return known;
  }

  /** Spends an approval for exactly this hold; a second call is privacy.hold_lifted. */
  lift(order: {
    id: string;
    reason: string;
    by: string;
    approval: string | undefined;
  }): Commit<Hold> {
    requireWords({ reason: order.reason });
    return async (unit) => {
      const { clock, store, evidence, fourEyes, erasure } = this.#parts;
      const known = await this.byId(unit, order.id);
      if (known.liftedAt !== undefined) throw new Fault('privacy.hold_lifted', { hold: order.id });
      const { id, by, reason, approval } = order;
      await fourEyes.take(unit, { id: approval, kind: liftApproval, order: { hold: id }, by });
      const facts = await erasure.living(unit, known.caseId);
      const lifted: Hold = { ...known, liftedAt: clock.now(), liftedBy: by };
      await store.putHold(unit, lifted);
      await evidence.record(unit, holdLifted(facts, { id, reason, by }));
      return lifted;
    };
  }
}

function requireWords(texts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(texts)) {
    const { length } = [...text.trim()];
    if (length < wordsMin || length > wordsMax) throw new Fault('privacy.hold_malformed', { name });
  }
}

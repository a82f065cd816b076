/**
 * Forgetting a person, or keeping her and nothing else (PIPL 47).
 *
 * Erasure destroys her key in the same unit as the entry that says so, and orders a new epoch, so
 * that no page, journal or back-up made before opens again. The entry names her by the vault's own
 * opaque name: a restore reads it and erases her there too.
 */
import { utf8 } from '#base/bytes';
import { type Clock, chinaDate } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import { type CalendarDate, parseDate } from '#business/lending';
import { type Evidence, namedSubjects } from '#trust/evidence';
import type { CaseFacts } from './case-facts.ts';
import type {
  CaseBook,
  EpochWishes,
  PersonalRecords,
  PrivacyShelf,
  PrivacyStore,
} from './ports.ts';
import { type HoldFact, type RetentionRule, retentionRules } from './retention.ts';

export interface ErasureParts {
  readonly clock: Clock;
  readonly shelf: PrivacyShelf;
  readonly store: PrivacyStore;
  readonly cases: CaseBook;
  readonly records: PersonalRecords;
  readonly epochs: EpochWishes;
  readonly evidence: Evidence;
}

/** The rules of today and the holds that stand on one case. */
export interface Binding {
  readonly rules: readonly RetentionRule[];
  readonly holds: readonly HoldFact[];
}

export class Erasure {
  readonly #parts: ErasureParts;

  constructor(parts: ErasureParts) {
    this.#parts = parts;
  }

  /** The day in China. */
  today(): CalendarDate {
    return parseDate(chinaDate(this.#parts.clock.now()));
  }

  rules(): readonly RetentionRule[] {
    const { shelf, clock } = this.#parts;
    return retentionRules(shelf.law('retention', clock.now()).all());
  }

  /** The case, locked; refuses with privacy.case_unknown, or privacy.erased. */
  async living(unit: Unit, caseId: string): Promise<CaseFacts> {
    const facts = await this.#parts.cases.lock(unit, caseId);
    if (facts === undefined) throw new Fault('privacy.case_unknown', { case: caseId });
    if (facts.standing === 'erased') throw new Fault('privacy.erased');
    return facts;
  }

  async binding(unit: Unit, caseId: string): Promise<Binding> {
    const holds = await this.#parts.store.standingHolds(unit, caseId);
    return {
      rules: this.rules(),
      holds: holds.map(({ authority, placedAt }) => ({
        authority,
        placedOn: parseDate(chinaDate(placedAt)),
      })),
    };
  }

  /** `because`: her request, or the end of the term. Whoever calls has asked `binding` first. */
  async erase(unit: Unit, facts: CaseFacts, because: 'request' | 'term'): Promise<void> {
    const { evidence, cases } = this.#parts;
    const { caseId, subject } = facts;
    const portions = await cases.portions(unit, subject);
    await evidence.record(unit, {
      caseId,
      subject,
      type: 'erased',
      disclosures: [],
      // Named, not sealed: after this line nothing sealed under her key can be read.
      of: [
        ...namedSubjects([subject, ...portions]),
        { name: `because/${because}`, bytes: utf8(because) },
      ],
    });
    await this.end(unit, [subject, ...portions]);
  }

  /** Destroys the keys of these subjects of the vault; an entry of the unit has named them. */
  async end(unit: Unit, subjects: readonly string[]): Promise<void> {
    const { records, epochs } = this.#parts;
    if (subjects.length === 0) return;
    // The law wants them gone, restricted or not.
    records.under(unit, 'legal');
    for (const subject of subjects) await records.erase(unit, subject);
    await epochs.order(unit);
  }

  /** Keeps these subjects of the vault and nothing else. */
  async shut(unit: Unit, subjects: readonly string[]): Promise<void> {
    for (const subject of subjects) await this.#parts.records.restrict(unit, subject);
  }

  async restrict(
    unit: Unit,
    facts: CaseFacts,
    why: { readonly because: string; readonly until: CalendarDate | undefined },
  ): Promise<void> {
    const { evidence, cases } = this.#parts;
    const { caseId, subject } = facts;
    if (facts.standing === 'restricted') return;
    await evidence.record(unit, {
      caseId,
      subject,
      type: 'processing.restricted',
      disclosures: [
        { name: 'because', value: why.because },
        { name: 'until', value: why.until ?? null },
      ],
      of: [],
    });
    await this.shut(unit, [subject, ...(await cases.portions(unit, subject))]);
  }
}

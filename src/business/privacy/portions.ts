/**
 * Ends what rests on one consent alone, and what of a person has a shorter term than she has.
 *
 * PIPL 47 (3): with the consent goes what was collected on it. PIPL 19, L-PI-04: a group of fields
 * goes on its own day, although the rest of her record stays. Both destroy the key of a portion and
 * order a new epoch, as an erasure does; the entry names the portions, so that a restore takes them
 * away again. While a hold stands they are kept and nothing else; the job comes back to them.
 */
import type { Unit } from '#base/unit';
import { type ConsentKey, type Consents, kindOfPortion } from '#business/consent';
import type { CalendarDate } from '#business/lending';
import { type Evidence, namedSubjects } from '#trust/evidence';
import { type CaseFacts, type FieldGroup, recordFacts } from './case-facts.ts';
import type { Erasure } from './erasure.ts';
import type { CaseBook } from './ports.ts';
import { isOver, retentionOf } from './retention.ts';

/** Whose term a portion has by itself; what is not named goes with her contract. */
const groupsOfKinds: Readonly<Record<string, FieldGroup>> = { 'device-fingerprint': 'network' };

export interface PortionParts {
  readonly cases: CaseBook;
  readonly consents: Pick<Consents, 'withdraw' | 'decisionsOf'>;
  readonly erasure: Erasure;
  readonly evidence: Evidence;
}

export class Portions {
  readonly #parts: PortionParts;

  constructor(parts: PortionParts) {
    this.#parts = parts;
  }

  /** Takes a consent back, and with it what was collected on it alone. */
  async withdraw(
    unit: Unit,
    act: ConsentKey & { readonly subject: string },
  ): Promise<{ readonly effect: string }> {
    const { cases, consents, erasure } = this.#parts;
    const { holds } = await erasure.binding(unit, act.caseId);
    const all = await cases.portions(unit, act.subject);
    const resting = all.filter((name) => kindOfPortion(act.subject, name) === act.kind);
    const ended = holds.length === 0 ? resting : [];
    const answer = await consents.withdraw(unit, { ...act, ended });
    await erasure.end(unit, ended);
    if (holds.length > 0) await erasure.shut(unit, resting);
    return answer;
  }

  /** What the retention job ends on a day in a case whose person stays. */
  async tend(unit: Unit, facts: CaseFacts, on: CalendarDate): Promise<void> {
    const { cases, consents, erasure, evidence } = this.#parts;
    const { caseId, subject } = facts;
    const portions = await cases.portions(unit, subject);
    if (portions.length === 0) return;
    const { rules, holds } = await erasure.binding(unit, caseId);
    if (holds.length > 0) return;
    const decisions = await consents.decisionsOf(unit, caseId);
    const ended = portions.filter((name) => {
      const kind = kindOfPortion(subject, name) ?? '';
      const group = groupsOfKinds[kind];
      const stands = decisions.some((one) => one.kind === kind && one.accepted);
      const term = group && retentionOf(recordFacts(facts, group), rules, []);
      return !stands || (term !== undefined && isOver(term, on));
    });
    if (ended.length === 0) return;
    await evidence.record(unit, {
      caseId,
      subject,
      type: 'retention.executed',
      disclosures: [
        { name: 'on', value: on },
        { name: 'portions', value: ended.length },
      ],
      of: namedSubjects(ended),
    });
    await erasure.end(unit, ended);
  }
}

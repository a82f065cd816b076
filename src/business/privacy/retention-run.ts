/**
 * The job that forgets whose term is over, a page of cases in one unit, with evidence of each.
 *
 * A run is a row: a crash between two pages leaves it where it was and the next call goes on from
 * there. Each case is judged under its lock, so a hold placed meanwhile is seen. Nothing is erased
 * because it looks old; only a term that the table computes is over.
 */
import { type Clock, chinaDate, type Instant } from '#base/clock';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { TenantId, Unit, Units } from '#base/unit';
import { type CalendarDate, parseDate } from '#business/lending';
import type { Evidence } from '#trust/evidence';
import {
  type CaseFacts,
  type FieldGroup,
  personFacts,
  recordFacts,
  termOfPerson,
} from './case-facts.ts';
import type { Binding, Erasure } from './erasure.ts';
import type { Portions } from './portions.ts';
import type { CaseBook, PrivacyStore, RunRow } from './ports.ts';
import { isOver, type Retention, retentionOf, retentionOnRequest } from './retention.ts';

/** So many cases are judged in one unit: their locks are held until it ends. */
const casesOfUnitMax = 50;
const unitsOfRunMax = 2_000;
const groups: readonly FieldGroup[] = ['identity', 'transaction'];

export interface RetentionRunParts {
  readonly units: Units;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: PrivacyStore;
  readonly cases: CaseBook;
  readonly erasure: Erasure;
  readonly portions: Portions;
  readonly evidence: Evidence;
}

/** What a run has done so far. */
export interface RunReport {
  readonly run: string;
  readonly on: CalendarDate;
  readonly judged: number;
  readonly erased: number;
  readonly held: number;
  /** False when the call's limit was reached first; the next call goes on. */
  readonly done: boolean;
}

/** One case as the dry run shows it: the day each group may go, and what would happen today. */
export interface RunLine {
  readonly caseId: string;
  readonly verdict: 'erase' | 'keep' | 'hold';
  readonly because: string;
  readonly until: CalendarDate | null;
  readonly groups: readonly { readonly group: FieldGroup; readonly until: CalendarDate | null }[];
}

export class RetentionRun {
  readonly #parts: RetentionRunParts;

  constructor(parts: RetentionRunParts) {
    this.#parts = parts;
  }

  /** Goes on with the run that is open, or begins one as of `at`. */
  async run(tenant: TenantId, at: Instant): Promise<RunReport> {
    let row = await this.#page(tenant, at);
    for (let units = 1; !row.done && units < unitsOfRunMax; units += 1) {
      row = await this.#page(tenant, at);
    }
    const { id, judged, erased, held, done } = row;
    return { run: id, on: dayOf(row.at), judged, erased, held, done };
  }

  /** What a run would do today, a page of cases after `after`; writes nothing. */
  async plan(unit: Unit, after: string): Promise<readonly RunLine[]> {
    const { cases, clock } = this.#parts;
    const on = dayOf(clock.now());
    const lines: RunLine[] = [];
    for (const caseId of await cases.page(unit, after, casesOfUnitMax)) {
      const facts = await cases.lock(unit, caseId);
      if (facts === undefined) continue;
      lines.push(lineOf(facts, await this.#law(unit, caseId), on));
    }
    return lines;
  }

  #page(tenant: TenantId, at: Instant): Promise<RunRow> {
    const { units, store, cases } = this.#parts;
    return units.run(tenant, async (unit) => {
      const run = (await store.openRun(unit)) ?? this.#begun(at);
      const ids = await cases.page(unit, run.cursor, casesOfUnitMax);
      let { erased, held } = run;
      for (const caseId of ids) {
        const verdict = await this.#judge(unit, caseId, dayOf(run.at));
        if (verdict === 'erase') erased += 1;
        if (verdict === 'hold') held += 1;
      }
      const done = ids.length < casesOfUnitMax;
      const cursor = ids.at(-1) ?? run.cursor;
      const next: RunRow = {
        ...run,
        cursor,
        erased,
        held,
        done,
        judged: run.judged + ids.length,
      };
      await store.putRun(unit, next);
      if (done) await this.#recordDone(unit, next);
      return next;
    });
  }

  async #judge(unit: Unit, caseId: string, on: CalendarDate): Promise<RunLine['verdict']> {
    const { cases, erasure, portions } = this.#parts;
    const facts = await cases.lock(unit, caseId);
    if (facts === undefined || facts.standing === 'erased') return 'keep';
    const law = await this.#law(unit, caseId);
    const { verdict } = lineOf(facts, law, on);
    if (verdict === 'erase') await erasure.erase(unit, facts, law.wished ? 'request' : 'term');
    else await portions.tend(unit, facts, on);
    return verdict;
  }

  /**
   * Who waits for an answer is not erased before she has it. Who asked to be forgotten and was
   * restricted instead need not ask again: what stood in the way, a hold above all, may be over.
   */
  async #law(unit: Unit, caseId: string): Promise<JobLaw> {
    const binding = await this.#parts.erasure.binding(unit, caseId);
    const requests = await this.#parts.store.requests(unit, { caseId });
    const wished = requests.some(
      ({ kind, standing }) => kind === 'deletion' && standing === 'restricted',
    );
    const open = requests.find(({ standing }) => standing === 'open');
    if (open === undefined) return { ...binding, wished };
    const waiting = { authority: 'open request', placedOn: dayOf(open.receivedAt) };
    return { ...binding, holds: [...binding.holds, waiting], wished };
  }

  async #recordDone(unit: Unit, { id, at, judged, erased, held }: RunRow): Promise<void> {
    await this.#parts.evidence.note(unit, {
      type: 'retention.executed',
      disclosures: [
        { name: 'run', value: id },
        { name: 'on', value: dayOf(at) },
        { name: 'judged', value: judged },
        { name: 'erased', value: erased },
        { name: 'held', value: held },
      ],
      of: [],
    });
  }

  #begun(at: Instant): RunRow {
    const counts = { judged: 0, erased: 0, held: 0 };
    return { id: uuidv7(this.#parts), at, cursor: '', ...counts, done: false };
  }
}

/** Rules and holds of a case, and whether she has asked to be forgotten. */
interface JobLaw extends Binding {
  readonly wished: boolean;
}

function lineOf(facts: CaseFacts, law: JobLaw, on: CalendarDate): RunLine {
  const term = law.wished
    ? retentionOnRequest(personFacts(facts), law.rules, law.holds)
    : termOfPerson(facts, law);
  const verdict = isOver(term, on) ? 'erase' : term.is === 'held' ? 'hold' : 'keep';
  return {
    caseId: facts.caseId,
    verdict,
    because: becauseOf(term),
    until: untilOf(term),
    groups: groups.map((group) => ({
      group,
      until: untilOf(retentionOf(recordFacts(facts, group), law.rules, [])),
    })),
  };
}

/** The last day something is kept, where there is one yet. */
export function untilOf(term: Retention): CalendarDate | null {
  if (term.is === 'held') return untilOf(term.after);
  return term.is === 'until' ? term.until : null;
}

/** On what a term rests, in words. */
export function becauseOf(term: Retention): string {
  if (term.is === 'none') return '';
  if (term.is === 'held') return `hold ${term.hold.authority}`;
  return `${term.because.basis} ${term.because.article}`;
}

function dayOf(at: Instant): CalendarDate {
  return parseDate(chinaDate(at));
}

/**
 * How long something is kept: the matrix of requirements B.12 as a pure computation.
 *
 * The longest minimum wins, caps bound from above, a legal hold suspends. Terms run from the event
 * that the law names, mostly the contract's end and never its creation (C.15 no. 9). A term of
 * years or months ends with the same day of its last month, or that month's last day (民法典 202);
 * `until` is that last day on which the thing is kept, and the day after it may go.
 */
import { Fault } from '#base/fault';
import type { LawRule } from '#business/catalog';
import { addDays, addMonths, type CalendarDate } from '#business/lending';

const monthsOfYear = 12;

/** A row of the retention table: which kind of record, from which event, how long, and why. */
export interface RetentionRule {
  readonly kind: string;
  readonly start: string;
  /** `default` is a term of our own that yields to her request; `minimum` is the law's. */
  readonly bound: 'minimum' | 'cap' | 'default';
  readonly count: number;
  readonly unit: 'years' | 'months' | 'days';
  readonly basis: string;
  readonly article: string;
}

/** What is known of a record: which rows of the table bind it, and which events have happened. */
export interface RecordFacts {
  readonly kinds: readonly string[];
  readonly starts: Readonly<Record<string, CalendarDate | undefined>>;
}

/** Somebody with authority has said: keep it. */
export interface HoldFact {
  readonly authority: string;
  readonly placedOn: CalendarDate;
}

/** How long a record is kept, and because of what. */
export type Retention =
  /** No row holds it: it may go at once. */
  | { readonly is: 'none' }
  /** Its term has not begun: the event it runs from has not happened. */
  | { readonly is: 'waiting'; readonly because: RetentionRule }
  | {
      readonly is: 'until';
      readonly until: CalendarDate;
      readonly because: RetentionRule;
      /** No minimum keeps it beyond this day. */
      readonly capAt: CalendarDate | undefined;
    }
  /** A hold stands; `after` is what holds when it is lifted. */
  | { readonly is: 'held'; readonly hold: HoldFact; readonly after: Retention };

/** The rows of the law table in the form the computation wants; privacy.rule_missing otherwise. */
export function retentionRules(rules: readonly LawRule[]): readonly RetentionRule[] {
  return rules.map(({ name, value, unit, start, bound, basis, article }) => {
    const known = unit === 'years' || unit === 'months' || unit === 'days';
    if (!known || start === undefined || bound === undefined || !/^\d{1,4}$/.test(value)) {
      throw new Fault('privacy.rule_missing', { kind: name });
    }
    return { kind: name, start, bound, count: Number(value), unit, basis, article };
  });
}

/** Computes the term of one record under the rules of a day and the holds that stand. */
export function retentionOf(
  facts: RecordFacts,
  rules: readonly RetentionRule[],
  holds: readonly HoldFact[],
): Retention {
  const binding = facts.kinds.flatMap((kind) => {
    const found = rules.filter((rule) => rule.kind === kind);
    // A kind without a row would be kept for ever or not at all; both are wrong, so neither.
    if (found.length === 0) throw new Fault('privacy.rule_missing', { kind });
    return found;
  });
  const term = termOf(facts, binding);
  const hold = holds[0];
  return hold === undefined ? term : { is: 'held', hold, after: term };
}

/** The same, as if she had asked to be forgotten: terms of our own making fall away (PIPL 47). */
export function retentionOnRequest(
  facts: RecordFacts,
  rules: readonly RetentionRule[],
  holds: readonly HoldFact[],
): Retention {
  const statutory = rules.filter(({ bound }) => bound !== 'default');
  const named = new Set(statutory.map(({ kind }) => kind));
  const kinds = facts.kinds.filter((kind) => named.has(kind));
  return retentionOf({ ...facts, kinds }, statutory, holds);
}

/** May it go on this day? */
export function isOver(retention: Retention, on: CalendarDate): boolean {
  return retention.is === 'none' || (retention.is === 'until' && on > retention.until);
}

function termOf(facts: RecordFacts, binding: readonly RetentionRule[]): Retention {
  const caps = binding.filter(({ bound }) => bound === 'cap');
  const capAt = caps.flatMap((rule) => lastDay(rule, facts) ?? []).toSorted()[0];
  const capRule = caps.find((rule) => lastDay(rule, facts) === capAt);
  const floors = binding.filter(({ bound }) => bound !== 'cap');
  const waiting = floors.find((rule) => facts.starts[rule.start] === undefined);
  if (waiting !== undefined) return { is: 'waiting', because: waiting };
  let longest: { until: CalendarDate; because: RetentionRule } | undefined;
  for (const because of floors) {
    const until = lastDay(because, facts);
    if (until === undefined) continue;
    if (longest === undefined || until > longest.until) longest = { until, because };
  }
  // A cap whose event has happened ends it, even where a minimum of another row would run longer.
  if (capAt !== undefined && capRule !== undefined && !(longest && longest.until <= capAt)) {
    return { is: 'until', until: capAt, because: capRule, capAt };
  }
  return longest === undefined ? { is: 'none' } : { is: 'until', ...longest, capAt };
}

function lastDay(rule: RetentionRule, { starts }: RecordFacts): CalendarDate | undefined {
  const start = starts[rule.start];
  if (start === undefined) return undefined;
  if (rule.unit === 'days') return addDays(start, rule.count);
  return addMonths(start, rule.unit === 'years' ? rule.count * monthsOfYear : rule.count);
}

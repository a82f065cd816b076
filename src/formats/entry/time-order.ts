/**
 * The order in which a loan must have happened, across all its records (S2-57).
 *
 * Authorisation, query, grant, confirmation of the note, verification of the password, money paid
 * out: each at the same time as the one before or later. Of a step that was taken more than once
 * the first time counts: nothing may follow what never came before it.
 */
import type { Json } from '#base/canonical';
import { type Instant, instantFromMs, parseInstant } from '#base/clock';
import type { Entry } from './entry.ts';
import type { EntryType } from './entry-types.ts';

export const stages = [
  'authorisation',
  'query',
  'grant',
  'note',
  'password',
  'disbursement',
] as const;

/** One step of a loan, in the order of `stages`. */
export type Stage = (typeof stages)[number];

/** When a step was taken, and where that is written. */
export interface StageTime {
  readonly stage: Stage;
  readonly at: Instant;
  /** The entry's number. */
  readonly seq: number;
}

/** Two steps that stand in the wrong order: `later` was taken before `earlier`. */
export interface OrderFlaw {
  readonly earlier: StageTime;
  readonly later: StageTime;
}

/** Every step that was taken before one that must come first; a missing step says nothing. */
export function orderFlaws(times: readonly StageTime[]): readonly OrderFlaw[] {
  const first = stages.flatMap((stage) => {
    const all = times.filter((one) => one.stage === stage);
    return all.length === 0 ? [] : [all.reduce((a, b) => (b.at < a.at ? b : a))];
  });
  return first.flatMap((later, place) => {
    const before = first.slice(0, place).filter(({ at }) => at > later.at);
    // The last of those that came too late names the gap; the others follow from it.
    const earlier = before.at(-1);
    return earlier === undefined ? [] : [{ earlier, later }];
  });
}

const stageOfType: Partial<Record<EntryType, Stage>> = {
  'credit.queried': 'query',
  'risk.decided': 'grant',
  'note.confirmed': 'note',
  'payment.authorised': 'password',
  disbursed: 'disbursement',
};

/** An entry with what is opened of it. */
interface OpenedEntry {
  readonly entry: Entry;
  readonly values: ReadonlyMap<string, Json>;
}

/**
 * The steps that a chain states. A loan of this house: by the time that a party outside stated, or
 * where there is none by the entry's own; what she signed before anybody asked about her are the
 * authorisations. A record of another system: its fields of the kind time that are a stage.
 */
export function stageTimesOf(opened: readonly OpenedEntry[]): readonly StageTime[] {
  const asked = opened.findIndex(({ entry }) => entry.type === 'credit.queried');
  return opened.flatMap(({ entry, values }, place) => {
    if (entry.type === 'deposit.item') return fieldTimes(entry.seq, values);
    const isAuthorisation = entry.type === 'seal.done' && (asked === -1 || place < asked);
    const stage = isAuthorisation ? 'authorisation' : stageOfType[entry.type];
    return stage === undefined ? [] : [{ stage, at: statedAt(entry), seq: entry.seq }];
  });
}

function fieldTimes(seq: number, values: OpenedEntry['values']): StageTime[] {
  return [...values.values()].flatMap((value) => {
    if (typeof value !== 'object' || value === null || !('atMs' in value)) return [];
    const stage = stages.find((one) => one === value['stage']);
    const { atMs } = value;
    if (stage === undefined || typeof atMs !== 'number') return [];
    return [{ stage, at: instantFromMs(atMs), seq }];
  });
}

function statedAt({ att, at }: Entry): Instant {
  const stated = att?.statement['at'];
  if (typeof stated !== 'string') return at;
  try {
    return parseInstant(stated);
  } catch {
    return at; // A party that writes its times otherwise says nothing that could be compared.
  }
}

/**
 * How many cases got how far, and what waits for whom: counts within a person's reach, no names.
 *
 * A step is reached when its entry stands in the case's chain, so that the funnel counts evidence
 * and not opinions. A case is abandoned when the person is to act and nothing has happened for
 * `abandonedDays` (S0-09).
 */
import { addSeconds, type Clock, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit, Units } from '#base/unit';
import type { Reach, Rights } from '#business/access';
import { type CaseState, caseMoves, type Entrance, isCaseState } from '#business/lending';
import type { EntryType } from '#trust/evidence';
import type { Asker } from './cases.ts';

const abandonedDays = 7;
const daySeconds = 86_400;

/**
 * The steps of the funnel, in order, and how each is known: by an entry in the case's chain, or,
 * where one type of entry serves several steps, by the state that the case has reached at least.
 */
export const funnelSteps = {
  opened: { entry: 'case.opened' },
  applied: { entry: 'application.received' },
  authenticated: { entry: 'identity.checked' },
  approved: { states: reachedFrom('approved') },
  read: { states: reachedFrom('loan_read') },
  signed: { states: reachedFrom('loan_signed') },
  paid: { entry: 'disbursed' },
} as const satisfies Readonly<Record<string, Known>>;

type Known = { readonly entry: EntryType } | { readonly states: readonly CaseState[] };

/** One step of the funnel. */
export type FunnelStep = keyof typeof funnelSteps;

/** Who is to act next in a case of this state; nobody once it has ended. */
const actors: Readonly<Record<CaseState, Waiting['waitsFor'] | undefined>> = {
  opened: 'person',
  agreed: 'person',
  applied: 'person',
  pi_authorised: 'person',
  credit_authorised: 'house',
  in_review: 'staff',
  approved: 'person',
  sheet_confirmed: 'person',
  loan_read: 'person',
  borrower_signed: 'house',
  loan_signed: 'person',
  note_confirmed: 'person',
  payment_authorised: 'house',
  disbursed: undefined,
  repaying: undefined,
  overdue: 'person',
  settled: undefined,
  refused: undefined,
};

/** How far the cases of one product got that came in through one door (S0-09: channel). */
export interface Funnel {
  readonly product: string;
  /** Undefined for cases that are older than the question. */
  readonly entrance: Entrance | undefined;
  readonly steps: Readonly<Record<FunnelStep, number>>;
  readonly abandoned: number;
}

/** Cases of one state, who is to act in them, and since when the oldest waits. */
export interface Waiting {
  readonly state: CaseState;
  readonly waitsFor: 'person' | 'staff' | 'house';
  readonly cases: number;
  readonly since: Instant;
}

/** What one can be asked how it was: from 1, very bad, to 5, very good. */
export const satisfactionScores = [1, 2, 3, 4, 5] as const;

/** How people found it who signed one product through one door (S1-29); their words stay theirs. */
export interface Satisfaction {
  readonly product: string;
  readonly entrance: Entrance | undefined;
  /** How many gave each score, from 1 to 5. */
  readonly scores: readonly [number, number, number, number, number];
}

/** How many gave one score to one product through one door. */
export interface Scored {
  readonly product: string;
  readonly entrance: Entrance | undefined;
  readonly score: number;
  readonly count: number;
}

/** The report of S1-29: products by door in the order of the rows, each with all five scores. */
export function satisfactionOf(rows: readonly Scored[]): readonly Satisfaction[] {
  const groups = Map.groupBy(rows, ({ product, entrance }) => `${product} ${entrance}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const given = (score: number): number =>
      group.filter((row) => row.score === score).reduce((sum, { count }) => sum + count, 0);
    const scores = [given(1), given(2), given(3), given(4), given(5)] as const;
    return [{ product: first.product, entrance: first.entrance, scores }];
  });
}

/** Whole days in which something began; undefined is open. */
export interface Days {
  readonly from: Instant | undefined;
  readonly before: Instant | undefined;
}

/** Counts of cases; nothing of a person is read. */
export interface OverviewRows {
  funnel(
    unit: Unit,
    question: Days & {
      readonly reach: Reach;
      /** Cases whose last entry is older, and in whose states the person is to act. */
      readonly abandonedBefore: Instant;
      readonly personStates: readonly CaseState[];
    },
  ): Promise<readonly Funnel[]>;
  /** Scores given in these days. */
  satisfaction(unit: Unit, question: Days & { readonly reach: Reach }): Promise<readonly Scored[]>;
  /** Each state that has cases, with the time of the last entry of the one that waits longest. */
  standing(
    unit: Unit,
    reach: Reach,
  ): Promise<readonly { state: CaseState; cases: number; since: Instant }[]>;
}

export class Overview {
  readonly #units: Units;
  readonly #rights: Rights;
  readonly #rows: OverviewRows;
  readonly #clock: Clock;

  constructor(parts: { units: Units; rights: Rights; rows: OverviewRows; clock: Clock }) {
    this.#units = parts.units;
    this.#rights = parts.rights;
    this.#rows = parts.rows;
    this.#clock = parts.clock;
  }

  async funnel(asker: Asker, days: Days): Promise<readonly Funnel[]> {
    const reach = this.#reachOf(asker);
    const abandonedBefore = addSeconds(this.#clock.now(), -abandonedDays * daySeconds);
    const personStates = statesThatWaitFor('person');
    const question = { reach, ...days, abandonedBefore, personStates };
    return this.#units.run(asker.tenant, (unit) => this.#rows.funnel(unit, question));
  }

  async satisfaction(asker: Asker, days: Days): Promise<readonly Satisfaction[]> {
    const question = { reach: this.#reachOf(asker), ...days };
    return satisfactionOf(
      await this.#units.run(asker.tenant, (unit) => this.#rows.satisfaction(unit, question)),
    );
  }

  async waiting(asker: Asker): Promise<readonly Waiting[]> {
    const reach = this.#reachOf(asker);
    const rows = await this.#units.run(asker.tenant, (unit) => this.#rows.standing(unit, reach));
    return rows.flatMap((row) => {
      const waitsFor = actors[row.state];
      return waitsFor === undefined ? [] : [{ ...row, waitsFor }];
    });
  }

  #reachOf({ caller }: Asker): Reach {
    this.#rights.require(caller, 'case.list');
    const reach = this.#rights.reachOf(caller, 'case.list');
    if (reach === undefined) throw new Fault('access.not_permitted', { permission: 'case.list' });
    return reach;
  }
}

/** `state` and whatever a case can become after it. */
function reachedFrom(state: CaseState): readonly CaseState[] {
  const states = Object.keys(caseMoves).filter(isCaseState);
  return states.slice(states.indexOf(state)).filter((one) => one !== 'refused');
}

function statesThatWaitFor(actor: Waiting['waitsFor']): readonly CaseState[] {
  const states = Object.keys(actors) as CaseState[];
  return states.filter((state) => actors[state] === actor);
}

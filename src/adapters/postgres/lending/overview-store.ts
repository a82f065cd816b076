/**
 * Counts of cases by the evidence they have reached and by the state they stand in.
 */
import { sql } from 'kysely';
import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { Reach } from '#business/access';
import {
  type Funnel,
  type FunnelStep,
  funnelSteps,
  type OverviewRows,
  type Scored,
} from '#business/desk';
import { type CaseState, isCaseState } from '#business/lending';
import { txOf } from '../database.ts';
import { within } from './desk-store.ts';
import { entranceOf } from './entrance-column.ts';

type Question = Parameters<OverviewRows['funnel']>[1];
type Counts = Readonly<Record<FunnelStep | 'abandoned', bigint>> & Group;

/** Of whom a row counts. */
interface Group {
  readonly product: string;
  readonly entrance: string | null;
}

export class PostgresOverview implements OverviewRows {
  async funnel(unit: Unit, question: Question): Promise<readonly Funnel[]> {
    const { tenant } = unit;
    const from = BigInt(question.from ?? 0);
    const before = BigInt(question.before ?? Number.MAX_SAFE_INTEGER);
    const states = sql.join(question.personStates);
    const sums = sql.join(
      steps().map(
        (step) => sql`count(*) filter (where ${sql.ref(step)})
      as ${sql.ref(step)}`,
      ),
    );
    const reached = sql.join(steps().map((step) => sql`${isReached(step)} as ${sql.ref(step)}`));
    const { rows } = await sql<Counts>`
      select product, entrance, ${sums}, count(*) filter (where loan_case.state in (${states})
        and ${lastAt} < ${BigInt(question.abandonedBefore)}) as abandoned
      from loan_case ${lastJoin} ${unitJoin}
      cross join lateral (
        select ${reached} from evidence_entry e
        where e.tenant = loan_case.tenant and e.case_id = loan_case.id) reached
      where loan_case.tenant = ${tenant} and opened_at >= ${from} and opened_at < ${before}
        and ${within(question.reach)}
      group by product, entrance order by product, entrance`.execute(txOf(unit));
    return rows.map(({ product, entrance, abandoned, ...counts }) => ({
      ...groupOf({ product, entrance }),
      steps: stepsOf(counts),
      abandoned: Number(abandoned),
    }));
  }

  async satisfaction(
    unit: Unit,
    question: Parameters<OverviewRows['satisfaction']>[1],
  ): Promise<readonly Scored[]> {
    const from = BigInt(question.from ?? 0);
    const before = BigInt(question.before ?? Number.MAX_SAFE_INTEGER);
    const { rows } = await sql<Group & { score: number; count: bigint }>`
      select product, entrance, s.score, count(*) as count
      from satisfaction s
      join loan_case on loan_case.tenant = s.tenant and loan_case.id = s.case_id ${unitJoin}
      where s.tenant = ${unit.tenant} and s.at >= ${from} and s.at < ${before}
        and ${within(question.reach)}
      group by product, entrance, s.score order by product, entrance`.execute(txOf(unit));
    return rows.map(({ score, count, ...group }) => ({
      ...groupOf(group),
      score,
      count: Number(count),
    }));
  }

  async standing(
    unit: Unit,
    reach: Reach,
  ): Promise<
    readonly { state: CaseState; cases: number; since: ReturnType<typeof instantFromMs> }[]
  > {
    const { rows } = await sql<{ state: string; cases: bigint; since: bigint }>`
      select loan_case.state, count(*) as cases, min(${lastAt}) as since
      from loan_case ${lastJoin} ${unitJoin}
      where loan_case.tenant = ${unit.tenant} and ${within(reach)}
      group by loan_case.state order by loan_case.state`.execute(txOf(unit));
    return rows.map(({ state, cases, since }) => {
      if (!isCaseState(state)) throw new Fault('postgres.row_malformed', { state });
      return { state, cases: Number(cases), since: instantFromMs(Number(since)) };
    });
  }
}

/** The newest entry of the case, by the number that its chain stands at. */
const lastJoin = sql`join evidence_case chain
    on chain.tenant = loan_case.tenant and chain.case_id = loan_case.id
  join evidence_entry last on last.tenant = chain.tenant and last.case_id = chain.case_id
    and last.seq = chain.seq - 1`;

/** The time that this entry states of itself, in ms since 1970. */
const lastAt = sql`(extract(epoch from
  (convert_from(last.bytes, 'UTF8')::jsonb ->> 'at')::timestamptz) * 1000)::bigint`;

const unitJoin = sql`left join org_unit
  on org_unit.tenant = loan_case.tenant and org_unit.code = loan_case.unit`;

function groupOf({ product, entrance }: Group) {
  return { product, entrance: entranceOf(entrance) };
}

function isReached(step: FunnelStep): ReturnType<typeof sql> {
  const known = funnelSteps[step];
  if ('entry' in known) return sql`bool_or(e.type = ${known.entry})`;
  return sql`loan_case.state in (${sql.join(known.states)})`;
}

function steps(): readonly FunnelStep[] {
  return Object.keys(funnelSteps) as FunnelStep[];
}

function stepsOf(counts: Readonly<Record<FunnelStep, bigint>>): Record<FunnelStep, number> {
  const entries = steps().map((step) => [step, Number(counts[step])] as const);
  return Object.fromEntries(entries) as Record<FunnelStep, number>;
}

/**
 * Cases as the desks list them, and grants to see a person's values unmasked.
 */
import { type Selectable, sql } from 'kysely';

import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { fen } from '#base/money';
import type { Unit } from '#base/unit';
import { type Reach, rootPath } from '#business/access';
import type { CaseRow, CaseRows, GrantStore, Sight, UnmaskGrant } from '#business/desk';
import { isCaseState } from '#business/lending';
import { txOf } from '../database.ts';
import { entranceOf } from './entrance-column.ts';

interface CaseColumns {
  tenant: string;
  id: string;
  unit: string;
  application: string;
  preservation_number: string;
  product: string;
  state: string;
  subject: string;
  opened_at: bigint;
  amount_fen: bigint | null;
  decision: string | null;
  entrance: string | null;
}

interface Tables {
  loan_case: CaseColumns;
  org_unit: { tenant: string; code: string; path: string };
  unmask_grant: {
    tenant: string;
    id: string;
    staff: string;
    case_id: string;
    fields: Sight[];
    purpose: string;
    granted_at: bigint;
    until: bigint;
  };
}

type ListQuestion = Parameters<CaseRows['list']>[1];

/** Cases, read only. */
export class PostgresCaseRows implements CaseRows {
  async list(unit: Unit, question: ListQuestion): Promise<readonly CaseRow[]> {
    const { filter, after } = question;
    let query = cases(unit).where(within(question.reach));
    if (filter.state !== undefined) query = query.where('loan_case.state', '=', filter.state);
    if (filter.product !== undefined) query = query.where('product', '=', filter.product);
    if (filter.unit !== undefined) query = query.where(belowUnit(unit, filter.unit));
    if (filter.from !== undefined) query = query.where('opened_at', '>=', BigInt(filter.from));
    if (filter.before !== undefined) query = query.where('opened_at', '<', BigInt(filter.before));
    if (filter.subjects !== undefined) query = query.where('subject', 'in', filter.subjects);
    if (after !== undefined) {
      const { openedAt, id } = after;
      query = query.where(sql<boolean>`(opened_at, id) < (${BigInt(openedAt)}, ${id})`);
    }
    const rows = await query
      .orderBy('opened_at', 'desc')
      .orderBy('id', 'desc')
      .limit(question.countMax)
      .execute();
    return rows.map(rowOf);
  }

  async one(unit: Unit, caseId: string): Promise<CaseRow | undefined> {
    const row = await cases(unit).where('loan_case.id', '=', caseId).executeTakeFirst();
    return row === undefined ? undefined : rowOf(row);
  }
}

/** Grants to see values unmasked. */
export class PostgresGrants implements GrantStore {
  async add(unit: Unit, grant: UnmaskGrant): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('unmask_grant')
      .values({
        tenant: unit.tenant,
        id: grant.id,
        staff: grant.staff,
        case_id: grant.caseId,
        fields: [...grant.fields],
        purpose: grant.purpose,
        granted_at: BigInt(grant.grantedAt),
        until: BigInt(grant.until),
      })
      .execute();
  }

  async live(
    unit: Unit,
    of: { staff: string; caseId: string; now: number },
  ): Promise<readonly UnmaskGrant[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('unmask_grant')
      .selectAll()
      .where('tenant', '=', unit.tenant)
      .where('staff', '=', of.staff)
      .where('case_id', '=', of.caseId)
      .where('until', '>', BigInt(of.now))
      .execute();
    return rows.map((row) => ({
      id: row.id,
      staff: row.staff,
      caseId: row.case_id,
      fields: row.fields,
      purpose: row.purpose,
      grantedAt: instantFromMs(Number(row.granted_at)),
      until: instantFromMs(Number(row.until)),
    }));
  }
}

function cases(unit: Unit) {
  return (
    txOf<Tables>(unit)
      .selectFrom('loan_case')
      .leftJoin('org_unit', (join) =>
        join
          .onRef('org_unit.tenant', '=', 'loan_case.tenant')
          .onRef('org_unit.code', '=', 'loan_case.unit'),
      )
      .select([
        'loan_case.id',
        'loan_case.unit',
        'application',
        'preservation_number',
        'product',
        'loan_case.state',
        'subject',
        'opened_at',
        'amount_fen',
        'decision',
        'entrance',
      ])
      // A unit that the tree does not know hangs under the root, where only the widest reach goes.
      .select(sql<string>`coalesce(org_unit.path, ${rootPath})`.as('path'))
      .where('loan_case.tenant', '=', unit.tenant)
  );
}

/** Cases within reach, in a query that joins `org_unit`. */
export function within(reach: Reach) {
  if (reach.kind === 'tenant') return sql<boolean>`true`;
  const path = sql`coalesce(org_unit.path, ${rootPath})`;
  if (reach.kind === 'own') return sql<boolean>`${path} = ${reach.unitPath}`;
  return sql<boolean>`starts_with(${path}, ${reach.unitPath})`;
}

function belowUnit(unit: Unit, code: string) {
  return sql<boolean>`starts_with(org_unit.path, (
    select path from org_unit wanted
    where wanted.tenant = ${unit.tenant} and wanted.code = ${code}))`;
}

type JoinedRow = Omit<Selectable<CaseColumns>, 'tenant'> & { readonly path: string };

function rowOf(row: JoinedRow): CaseRow {
  if (!isCaseState(row.state)) throw new Fault('postgres.row_malformed', { state: row.state });
  return {
    id: row.id,
    application: row.application,
    preservationNumber: row.preservation_number,
    product: row.product,
    unit: row.unit,
    unitPath: row.path,
    state: row.state,
    subject: row.subject,
    openedAt: instantFromMs(Number(row.opened_at)),
    amount: row.amount_fen === null ? undefined : fen(row.amount_fen),
    decision: row.decision ?? undefined,
    entrance: entranceOf(row.entrance),
  };
}

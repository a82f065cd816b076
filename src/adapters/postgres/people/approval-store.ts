/**
 * Rows of approvals, break-glasses and who did which act on which case.
 */
import { type Selectable, sql } from 'kysely';

import { type Instant, instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type {
  ActStore,
  ApprovalRow,
  ApprovalStanding,
  ApprovalStore,
  GlassRow,
  GlassStore,
  Reach,
} from '#business/access';
import { txOf } from '../database.ts';

interface ApprovalColumns {
  tenant: string;
  id: string;
  kind: string;
  order_sha256: Uint8Array;
  asked_by: string;
  asked_at: bigint;
  until: bigint;
  standing: ApprovalStanding;
  decided_by: string | null;
  decided_at: bigint | null;
}

interface GlassColumns {
  tenant: string;
  id: string;
  staff: string;
  permission: GlassRow['permission'];
  case_id: string;
  opened_at: bigint;
  until: bigint;
  review_until: bigint;
  reviewed_by: string | null;
  reviewed_at: bigint | null;
  verdict: 'justified' | 'not_justified' | null;
}

interface Tables {
  approval: ApprovalColumns;
  break_glass: GlassColumns;
  break_glass_use: { tenant: string; glass: string; at: bigint; act: string; seq?: bigint };
  case_act: { tenant: string; case_id: string; act: string; staff: string; at: bigint };
}

/** Approvals. */
export class PostgresApprovals implements ApprovalStore {
  async add(unit: Unit, row: ApprovalRow): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('approval')
      .values({
        tenant: unit.tenant,
        id: row.id,
        kind: row.kind,
        order_sha256: row.orderSha256,
        asked_by: row.askedBy,
        asked_at: BigInt(row.askedAt),
        until: BigInt(row.until),
        ...decisionOf(row),
      })
      .execute();
  }

  async lock(unit: Unit, id: string): Promise<ApprovalRow | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('approval')
      .selectAll()
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row === undefined ? undefined : approvalOf(row);
  }

  async save(unit: Unit, row: ApprovalRow): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('approval')
      .set(decisionOf(row))
      .where('tenant', '=', unit.tenant)
      .where('id', '=', row.id)
      .execute();
  }

  async open(
    unit: Unit,
    { now, reach, countMax }: Parameters<ApprovalStore['open']>[1],
  ): Promise<readonly ApprovalRow[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('approval')
      .selectAll()
      .where('tenant', '=', unit.tenant)
      .where('standing', 'in', ['asked', 'given'])
      .where('until', '>', BigInt(now))
      .where(by('asked_by', reach))
      .orderBy('asked_at', 'desc')
      .limit(countMax)
      .execute();
    return rows.map(approvalOf);
  }

  async openOf(
    unit: Unit,
    { now, staff, countMax }: Parameters<ApprovalStore['openOf']>[1],
  ): Promise<number> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('approval')
      .select('id')
      .where('tenant', '=', unit.tenant)
      .where('standing', 'in', ['asked', 'given'])
      .where('until', '>', BigInt(now))
      .where('asked_by', '=', staff)
      .limit(countMax)
      .execute();
    return rows.length;
  }

  async endOf(unit: Unit, staff: string): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('approval')
      .set({ standing: 'dead' })
      .where('tenant', '=', unit.tenant)
      .where((is) => is.or([is('asked_by', '=', staff), is('decided_by', '=', staff)]))
      .where('standing', 'in', ['asked', 'given'])
      .execute();
  }
}

/** Break-glasses. */
export class PostgresGlasses implements GlassStore {
  async add(unit: Unit, row: GlassRow): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('break_glass')
      .values({
        tenant: unit.tenant,
        id: row.id,
        staff: row.staff,
        permission: row.permission,
        case_id: row.caseId,
        opened_at: BigInt(row.openedAt),
        review_until: BigInt(row.reviewUntil),
        ...verdictOf(row),
      })
      .execute();
  }

  async lock(unit: Unit, id: string): Promise<GlassRow | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('break_glass')
      .selectAll()
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row === undefined ? undefined : glassOf(row);
  }

  async save(unit: Unit, row: GlassRow): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('break_glass')
      .set(verdictOf(row))
      .where('tenant', '=', unit.tenant)
      .where('id', '=', row.id)
      .execute();
  }

  async unreviewed(
    unit: Unit,
    of: Parameters<GlassStore['unreviewed']>[1],
  ): Promise<readonly GlassRow[]> {
    const all = txOf<Tables>(unit)
      .selectFrom('break_glass')
      .selectAll()
      .where('tenant', '=', unit.tenant)
      .where('verdict', 'is', null);
    const mine = of.staff === undefined ? all : all.where('staff', '=', of.staff);
    const near = of.reach === undefined ? mine : mine.where(by('staff', of.reach));
    const rows = await near.orderBy('review_until').limit(of.countMax).execute();
    return rows.map(glassOf);
  }

  async use(unit: Unit, use: { glass: string; at: Instant; act: string }): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('break_glass_use')
      .values({ tenant: unit.tenant, glass: use.glass, at: BigInt(use.at), act: use.act })
      .execute();
  }

  async usesOf(unit: Unit, glass: string): Promise<readonly { at: Instant; act: string }[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('break_glass_use')
      .select(['at', 'act'])
      .where('tenant', '=', unit.tenant)
      .where('glass', '=', glass)
      .orderBy('seq')
      .execute();
    return rows.map(({ at, act }) => ({ at: instantFromMs(Number(at)), act }));
  }
}

/** Who did which act on which case. */
export class PostgresActs implements ActStore {
  async add(
    unit: Unit,
    act: { caseId: string; act: string; staff: string; at: Instant },
  ): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('case_act')
      .values({
        tenant: unit.tenant,
        case_id: act.caseId,
        act: act.act,
        staff: act.staff,
        at: BigInt(act.at),
      })
      .execute();
  }

  async of(unit: Unit, caseId: string): Promise<readonly { act: string; staff: string }[]> {
    return txOf<Tables>(unit)
      .selectFrom('case_act')
      .select(['act', 'staff'])
      .where('tenant', '=', unit.tenant)
      .where('case_id', '=', caseId)
      .execute();
  }
}

/** By somebody who works within reach, as things stand now. */
function by(column: 'asked_by' | 'staff', reach: Reach) {
  if (reach.kind === 'tenant') return sql<boolean>`true`;
  const path = sql`(
    select u.path from staff a join org_unit u on u.tenant = a.tenant and u.code = a.unit
    where a.tenant = fubie_tenant() and a.id = ${sql.ref(column)})`;
  if (reach.kind === 'own') return sql<boolean>`${path} = ${reach.unitPath}`;
  return sql<boolean>`starts_with(${path}, ${reach.unitPath})`;
}

function decisionOf(row: ApprovalRow) {
  return {
    standing: row.standing,
    decided_by: row.decidedBy ?? null,
    decided_at: row.decidedAt === undefined ? null : BigInt(row.decidedAt),
  };
}

function approvalOf(row: Selectable<ApprovalColumns>): ApprovalRow {
  return {
    id: row.id,
    kind: row.kind,
    orderSha256: row.order_sha256,
    askedBy: row.asked_by,
    askedAt: instantFromMs(Number(row.asked_at)),
    until: instantFromMs(Number(row.until)),
    standing: row.standing,
    decidedBy: row.decided_by ?? undefined,
    decidedAt: row.decided_at === null ? undefined : instantFromMs(Number(row.decided_at)),
  };
}

function verdictOf(row: GlassRow) {
  return {
    until: BigInt(row.until),
    reviewed_by: row.reviewedBy ?? null,
    reviewed_at: row.reviewedAt === undefined ? null : BigInt(row.reviewedAt),
    verdict: row.verdict ?? null,
  };
}

function glassOf(row: Selectable<GlassColumns>): GlassRow {
  return {
    id: row.id,
    staff: row.staff,
    permission: row.permission,
    caseId: row.case_id,
    openedAt: instantFromMs(Number(row.opened_at)),
    until: instantFromMs(Number(row.until)),
    reviewUntil: instantFromMs(Number(row.review_until)),
    reviewedBy: row.reviewed_by ?? undefined,
    reviewedAt: row.reviewed_at === null ? undefined : instantFromMs(Number(row.reviewed_at)),
    verdict: row.verdict ?? undefined,
  };
}

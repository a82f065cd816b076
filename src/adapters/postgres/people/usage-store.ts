/**
 * Counts of what a tenant used: rows that are only added, and now and then folded into one.
 */
import { sql } from 'kysely';
import type { TenantId, Unit } from '#base/unit';
import { type Metered, metered, type UsageStore, type UsageSums } from '#business/tenancy';
import { txOf } from '../database.ts';

/** Rows folded at once: a few seconds' work at most. */
const foldedMax = 10_000;

interface Tables {
  usage_count: { tenant: TenantId; month: string; what: string; n: bigint };
}

interface Sum {
  readonly what: string | null;
  readonly n: string | null;
}

export class PostgresUsage implements UsageStore {
  async add(unit: Unit, use: { month: string; what: Metered; n: number }): Promise<void> {
    const { month, what, n } = use;
    await txOf<Tables>(unit)
      .insertInto('usage_count')
      .values({ tenant: unit.tenant, month, what, n: BigInt(n) })
      .execute();
  }

  async ofMonth(unit: Unit, month: string): Promise<UsageSums> {
    const found = await sql<Sum>`select what, sum(n)::text as n from usage_count
      where tenant = ${unit.tenant} and month = ${month} group by what`.execute(txOf<Tables>(unit));
    return sumsOf(found.rows);
  }

  async below(unit: Unit, month: string): Promise<{ tenants: number; sums: UsageSums }> {
    const found = await sql<Sum & { tenants: bigint }>`select tenants, what, n::text as n
      from fubie_usage_below(${month})`.execute(txOf<Tables>(unit));
    return { tenants: Number(found.rows[0]?.tenants ?? 0n), sums: sumsOf(found.rows) };
  }

  async months(unit: Unit): Promise<readonly string[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('usage_count')
      .select('month')
      .distinct()
      .where('tenant', '=', unit.tenant)
      .orderBy('month')
      .execute();
    return rows.map(({ month }) => month);
  }

  async fold(unit: Unit): Promise<void> {
    // A row that another fold deleted first is not returned here: each goes into one new row.
    await sql`with taken as (
        delete from usage_count where tenant = ${unit.tenant} and id in (
          select id from usage_count where tenant = ${unit.tenant}
          order by id limit ${foldedMax})
        returning month, what, n)
      insert into usage_count (tenant, month, what, n)
      select ${unit.tenant}, month, what, sum(n) from taken group by month, what`.execute(
      txOf<Tables>(unit),
    );
  }
}

function sumsOf(rows: readonly Sum[]): UsageSums {
  const held = new Map(rows.map(({ what, n }) => [what, BigInt(n ?? '0')]));
  return Object.fromEntries(metered.map((what) => [what, held.get(what) ?? 0n])) as UsageSums;
}

/**
 * Which objects rows name, and when each was last re-hashed.
 */
import { sql } from 'kysely';
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { CheckedOriginal, OriginalRows } from '#business/archive';
import type { ObjectName } from '#business/tenancy';
import { txOf } from '../database.ts';
import { namingTables, type ObjectColumns, objectName } from '../object-columns.ts';

export class PostgresOriginals implements OriginalRows {
  async due(
    unit: Unit,
    { before, damagedBefore, countMax }: Parameters<OriginalRows['due']>[1],
  ): Promise<readonly ObjectName[]> {
    const named = namingTables.map(
      (table) => sql`select place, object_sha256, object_bytes from ${sql.table(table)}
        where tenant = ${unit.tenant} and object_sha256 is not null`,
    );
    const { rows } = await sql<ObjectColumns>`
      select distinct on (coalesce(c.at, 0), n.object_sha256) n.*
        from (${sql.join(named, sql` union all `)}) n
        left join object_check c
          on c.tenant = ${unit.tenant} and c.object_sha256 = n.object_sha256
      where c.at is null or c.at < case when c.sound then ${BigInt(before)}::bigint
        else ${BigInt(damagedBefore)}::bigint end
      order by coalesce(c.at, 0), n.object_sha256 limit ${countMax}`.execute(txOf(unit));
    return rows.map(objectName);
  }

  async checked(unit: Unit, at: Instant, originals: readonly CheckedOriginal[]): Promise<void> {
    if (originals.length === 0) return;
    const rows = originals.map(
      ({ sha256, isSound }) => sql`(${unit.tenant}, ${sha256}, ${BigInt(at)}, ${isSound})`,
    );
    await sql`insert into object_check (tenant, object_sha256, at, sound)
      values ${sql.join(rows)} on conflict (tenant, object_sha256)
      do update set at = excluded.at, sound = excluded.sound`.execute(txOf(unit));
  }
}

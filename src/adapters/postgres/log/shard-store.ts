/**
 * The shards of one tenant's log, in the transaction of a unit.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import { type Shard, type ShardRow, shardsOf } from '#trust/evidence';
import { txOf } from '../database.ts';

export class PostgresShards {
  /** Oldest first; one that bears no name where the log was never opened. */
  async of(unit: Unit): Promise<readonly Shard[]> {
    const { rows } = await sql<{ base: bigint; name: string; origin: string }>`
      select base, name, origin from log.shard
      where tenant = ${unit.tenant} order by base`.execute(txOf(unit));
    return shardsOf(rows.map((row) => ({ ...row, base: Number(row.base) })));
  }

  /** The texts of the final head of the shard that ends at this place. */
  async finalHead(
    unit: Unit,
    end: number,
  ): Promise<{ readonly text: string; readonly twinText: string | undefined } | undefined> {
    const { rows } = await sql<{ text: string; twinText: string | null }>`
      select text, twin_text as "twinText" from log.checkpoint
      where tenant = ${unit.tenant} and size = ${end}`.execute(txOf(unit));
    const [row] = rows;
    return row && { text: row.text, twinText: row.twinText ?? undefined };
  }

  /** Names a log's first shard; one that has its name keeps it. */
  async begin(unit: Unit, first: Omit<ShardRow, 'base'>): Promise<void> {
    await sql`insert into log.shard (tenant, base, name, origin)
      values (${unit.tenant}, 0, ${first.name}, ${first.origin})
      on conflict do nothing`.execute(txOf(unit));
  }

  /** When the log's first head was drafted: a log may be older than the names of its shards. */
  async begunAt(unit: Unit): Promise<Instant | undefined> {
    const { rows } = await sql<{ at: bigint }>`select drafted_at as at from log.checkpoint
      where tenant = ${unit.tenant} order by size limit 1`.execute(txOf(unit));
    const [row] = rows;
    return row === undefined ? undefined : (Number(row.at) as Instant);
  }
}

/** Is a head of this size one of the shard in which the place lies? */
export function ofShardHolding(
  { tenant }: Unit,
  place: number,
  size: RawBuilder<unknown>,
): RawBuilder<boolean> {
  return sql`${size} > coalesce((select max(base) from log.shard
      where tenant = ${tenant} and base <= ${place}), 0)
    and ${size} <= coalesce((select min(base) from log.shard
      where tenant = ${tenant} and base > ${place}), ${Number.MAX_SAFE_INTEGER})`;
}

/**
 * Stamped heads of one tenant's log, in the transaction of a unit.
 */
import { type RawBuilder, sql } from 'kysely';

import { type Instant, instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import {
  type StampedHead,
  type StampStore,
  stampExists,
  type UnstampedHeads,
} from '#trust/receipt';
import { txOf } from '../database.ts';
import { ofShardHolding } from './shard-store.ts';

interface StampRow {
  readonly size: bigint;
  readonly version: number;
  readonly note: string;
  readonly record: Uint8Array;
  readonly at: bigint;
}

export class PostgresStamps implements StampStore, UnstampedHeads {
  async newest(unit: Unit): Promise<StampedHead | undefined> {
    const newest = sql`order by size desc, version desc limit 1`;
    return (await stampsOf(unit, sql`true`, newest))[0];
  }

  async covering(unit: Unit, index: number): Promise<StampedHead | undefined> {
    const first = sql`order by size, version desc limit 1`;
    const over = sql`size > ${index} and ${ofShardHolding(unit, index, sql`size`)}`;
    return (await stampsOf(unit, over, first))[0];
  }

  all(unit: Unit): Promise<readonly StampedHead[]> {
    const current = sql`version = (select max(n.version) from log.stamp n
      where n.tenant = ${unit.tenant} and n.size = stamp.size)`;
    return stampsOf(unit, current, sql`order by size`);
  }

  async add(unit: Unit, stamped: StampedHead): Promise<void> {
    const { size, version, note, record, at } = stamped;
    const added = await sql`insert into log.stamp (tenant, size, version, note, record, stamped_at)
      values (${unit.tenant}, ${size}, ${version}, ${note}, ${record}, ${at})
      on conflict (tenant, size, version) do nothing`.execute(txOf(unit));
    if (added.numAffectedRows !== 1n) throw stampExists(size, version);
  }

  async unstampedSince(unit: Unit): Promise<Instant | undefined> {
    const { tenant } = unit;
    const { rows } = await sql<{ at: bigint }>`
      select drafted_at as at from log.checkpoint
      where tenant = ${tenant} and level >= 'L1' and size > coalesce(
        (select max(size) from log.stamp where tenant = ${tenant}), 0)
      order by size limit 1`.execute(txOf(unit));
    return rows[0] && instantFromMs(Number(rows[0].at));
  }
}

async function stampsOf(
  unit: Unit,
  where: RawBuilder<unknown>,
  rest: RawBuilder<unknown>,
): Promise<readonly StampedHead[]> {
  const { rows } = await sql<StampRow>`
    select size, version, note, record, stamped_at as at from log.stamp stamp
    where tenant = ${unit.tenant} and ${where} ${rest}`.execute(txOf(unit));
  return rows.map(({ size, at, ...row }) => ({
    ...row,
    size: Number(size),
    at: Number(at) as Instant,
  }));
}

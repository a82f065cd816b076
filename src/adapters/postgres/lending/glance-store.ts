/**
 * Who signed the log how far, and what work waits: rows of one tenant, read only.
 */
import { sql } from 'kysely';
import { type Instant, instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type { GlanceRows, LastSigned, StampsWaiting, WaitingWork } from '#business/desk';
import { txOf } from '../database.ts';

export class PostgresGlance implements GlanceRows {
  async lastSigned(unit: Unit, checkpointsMax: number): Promise<readonly LastSigned[]> {
    const { tenant } = unit;
    const { rows } = await sql<{ by: string; is_log: boolean; size: bigint; at: bigint }>`
      select distinct on (s.by) s.by, s.is_log, s.size, c.drafted_at as at
      from (select size, drafted_at from log.checkpoint
        where tenant = ${tenant} order by size desc limit ${checkpointsMax}) c
      join log.signature s on s.tenant = ${tenant} and s.size = c.size
      order by s.by, s.size desc`.execute(txOf(unit));
    return rows.map(({ by, is_log, size, at }) => ({
      name: by,
      isLog: is_log,
      size: Number(size),
      at: instantFromMs(Number(at)),
    }));
  }

  async work(unit: Unit): Promise<readonly WaitingWork[]> {
    const { rows } = await sql<{ kind: string; count: bigint; due: bigint; tries: number }>`
      select kind, count(*) as count, min(due_at) as due, max(tries) as tries
      from job where tenant = ${unit.tenant} and done_at is null
      group by kind order by kind`.execute(txOf(unit));
    return rows.map(({ kind, count, due, tries }) => ({
      kind,
      count: Number(count),
      due: instantFromMs(Number(due)),
      triesMax: tries,
    }));
  }

  async stamps(unit: Unit, since: Instant): Promise<StampsWaiting> {
    const { rows } = await sql<{ open: bigint; missing: bigint }>`
      select count(*) filter (where standing = 'open') as open,
        count(*) filter (where because = 'stamp_missing'
          and lease_until > ${BigInt(since)}) as missing
      from ticket where tenant = ${unit.tenant}`.execute(txOf(unit));
    const [row] = rows;
    return { open: Number(row?.open ?? 0n), missing: Number(row?.missing ?? 0n) };
  }
}

/**
 * The alarms of one tenant's log that stand now, and when its parts last gave a sign of life.
 */
import { sql } from 'kysely';

import { instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type { Alarm, AlarmBoard, LogPart } from '#trust/evidence';
import { txOf } from '../database.ts';

export class PostgresAlarms implements AlarmBoard {
  async standing(unit: Unit): Promise<readonly Alarm[]> {
    const { rows } = await sql<Alarm>`
      select code, detail from log.alarm
      where tenant = ${unit.tenant} and ended_at is null order by raised_at, id`.execute(
      txOf(unit),
    );
    const damaged = await sql<{ object_sha256: string }>`
      select object_sha256 from object_check
      where tenant = ${unit.tenant} and not sound order by at limit 100`.execute(txOf(unit));
    const originals = damaged.rows.map(({ object_sha256: detail }) => ({
      code: 'original_damaged',
      detail,
    }));
    return [...rows.map(({ code, detail }) => ({ code, detail })), ...originals];
  }

  async heartbeats(unit: Unit): ReturnType<AlarmBoard['heartbeats']> {
    const { rows } = await sql<{ part: LogPart; at: bigint }>`
      select part, at from log.heartbeat where tenant = ${unit.tenant}`.execute(txOf(unit));
    return rows.map(({ part, at }) => ({ part, at: instantFromMs(Number(at)) }));
  }
}

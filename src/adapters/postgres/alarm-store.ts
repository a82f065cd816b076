/**
 * The alarms that stand now, for whoever watches the house.
 */
import { sql } from 'kysely';
import type { Unit } from '#base/unit';
import { txOf } from './database.ts';

export interface StandingAlarm {
  readonly code: string;
  readonly detail: string;
}

export class PostgresAlarms {
  async standing(unit: Unit): Promise<readonly StandingAlarm[]> {
    const { rows } = await sql<StandingAlarm>`
      select code, detail from log.alarm where ended_at is null order by raised_at`.execute(
      txOf(unit),
    );
    return rows.map(({ code, detail }) => ({ code, detail }));
  }
}

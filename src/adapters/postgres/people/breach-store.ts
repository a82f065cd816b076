/**
 * Rows of breaches. Words and tidings are JSON columns: nobody looks for them by a part.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import { type Breach, type BreachStore, breachAudiences } from '#business/privacy';
import { txOf } from '../database.ts';

interface BreachColumns {
  tenant: string;
  id: string;
  found_at: bigint;
  recorded_at: bigint;
  recorded_by: string;
  words: unknown;
  persons: bigint;
  averted: string | null;
  told: unknown;
}

interface Tables {
  breach: BreachColumns;
}

const wordsShape = z.strictObject({
  kinds: z.string(),
  cause: z.string(),
  harm: z.string(),
  remedy: z.string(),
  advice: z.string(),
  contact: z.string(),
});
const toldShape = z.array(
  z.strictObject({
    audience: z.enum(breachAudiences),
    at: z.number(),
    by: z.string(),
    reference: z.string(),
  }),
);

export class PostgresBreaches implements BreachStore {
  async putBreach(unit: Unit, breach: Breach): Promise<void> {
    const told = sql`${JSON.stringify(breach.told)}::jsonb`;
    await txOf<Tables>(unit)
      .insertInto('breach')
      .values({
        tenant: unit.tenant,
        id: breach.id,
        found_at: BigInt(breach.foundAt),
        recorded_at: BigInt(breach.recordedAt),
        recorded_by: breach.recordedBy,
        words: sql`${JSON.stringify(breach.words)}::jsonb`,
        persons: BigInt(breach.persons),
        averted: breach.averted ?? null,
        told,
      })
      .onConflict((clash) => clash.columns(['tenant', 'id']).doUpdateSet({ told }))
      .execute();
  }

  async breach(unit: Unit, id: string): Promise<Breach | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('breach')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row === undefined ? undefined : breachOf(row);
  }

  async breaches(unit: Unit, countMax: number): Promise<readonly Breach[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('breach')
      .selectAll()
      .orderBy('recorded_at', 'desc')
      .orderBy('id', 'desc')
      .limit(countMax)
      .execute();
    return rows.map(breachOf);
  }
}

function breachOf(row: BreachColumns): Breach {
  return {
    id: row.id,
    foundAt: instantFromMs(Number(row.found_at)),
    recordedAt: instantFromMs(Number(row.recorded_at)),
    recordedBy: row.recorded_by,
    words: wordsShape.parse(row.words),
    persons: Number(row.persons),
    averted: row.averted ?? undefined,
    told: toldShape.parse(row.told).map((one) => ({ ...one, at: instantFromMs(one.at) })),
  };
}

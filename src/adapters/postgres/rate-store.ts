/**
 * Token buckets in one statement each, shared by every replica.
 *
 * Counted in thousandths of a request. The table is unlogged, so a unit that writes nothing else
 * commits without waiting for the disk; what a crash forgets is a full bucket.
 */
import { sql } from 'kysely';
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { RateStore } from '#business/access';
import { txOf } from './database.ts';

interface Tables {
  rate_bucket: { tenant: string; bucket: string; tokens: bigint; at: bigint };
}

interface Limit {
  readonly burst: number;
  readonly perMinute: number;
}

const wholeToken = 1_000n;
const minuteMs = 60_000n;

/** Token buckets shared by every replica. */
export class PostgresRates implements RateStore {
  async take(unit: Unit, bucket: string, { limit, now }: { limit: Limit; now: Instant }) {
    const tx = txOf<Tables>(unit);
    const full = BigInt(limit.burst) * wholeToken;
    const at = BigInt(now);
    // Thousandths in a millisecond are perMinute / 60; a clock that goes back fills nothing.
    const filled = sql`least(${full}::bigint, rate_bucket.tokens
      + greatest(0, ${at}::bigint - rate_bucket.at) * ${limit.perMinute}::bigint / 60)`;
    const taken = await sql<{ tokens: bigint }>`
      insert into rate_bucket (tenant, bucket, tokens, at)
      values (${unit.tenant}, ${bucket}, ${full - wholeToken}, ${at})
      on conflict (tenant, bucket) do update
        set tokens = ${filled} - ${wholeToken}::bigint, at = greatest(rate_bucket.at, excluded.at)
        where ${filled} >= ${wholeToken}::bigint
      returning tokens`.execute(tx);
    return taken.rows.length > 0 ? 0 : this.#waitMs(unit, bucket, { limit, now });
  }

  async forget(unit: Unit, before: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('rate_bucket')
      .where('tenant', '=', unit.tenant)
      .where('at', '<', BigInt(before))
      .execute();
  }

  async #waitMs(unit: Unit, bucket: string, { limit, now }: { limit: Limit; now: Instant }) {
    const row = await txOf<Tables>(unit)
      .selectFrom('rate_bucket')
      .select(['tokens', 'at'])
      .where('tenant', '=', unit.tenant)
      .where('bucket', '=', bucket)
      .executeTakeFirstOrThrow();
    const missing = wholeToken - row.tokens;
    const perMinute = BigInt(limit.perMinute) * wholeToken;
    const fillMs = (missing * minuteMs + perMinute - 1n) / perMinute;
    return Math.max(1, Number(row.at + fillMs - BigInt(now)));
  }
}

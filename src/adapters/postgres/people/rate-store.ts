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
import { intsArray, textsArray } from '../binary-array.ts';
import { txOf } from '../database.ts';

interface Tables {
  rate_bucket: { tenant: string; bucket: string; tokens: bigint; at: bigint };
}

type RateAsks = Parameters<RateStore['takeAll']>[1];

interface TakenRow {
  readonly bucket: string;
  readonly granted: bigint;
  /** What was in it before anything was taken. */
  readonly filled: bigint;
  readonly at: bigint;
}

const wholeToken = 1_000n;
const minuteMs = 60_000n;

/** Token buckets shared by every replica. */
export class PostgresRates implements RateStore {
  async take(unit: Unit, bucket: string, { limit, now }: Parameters<RateStore['take']>[2]) {
    const taken = await this.takeAll(unit, [{ bucket, limit, count: 1 }], now);
    return taken.get(bucket)?.waitMs ?? 0;
  }

  async takeAll(unit: Unit, asked: RateAsks, now: Instant): ReturnType<RateStore['takeAll']> {
    const taken = new Map<string, { granted: number; waitMs: number }>();
    // A bucket that another unit makes in this moment is seen at the second look.
    for (let open = asked; open.length > 0; open = asked.filter((one) => !taken.has(one.bucket))) {
      for (const row of await this.#takeOnce(unit, open, now)) {
        const of = asked.find(({ bucket }) => bucket === row.bucket);
        const granted = Number(row.granted);
        const all = granted >= (of?.count ?? 0);
        const waitMs = all ? 0 : waitMsOf(row, of?.limit.perMinute ?? 1, now);
        taken.set(row.bucket, { granted, waitMs });
      }
    }
    return taken;
  }

  /** Thousandths in a millisecond are perMinute / 60; a clock that goes back fills nothing. */
  async #takeOnce(unit: Unit, asked: RateAsks, now: Instant): Promise<readonly TakenRow[]> {
    const at = BigInt(now);
    const { rows } = await sql<TakenRow>`with
      asked as (select * from unnest(${textsArray(asked.map(({ bucket }) => bucket))}::text[],
          ${intsArray(asked.map(({ limit }) => limit.burst))}::bigint[],
          ${intsArray(asked.map(({ limit }) => limit.perMinute))}::bigint[],
          ${intsArray(asked.map(({ count }) => count))}::bigint[])
          as n (bucket, burst, per_minute, count)),
      held as (
        select b.bucket, b.tokens, b.at, a.count, least(a.burst * ${wholeToken}::bigint,
          b.tokens + greatest(0, ${at}::bigint - b.at) * a.per_minute / 60) as filled
        from rate_bucket b join asked a using (bucket)
        where b.tenant = ${unit.tenant} order by b.bucket for update of b),
      moved as (
        update rate_bucket b set at = greatest(b.at, ${at}::bigint),
          tokens = h.filled - least(h.count, h.filled / ${wholeToken}) * ${wholeToken}::bigint
        from held h where b.tenant = ${unit.tenant} and b.bucket = h.bucket
          and h.filled >= ${wholeToken}::bigint),
      made as (
        insert into rate_bucket (tenant, bucket, tokens, at)
        select ${unit.tenant}, bucket,
          (burst - least(count, burst)) * ${wholeToken}::bigint, ${at}::bigint
        from asked where bucket not in (select bucket from held)
        order by bucket on conflict do nothing returning bucket)
      select bucket, least(count, filled / ${wholeToken}) as granted, filled,
        greatest(at, ${at}::bigint) as at from held
      union all
      select bucket, least(count, burst), burst * ${wholeToken}::bigint, ${at}::bigint
      from asked join made using (bucket)`.execute(txOf(unit));
    return rows;
  }

  async forget(unit: Unit, before: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('rate_bucket')
      .where('tenant', '=', unit.tenant)
      .where('at', '<', BigInt(before))
      .execute();
  }
}

/** Until there is one whole token again. */
function waitMsOf(row: TakenRow, perMinute: number, now: Instant): number {
  const missing = wholeToken - (row.filled - row.granted * wholeToken);
  const filledByMinute = BigInt(perMinute) * wholeToken;
  const fillMs = (missing * minuteMs + filledByMinute - 1n) / filledByMinute;
  return Math.max(1, Number(row.at + fillMs - BigInt(now)));
}

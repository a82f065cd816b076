/**
 * The wish for a new epoch, one row for a tenant, durable together with the erasure behind it.
 */
import { type Clock, type Instant, instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type { EpochWishes } from '#business/privacy';
import { txOf } from '../database.ts';

interface Tables {
  epoch_wish: { tenant: string; wished_at: bigint };
}

export class PostgresEpochWishes implements EpochWishes {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async order(unit: Unit): Promise<void> {
    const wished_at = BigInt(this.#clock.now());
    await txOf<Tables>(unit)
      .insertInto('epoch_wish')
      .values({ tenant: unit.tenant, wished_at })
      .onConflict((clash) => clash.column('tenant').doUpdateSet({ wished_at }))
      .execute();
  }

  /** When the newest erasure asked for an epoch that was not turned yet. */
  async waiting(unit: Unit): Promise<Instant | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('epoch_wish')
      .select('wished_at')
      .executeTakeFirst();
    return row === undefined ? undefined : instantFromMs(Number(row.wished_at));
  }

  /** Called once the epoch was turned; a wish that was committed meanwhile is another and stays. */
  async served(unit: Unit, wishedAt: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('epoch_wish')
      .where('wished_at', '=', BigInt(wishedAt))
      .execute();
  }
}

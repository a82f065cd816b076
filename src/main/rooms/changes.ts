/**
 * Tells a desk that something happened, without the desk asking each second.
 *
 * What is told is how far the log is, and nothing else: the desk then reads again what it may see.
 * Each question is held until the log moves or `heldMsMax` is over, so that an open page leaves
 * three lines a minute in the access journal and not sixty.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantId } from '#base/unit';
import type { Ground } from './ground.ts';

const heldMsMax = 20_000;
const lookMs = 1_000;

/** Resolves with the log's stand when it is another than `after`, or after `heldMsMax`. */
export type Changes = (tenant: TenantId, after: string | undefined) => Promise<string>;

export function changesOf({ units, entries, clock }: Ground): Changes {
  const standOf = (tenant: TenantId): Promise<string> =>
    units.run(tenant, async (unit) => {
      const sequenced = await entries.newestCheckpoint(unit, 'L1');
      const witnessed = await entries.newestCheckpoint(unit, 'L2');
      return `${sequenced?.size ?? 0}-${witnessed?.size ?? 0}`;
    });
  return async (tenant, after) => {
    const until = clock.now() + heldMsMax;
    let stand = await standOf(tenant);
    while (stand === after && clock.now() < until) {
      await sleep(lookMs);
      stand = await standOf(tenant);
    }
    return stand;
  };
}

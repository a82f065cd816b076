/**
 * How the house stands for one tenant: what is simulated, how far its log is, which of its alarms
 * are open, who has been silent for too long,
 * and which disks are full. No personal value, no secret, nobody else's.
 */
import { dirname } from 'node:path';

import { logStores, PostgresAlarms } from '#adapters/postgres';
import type { Json } from '#base/canonical';
import type { TenantId } from '#base/unit';
import { alarmsOf } from '#trust/evidence';
import { lateStamps } from '#trust/receipt';
import { lowDisks } from '../estate/disk-room.ts';
import { gatewayNames } from '../estate/plan.ts';
import type { Ground } from './ground.ts';

export async function statusOf(
  ground: Ground,
  tenant: TenantId,
): Promise<Readonly<Record<string, Json>>> {
  const { settings, units, entries, clock } = ground;
  const { l1, l2, alarms } = await units.run(tenant, async (unit) => ({
    l1: await entries.newestCheckpoint(unit, 'L1'),
    l2: await entries.newestCheckpoint(unit, 'L2'),
    alarms: [
      ...(await alarmsOf(unit, new PostgresAlarms(), clock.now())),
      ...(await lateStamps(unit, logStores().stamps, clock.now())),
    ],
  }));
  const disks = await lowDisks(dirname(settings.trust));
  return {
    mode: settings.mode,
    simulators: settings.mode === 'demo' ? [...gatewayNames] : [],
    certificationAuthority: 'TEST CA – NOT LICENSED',
    timeSource: ground.clock.source,
    log: { l1: l1?.size ?? 0, l2: l2?.size ?? 0 },
    alarms: [...alarms, ...disks].map((alarm) => ({ ...alarm })),
  };
}

/**
 * How the house stands, for operators and for whoever asks `doctor`: what is simulated, how far the
 * log is, which alarms are open. No personal value, no secret.
 */
import { PostgresAlarms } from '#adapters/postgres';
import type { Json } from '#base/canonical';
import type { TenantId } from '#base/unit';
import type { Ground } from './ground.ts';
import { gatewayNames } from './plan.ts';

export async function statusOf(ground: Ground): Promise<Json> {
  const { settings, units, entries } = ground;
  const tenant = (settings.more['tenant'] ?? '') as TenantId;
  const { l1, l2, alarms } = await units.run(tenant, async (unit) => ({
    l1: await entries.newestCheckpoint(unit, 'L1'),
    l2: await entries.newestCheckpoint(unit, 'L2'),
    alarms: await new PostgresAlarms().standing(unit),
  }));
  return {
    mode: settings.mode,
    simulators: settings.mode === 'demo' ? [...gatewayNames] : [],
    certificationAuthority: 'TEST CA – NOT LICENSED',
    timeSource: ground.clock.source,
    log: { l1: l1?.size ?? 0, l2: l2?.size ?? 0 },
    alarms: alarms.map((alarm) => ({ ...alarm })),
  };
}

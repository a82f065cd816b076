/**
 * What a standing house does when a tenant comes or goes: single processes rest, the others go on.
 */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { destroyFile, destroySeals } from '#adapters/keystores';
import type { Clock } from '#base/clock';
import type { Random } from '#base/random';
import type { TenantId } from '#base/unit';
import type { StartSettings } from '../../config.ts';
import { type Estate, processFolder } from '../estate/estate.ts';
import { logKeyFile, twinKeyFile } from '../estate/plan.ts';
import { markGone } from '../estate/tenant-orders.ts';
import { provision } from '../provision/provision.ts';
import type { Supervisor } from './supervisor.ts';

/** Keys of a later shard lie in a folder named by its half-year. */
const shardPattern = /^[0-9]{4}h[12]$/;

export interface StandingHouse {
  readonly settings: StartSettings;
  readonly parts: { readonly clock: Clock; readonly random: Random };
  readonly estate: Estate;
  readonly supervisor: Supervisor;
}

/**
 * Makes what the ordered tenants still lack, by the same steps as a start. The trust centre rests
 * meanwhile, for its door certifies no seals; every other process sees the newcomers by itself.
 */
export async function adoptTenants({ settings, parts, supervisor }: StandingHouse): Promise<void> {
  await supervisor.without('trust-centre', () => provision(settings, parts));
  await supervisor.settled();
}

/**
 * Destroys the private keys of a tenant that left: its seals and its log's. What is public stays,
 * so that its packages are judged for ever. Repeating it changes nothing.
 */
export async function retireTenant(
  { estate, supervisor }: StandingHouse,
  tenant: TenantId,
): Promise<void> {
  // First the mark: from here on no start makes these keys again.
  await markGone(estate.tenants, tenant);
  await destroySeals(processFolder(estate, 'keystore'), tenant);
  // The sequencer holds its keys in memory, too.
  await supervisor.without('sequencer', async () => {
    const sequencer = processFolder(estate, 'sequencer');
    const names = await readdir(join(sequencer, tenant)).catch(() => []);
    const shards = names.filter((name) => shardPattern.test(name));
    for (const shard of ['', ...shards]) {
      for (const file of [logKeyFile(tenant, shard), twinKeyFile(tenant, shard)]) {
        const path = join(sequencer, file);
        await destroyFile(dirname(path), basename(path)).catch(ignoreAbsent);
      }
    }
  });
  await supervisor.settled();
}

function ignoreAbsent(thrown: unknown): void {
  if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown;
}

/**
 * Opens in the database every tenant that this house was ordered to have: row, register entry, the
 * witness policy in its log. Repeated at every start and now and then; what is open stays as it is.
 */
import { PostgresOrgUnits } from '#adapters/postgres';
import { orgUnit, rootUnit } from '#business/access';
import { tenantsFolder } from '../estate/estate.ts';
import { readOrders } from '../estate/tenant-orders.ts';
import { adoptPolicy } from '../rooms/adopt-policy.ts';
import type { Ground } from '../rooms/ground.ts';

export async function openOrderedTenants(ground: Ground): Promise<void> {
  const { settings, units, tenants } = ground;
  const places = new PostgresOrgUnits();
  // A parent is opened before its children: they take its place in the tree from its row.
  for (const { record, gone } of await readOrders(tenantsFolder(settings.trust))) {
    if (gone) continue;
    await units.run(record.id, async (unit) => {
      await tenants.open(unit, record);
      // Every tree of units has a root, or nobody could be let in anywhere.
      await places.add(unit, orgUnit({ code: rootUnit, name: record.name }, undefined));
    });
    await adoptPolicy(ground, record.id);
  }
}

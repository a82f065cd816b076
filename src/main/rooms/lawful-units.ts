/**
 * Units that open restricted persons for one lawful purpose (PIPL 47), and nobody else's.
 *
 * Restriction is lifted for a unit, never for a process: what the rooms behind these units read,
 * they read for that purpose, and whoever chose it stands in the access journal.
 */
import type { Units } from '#base/unit';
import type { Purpose, Vault } from '#business/vault';

export function unitsUnder(
  { units, vault }: { readonly units: Units; readonly vault: Pick<Vault, 'under'> },
  purpose: Purpose,
): Units {
  return {
    run: (tenant, action) =>
      units.run(tenant, (unit) => {
        vault.under(unit, purpose);
        return action(unit);
      }),
  };
}

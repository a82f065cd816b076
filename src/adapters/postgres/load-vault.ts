/**
 * What a restore does to the vault's rows before the commit: whoever is erased stays erased.
 */
import type { Loading } from './load.ts';

/** Tables of which only the newest copy is ever kept: wrapped keys, and the epochs they are of. */
export const wrapTables = ['public.vault_epoch', 'public.vault_subject'] as const;
/**
 * In no back-up at all. Look-up rows confirm a guess for whoever has their epoch's secret, and the
 * change of epoch that follows a restore makes them anew from the values.
 */
export const lookupTables = ['public.vault_index'] as const;

/** Sets the subjects' wrapped keys to nothing; answers how many still had one. */
export async function eraseLoaded(
  { client }: Loading,
  tenant: string,
  subjects: readonly string[],
): Promise<number> {
  const erased = await client.query(
    `update vault_subject set epoch = null, wrapped = null
     where tenant = $1 and subject = any($2) and wrapped is not null`,
    [tenant, subjects],
  );
  return erased.rowCount ?? 0;
}

/** Makes every tenant's epoch one that is over, so that the next worker changes it. */
export async function ageEpochs({ client }: Loading): Promise<void> {
  await client.query('update vault_epoch set opened_at = 0');
}

/** The epochs some living subject is of, by tenant. */
export async function epochsInUse({
  client,
}: Loading): Promise<readonly { readonly tenant: string; readonly epoch: string }[]> {
  const found = await client.query<{ tenant: string; epoch: string }>(
    `select distinct tenant, epoch from vault_subject where epoch is not null order by 1, 2`,
  );
  return found.rows;
}

/** How many subjects have rows of values, and how many of them are erased. */
export async function countSubjects({
  client,
}: Loading): Promise<{ readonly living: number; readonly erased: number }> {
  const found = await client.query<{ living: number; erased: number }>(
    `select count(*) filter (where wrapped is not null)::int as living,
      count(*) filter (where wrapped is null)::int as erased from vault_subject`,
  );
  return found.rows[0] ?? { living: 0, erased: 0 };
}

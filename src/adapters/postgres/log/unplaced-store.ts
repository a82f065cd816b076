/**
 * An entry that has no place yet, as the sequencer's own role sees it: for the log's promises.
 */
import { sql } from 'kysely';
import type { TenantId, Units } from '#base/unit';
import type { UnplacedPromise } from '#trust/receipt';
import { txOf } from '../database.ts';

/**
 * One statement, hence one moment: were the size read after the entry, the entry could have got a
 * place below it meanwhile, and the promise would be false.
 */
export function unplacedEntry(
  units: Units,
  tenant: TenantId,
  hash: string,
): Promise<UnplacedPromise | undefined> {
  return units.run(tenant, async (unit) => {
    const { rows } = await sql<{ bytes: Uint8Array; signed: bigint | null; base: bigint | null }>`
      select bytes, (select max(size) from log.signature
        where tenant = ${tenant} and is_log) as signed,
        (select max(base) from log.shard where tenant = ${tenant}) as base
      from evidence_entry
      where tenant = ${tenant} and hash = ${hash} and log_index is null`.execute(txOf(unit));
    const [row] = rows;
    if (row === undefined) return undefined;
    const signedSize = Math.max(Number(row.signed ?? 0n) - Number(row.base ?? 0n), 0);
    return { bytes: row.bytes, signedSize };
  });
}

/**
 * Entries that third parties brought, as the sequencer's own role sees them.
 */
import { sql } from 'kysely';
import type { TenantId, Units } from '#base/unit';
import type { PartyShelf } from '#trust/evidence';
import { bytesArray } from '../binary-array.ts';
import { txOf } from '../database.ts';

export function partyShelf(units: Units, tenant: TenantId): PartyShelf {
  return {
    all: () =>
      units.run(tenant, async (unit) => {
        const { rows } = await sql<{ bytes: Uint8Array }>`select bytes from log.loose_entry
          where tenant = ${tenant} order by log_index`.execute(txOf(unit));
        return rows.map(({ bytes }) => bytes);
      }),
    known: (leaves) =>
      units.run(tenant, async (unit) => {
        const { rows } = await sql<{ leaf: string; place: bigint }>`
          select encode(leaf, 'hex') as leaf, log_index as place from log.loose_entry
          where tenant = ${tenant} and leaf = any (${bytesArray(leaves)}::bytea[])`.execute(
          txOf(unit),
        );
        return new Map(rows.map(({ leaf, place }) => [leaf, Number(place)]));
      }),
    ours: (caseTags) =>
      units.run(tenant, async (unit) => {
        const { rows } = await sql<{ tag: string }>`select tag from evidence_case
          where tenant = ${tenant} and tag = any (${[...caseTags]}::text[])`.execute(txOf(unit));
        return rows.map(({ tag }) => tag);
      }),
  };
}

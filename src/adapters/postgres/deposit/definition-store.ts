/**
 * Schemas and scenarios of deposits, version after version.
 */
import { sql } from 'kysely';
import type { Unit } from '#base/unit';
import type { DefinitionRow, DefinitionStore } from '#business/deposit';
import { txOf } from '../database.ts';
import { type DepositTables, definitionOf } from './deposit-columns.ts';

export class PostgresDefinitions implements DefinitionStore {
  async propose(
    unit: Unit,
    row: Omit<DefinitionRow, 'version' | 'approvedAt'>,
  ): Promise<DefinitionRow> {
    const tx = txOf<DepositTables>(unit);
    // One version after another: two who propose at once wait for each other.
    const name = `definition ${unit.tenant} ${row.id}`;
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
    const last = await tx
      .selectFrom('deposit_definition')
      .select('version')
      .where('tenant', '=', unit.tenant)
      .where('id', '=', row.id)
      .orderBy('version', 'desc')
      .executeTakeFirst();
    const version = (last?.version ?? 0) + 1;
    const { id, bytes, proposedBy, proposedAt } = row;
    await tx
      .insertInto('deposit_definition')
      .values({
        tenant: unit.tenant,
        id,
        version,
        bytes,
        proposed_by: proposedBy,
        proposed_at: BigInt(proposedAt),
        approved_by: null,
        approved_at: null,
      })
      .execute();
    return { ...row, version, approvedAt: undefined };
  }

  async definition(unit: Unit, id: string, version?: number): Promise<DefinitionRow | undefined> {
    const all = this.#definitions(unit).where('id', '=', id).orderBy('version', 'desc').limit(1);
    const asked =
      version === undefined
        ? all.where('approved_at', 'is not', null)
        : all.where('version', '=', version);
    const row = await asked.executeTakeFirst();
    return row && definitionOf(row);
  }

  async definitions(unit: Unit): Promise<readonly DefinitionRow[]> {
    const rows = await this.#definitions(unit).orderBy('id').orderBy('version').execute();
    return rows.map(definitionOf);
  }

  async approve(
    unit: Unit,
    { id, version, by, at }: Parameters<DefinitionStore['approve']>[1],
  ): Promise<void> {
    await txOf<DepositTables>(unit)
      .updateTable('deposit_definition')
      .set({ approved_by: by, approved_at: BigInt(at) })
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .where('version', '=', version)
      .where('approved_at', 'is', null)
      .execute();
  }

  #definitions(unit: Unit) {
    return txOf<DepositTables>(unit)
      .selectFrom('deposit_definition')
      .selectAll()
      .where('tenant', '=', unit.tenant);
  }
}

/**
 * Rows of deposits: definitions, chains, records, files and the objects their parts are in.
 */
import { sql } from 'kysely';
import { instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type {
  ChunkRow,
  DefinitionRow,
  DepositRow,
  DepositStore,
  FileRow,
  ItemRow,
} from '#business/deposit';
import { txOf } from './database.ts';
import { type ObjectColumns, objectColumns, objectName } from './object-columns.ts';

interface DefinitionColumns {
  tenant: string;
  id: string;
  version: number;
  bytes: Uint8Array;
  proposed_by: string;
  proposed_at: bigint;
  approved_by: string | null;
  approved_at: bigint | null;
}

interface DepositColumns {
  tenant: string;
  id: string;
  subject: string;
  preservation_number: string;
  client: string;
  own: string;
  title: string;
  required: Uint8Array;
  opened_at: bigint;
  closed_at: bigint | null;
}

interface ItemColumns {
  tenant: string;
  deposit: string;
  own: string;
  seq: number;
  hash: string;
  slot: string | null;
  schema: string;
  at: bigint;
}

interface FileColumns {
  tenant: string;
  id: string;
  deposit: string;
  own: string;
  slot: string | null;
  bytes: bigint;
  opened_at: bigint;
  seq: number | null;
}

interface Tables {
  deposit_definition: DefinitionColumns;
  deposit: DepositColumns;
  deposit_item: ItemColumns;
  deposit_file: FileColumns;
  deposit_chunk: ObjectColumns & { tenant: string; file: string; number: number };
}

export class PostgresDeposits implements DepositStore {
  async propose(
    unit: Unit,
    row: Omit<DefinitionRow, 'version' | 'approvedAt'>,
  ): Promise<DefinitionRow> {
    const tx = txOf<Tables>(unit);
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
    { id, version, by, at }: Parameters<DepositStore['approve']>[1],
  ): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('deposit_definition')
      .set({ approved_by: by, approved_at: BigInt(at) })
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .where('version', '=', version)
      .where('approved_at', 'is', null)
      .execute();
  }

  async add(unit: Unit, row: DepositRow): Promise<void> {
    const { id, subject, client, own, title, required } = row;
    await txOf<Tables>(unit)
      .insertInto('deposit')
      .values({
        tenant: unit.tenant,
        id,
        subject,
        preservation_number: row.preservationNumber,
        client,
        own,
        title,
        required,
        opened_at: BigInt(row.openedAt),
        closed_at: null,
      })
      .execute();
  }

  async find(unit: Unit, id: string): Promise<DepositRow | undefined> {
    const row = await this.#deposits(unit).where('id', '=', id).executeTakeFirst();
    return row && depositOf(row);
  }

  async lock(unit: Unit, id: string): Promise<DepositRow | undefined> {
    const row = await this.#deposits(unit).where('id', '=', id).forUpdate().executeTakeFirst();
    return row && depositOf(row);
  }

  async byOwn(unit: Unit, client: string, own: string): Promise<DepositRow | undefined> {
    const row = await this.#deposits(unit)
      .where('client', '=', client)
      .where('own', '=', own)
      .executeTakeFirst();
    return row && depositOf(row);
  }

  async byNumber(unit: Unit, preservationNumber: string): Promise<DepositRow | undefined> {
    const asked = this.#deposits(unit).where('preservation_number', '=', preservationNumber);
    const row = await asked.executeTakeFirst();
    return row && depositOf(row);
  }

  async page(
    unit: Unit,
    { client, before, countMax }: Parameters<DepositStore['page']>[1],
  ): Promise<readonly DepositRow[]> {
    let asked = this.#deposits(unit).orderBy('opened_at', 'desc').orderBy('id', 'desc');
    if (client !== undefined) asked = asked.where('client', '=', client);
    if (before !== undefined) {
      const { at, id } = before;
      asked = asked.where(sql<boolean>`(opened_at, id) < (${BigInt(at)}, ${id})`);
    }
    return (await asked.limit(countMax).execute()).map(depositOf);
  }

  async close(unit: Unit, id: string, at: DepositRow['openedAt']): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('deposit')
      .set({ closed_at: BigInt(at) })
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .execute();
  }

  async addItems(unit: Unit, rows: readonly ItemRow[]): Promise<void> {
    if (rows.length === 0) return;
    await txOf<Tables>(unit)
      .insertInto('deposit_item')
      .values(
        rows.map(({ at, slot, ...row }) => ({
          tenant: unit.tenant,
          ...row,
          slot: slot ?? null,
          at: BigInt(at),
        })),
      )
      .execute();
  }

  async items(unit: Unit, deposit: string, own: readonly string[]): Promise<readonly ItemRow[]> {
    if (own.length === 0) return [];
    const asked = this.#items(unit).where('deposit', '=', deposit).where('own', 'in', own);
    return (await asked.execute()).map(itemOf);
  }

  async itemsAfter(
    unit: Unit,
    deposit: string,
    { after, countMax }: Parameters<DepositStore['itemsAfter']>[2],
  ): Promise<readonly ItemRow[]> {
    const asked = this.#items(unit).where('deposit', '=', deposit).where('seq', '>', after);
    return (await asked.orderBy('seq').limit(countMax).execute()).map(itemOf);
  }

  async count(unit: Unit, deposit: string): Promise<number> {
    const { rows } = await sql<{ count: bigint }>`select
      (select count(*) from deposit_item where tenant = ${unit.tenant} and deposit = ${deposit})
      + (select count(*) from deposit_file
          where tenant = ${unit.tenant} and deposit = ${deposit} and seq is null) as count`.execute(
      txOf(unit),
    );
    return Number(rows[0]?.count ?? 0n);
  }

  async addFile(unit: Unit, row: FileRow): Promise<void> {
    const { id, deposit, own, slot, bytes, openedAt } = row;
    await txOf<Tables>(unit)
      .insertInto('deposit_file')
      .values({
        tenant: unit.tenant,
        id,
        deposit,
        own,
        slot: slot ?? null,
        bytes: BigInt(bytes),
        opened_at: BigInt(openedAt),
        seq: null,
      })
      .execute();
  }

  async file(unit: Unit, id: string): Promise<FileRow | undefined> {
    const row = await this.#files(unit).where('id', '=', id).executeTakeFirst();
    return row && fileOf(row);
  }

  async fileByOwn(unit: Unit, deposit: string, own: string): Promise<FileRow | undefined> {
    const row = await this.#files(unit)
      .where('deposit', '=', deposit)
      .where('own', '=', own)
      .executeTakeFirst();
    return row && fileOf(row);
  }

  async files(unit: Unit, deposit: string): Promise<readonly FileRow[]> {
    return (await this.#files(unit).where('deposit', '=', deposit).orderBy('id').execute()).map(
      fileOf,
    );
  }

  async fileWhole(unit: Unit, id: string, seq: number): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('deposit_file')
      .set({ seq })
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .execute();
  }

  async addChunk(unit: Unit, file: string, { number, object }: ChunkRow): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('deposit_chunk')
      .values({ tenant: unit.tenant, file, number, ...objectColumns(object) })
      .onConflict((clash) => clash.columns(['tenant', 'file', 'number']).doNothing())
      .execute();
  }

  async chunks(unit: Unit, file: string): Promise<readonly ChunkRow[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('deposit_chunk')
      .select(['number', 'place', 'object_sha256', 'object_bytes'])
      .where('tenant', '=', unit.tenant)
      .where('file', '=', file)
      .orderBy('number')
      .execute();
    return rows.map((row) => ({ number: row.number, object: objectName(row) }));
  }

  #definitions(unit: Unit) {
    return txOf<Tables>(unit)
      .selectFrom('deposit_definition')
      .selectAll()
      .where('tenant', '=', unit.tenant);
  }

  #deposits(unit: Unit) {
    return txOf<Tables>(unit).selectFrom('deposit').selectAll().where('tenant', '=', unit.tenant);
  }

  #items(unit: Unit) {
    return txOf<Tables>(unit)
      .selectFrom('deposit_item')
      .selectAll()
      .where('tenant', '=', unit.tenant);
  }

  #files(unit: Unit) {
    return txOf<Tables>(unit)
      .selectFrom('deposit_file')
      .selectAll()
      .where('tenant', '=', unit.tenant);
  }
}

function definitionOf(row: DefinitionColumns): DefinitionRow {
  return {
    id: row.id,
    version: row.version,
    bytes: row.bytes,
    proposedBy: row.proposed_by,
    proposedAt: instantFromMs(Number(row.proposed_at)),
    approvedAt: row.approved_at === null ? undefined : instantFromMs(Number(row.approved_at)),
  };
}

function depositOf(row: DepositColumns): DepositRow {
  const { id, subject, client, own, title, required } = row;
  return {
    id,
    subject,
    preservationNumber: row.preservation_number,
    client,
    own,
    title,
    required,
    openedAt: instantFromMs(Number(row.opened_at)),
    closedAt: row.closed_at === null ? undefined : instantFromMs(Number(row.closed_at)),
  };
}

function itemOf({ deposit, own, seq, hash, slot, schema, at }: ItemColumns): ItemRow {
  return {
    deposit,
    own,
    seq,
    hash,
    slot: slot ?? undefined,
    schema,
    at: instantFromMs(Number(at)),
  };
}

function fileOf(row: FileColumns): FileRow {
  const { id, deposit, own } = row;
  return {
    id,
    deposit,
    own,
    slot: row.slot ?? undefined,
    bytes: Number(row.bytes),
    openedAt: instantFromMs(Number(row.opened_at)),
    seq: row.seq ?? undefined,
  };
}

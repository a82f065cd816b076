/**
 * Rows of deposits: chains, records, files and the objects their parts are in, holds.
 */
import { sql } from 'kysely';
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type {
  ChunkRow,
  DepositHold,
  DepositRow,
  DepositStore,
  FileRow,
  ItemRow,
} from '#business/deposit';
import { intsArray, textsArray } from '../binary-array.ts';
import { txOf } from '../database.ts';
import { objectColumns, objectName } from '../object-columns.ts';
import {
  conditionsOf,
  type DepositColumns,
  type DepositTables,
  depositOf,
  fileOf,
  holdOf,
  type ItemColumns,
  itemOf,
  standingHold,
} from './deposit-columns.ts';

export class PostgresDeposits implements DepositStore {
  async add(unit: Unit, row: DepositRow): Promise<void> {
    const { id, subject, client, own, sealed } = row;
    await txOf<DepositTables>(unit)
      .insertInto('deposit')
      .values({
        tenant: unit.tenant,
        id,
        subject,
        preservation_number: row.preservationNumber,
        client,
        own,
        sealed,
        opened_at: BigInt(row.openedAt),
        closed_at: null,
        keep_until: null,
        erased_at: null,
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

  async lockAll(
    unit: Unit,
    ids: readonly string[],
    { wait }: { readonly wait: boolean },
  ): Promise<readonly DepositRow[]> {
    // Always in one order: two units that touch the same deposits wait and never lock up.
    const { rows } = await sql<DepositColumns>`select * from deposit
      where tenant = ${unit.tenant} and id = any (${textsArray(ids)}::text[])
      order by id for update ${wait ? sql`` : sql`skip locked`}`.execute(txOf(unit));
    return rows.map(depositOf);
  }

  async byOwn(unit: Unit, client: string, own: string): Promise<DepositRow | undefined> {
    const row = await this.#deposits(unit)
      .where('client', '=', client)
      .where('own', '=', own)
      .executeTakeFirst();
    return row && depositOf(row);
  }

  async page(
    unit: Unit,
    { filter, before, countMax }: Parameters<DepositStore['page']>[1],
  ): Promise<readonly DepositRow[]> {
    let asked = this.#deposits(unit).orderBy('opened_at', 'desc').orderBy('id', 'desc');
    for (const condition of conditionsOf(filter)) asked = asked.where(condition);
    if (before !== undefined) {
      const { at, id } = before;
      asked = asked.where(sql<boolean>`(opened_at, id) < (${BigInt(at)}, ${id})`);
    }
    return (await asked.limit(countMax).execute()).map(depositOf);
  }

  async close(
    unit: Unit,
    id: string,
    { at, keepUntil }: Parameters<DepositStore['close']>[2],
  ): Promise<void> {
    await this.#change(unit, id, { closed_at: BigInt(at), keep_until: keepUntil });
  }

  async reseal(unit: Unit, id: string, sealed: Uint8Array): Promise<void> {
    await this.#change(unit, id, { sealed });
  }

  async due(
    unit: Unit,
    { today, countMax }: Parameters<DepositStore['due']>[1],
  ): Promise<readonly DepositRow[]> {
    const rows = await this.#deposits(unit)
      .where('keep_until', '<', today)
      .where('erased_at', 'is', null)
      .where(sql<boolean>`not ${standingHold}`)
      .orderBy('id')
      .limit(countMax)
      .forUpdate()
      .execute();
    return rows.map(depositOf);
  }

  async erased(unit: Unit, id: string, at: Instant): Promise<void> {
    await this.#change(unit, id, { erased_at: BigInt(at) });
  }

  async addHold(unit: Unit, hold: DepositHold): Promise<void> {
    const { id, deposit, authority, placedAt, placedBy } = hold;
    await txOf<DepositTables>(unit)
      .insertInto('deposit_hold')
      .values({
        tenant: unit.tenant,
        id,
        deposit,
        authority,
        placed_at: BigInt(placedAt),
        placed_by: placedBy,
        lifted_at: null,
        lifted_by: null,
      })
      .execute();
  }

  async hold(unit: Unit, id: string): Promise<DepositHold | undefined> {
    const row = await this.#holds(unit).where('id', '=', id).forUpdate().executeTakeFirst();
    return row && holdOf(row);
  }

  async holds(unit: Unit, deposit: string): Promise<readonly DepositHold[]> {
    const rows = await this.#holds(unit).where('deposit', '=', deposit).orderBy('id').execute();
    return rows.map(holdOf);
  }

  async lift(unit: Unit, { id, at, by }: Parameters<DepositStore['lift']>[1]): Promise<void> {
    await txOf<DepositTables>(unit)
      .updateTable('deposit_hold')
      .set({ lifted_at: BigInt(at), lifted_by: by })
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .where('lifted_at', 'is', null)
      .execute();
  }

  async addItems(unit: Unit, rows: readonly ItemRow[]): Promise<void> {
    if (rows.length === 0) return;
    const texts = (column: (row: ItemRow) => string) => textsArray(rows.map(column));
    await sql`insert into deposit_item (tenant, deposit, own, seq, hash, slot, schema, at)
      select ${unit.tenant}, n.deposit, n.own, n.seq, n.hash, nullif(n.slot, ''), n.schema, n.at
      from unnest(${texts(({ deposit }) => deposit)}::text[], ${texts(({ own }) => own)}::text[],
        ${intsArray(rows.map(({ seq }) => seq))}::integer[],
        ${texts(({ hash }) => hash)}::text[], ${texts(({ slot }) => slot ?? '')}::text[],
        ${texts(({ schema }) => schema)}::text[],
        ${intsArray(rows.map(({ at }) => at))}::bigint[])
        as n (deposit, own, seq, hash, slot, schema, at)`.execute(txOf(unit));
  }

  async items(
    unit: Unit,
    named: readonly Pick<ItemRow, 'deposit' | 'own'>[],
  ): Promise<readonly ItemRow[]> {
    if (named.length === 0) return [];
    const { rows } = await sql<ItemColumns>`select i.* from deposit_item i
      join unnest(${textsArray(named.map(({ deposit }) => deposit))}::text[],
        ${textsArray(named.map(({ own }) => own))}::text[]) as n (deposit, own)
        on i.deposit = n.deposit and i.own = n.own
      where i.tenant = ${unit.tenant}`.execute(txOf(unit));
    return rows.map(itemOf);
  }

  async itemsAfter(
    unit: Unit,
    deposit: string,
    { after, countMax }: Parameters<DepositStore['itemsAfter']>[2],
  ): Promise<readonly ItemRow[]> {
    const asked = this.#items(unit).where('deposit', '=', deposit).where('seq', '>', after);
    return (await asked.orderBy('seq').limit(countMax).execute()).map(itemOf);
  }

  async counts(unit: Unit, deposits: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { rows } = await sql<{ deposit: string; count: bigint }>`select n.deposit,
      (select count(*) from deposit_item i
        where i.tenant = ${unit.tenant} and i.deposit = n.deposit)
      + (select count(*) from deposit_file f
        where f.tenant = ${unit.tenant} and f.deposit = n.deposit and f.seq is null) as count
      from unnest(${textsArray(deposits)}::text[]) as n (deposit)`.execute(txOf(unit));
    return new Map(rows.map(({ deposit, count }) => [deposit, Number(count)]));
  }

  async addFile(unit: Unit, row: FileRow): Promise<void> {
    const { id, deposit, own, slot, bytes, openedAt } = row;
    await txOf<DepositTables>(unit)
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
    await txOf<DepositTables>(unit)
      .updateTable('deposit_file')
      .set({ seq })
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .execute();
  }

  async putChunk(unit: Unit, file: string, { number, object }: ChunkRow): Promise<void> {
    const named = objectColumns(object);
    await txOf<DepositTables>(unit)
      .insertInto('deposit_chunk')
      .values({ tenant: unit.tenant, file, number, ...named })
      .onConflict((clash) => clash.columns(['tenant', 'file', 'number']).doUpdateSet(named))
      .execute();
  }

  async chunk(unit: Unit, file: string, number: number): Promise<ChunkRow | undefined> {
    const row = await this.#chunks(unit, file).where('number', '=', number).executeTakeFirst();
    return row && { number, object: objectName(row) };
  }

  async chunks(unit: Unit, file: string): Promise<readonly ChunkRow[]> {
    const rows = await this.#chunks(unit, file).orderBy('number').execute();
    return rows.map((row) => ({ number: row.number, object: objectName(row) }));
  }

  async #change(unit: Unit, id: string, set: Partial<DepositColumns>): Promise<void> {
    await txOf<DepositTables>(unit)
      .updateTable('deposit')
      .set(set)
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .execute();
  }

  #holds(unit: Unit) {
    return txOf<DepositTables>(unit)
      .selectFrom('deposit_hold')
      .selectAll()
      .where('tenant', '=', unit.tenant);
  }

  #deposits(unit: Unit) {
    return txOf<DepositTables>(unit)
      .selectFrom('deposit')
      .selectAll()
      .where('tenant', '=', unit.tenant);
  }

  #items(unit: Unit) {
    return txOf<DepositTables>(unit)
      .selectFrom('deposit_item')
      .selectAll()
      .where('tenant', '=', unit.tenant);
  }

  #chunks(unit: Unit, file: string) {
    return txOf<DepositTables>(unit)
      .selectFrom('deposit_chunk')
      .select(['number', 'place', 'object_sha256', 'object_bytes'])
      .where('tenant', '=', unit.tenant)
      .where('file', '=', file);
  }

  #files(unit: Unit) {
    return txOf<DepositTables>(unit)
      .selectFrom('deposit_file')
      .selectAll()
      .where('tenant', '=', unit.tenant);
  }
}

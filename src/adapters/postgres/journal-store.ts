/**
 * The access journal's rows and batches.
 *
 * Numbers come from a sequence, so a later unit may commit before an earlier one. Writers therefore
 * hold a shared lock until their unit ends and a batch takes it alone: behind its last number no
 * row can appear any more.
 */
import { sql } from 'kysely';
import { type Instant, instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type {
  BatchStore,
  JournalBatch,
  JournalDraft,
  JournalQuery,
  JournalRow,
  JournalStore,
} from '#business/access';
import { txOf } from './database.ts';

interface EventRow {
  tenant: string;
  number: bigint;
  at: bigint;
  kind: string;
  caller: string | null;
  session: string | null;
  route: string;
  ids: string[];
  purpose: string | null;
  status: number;
  outcome: string;
  request: string;
  glass: string | null;
  mark: Uint8Array;
}

interface BatchRow {
  tenant: string;
  seq: number;
  first: bigint;
  last: bigint;
  count: number;
  root: Uint8Array;
  entry: string;
  closed_at: bigint;
  pruned_at: bigint | null;
}

interface Tables {
  access_event: EventRow;
  access_batch: BatchRow;
}

const lastPossible = 2n ** 63n - 1n;

/** Rows and batches of the access journal. */
export class PostgresJournal implements JournalStore, BatchStore {
  async add(unit: Unit, row: JournalDraft): Promise<void> {
    const tx = txOf<Omit<Tables, 'access_event'> & { access_event: Omit<EventRow, 'number'> }>(
      unit,
    );
    const name = lockName(unit);
    await sql`select pg_advisory_xact_lock_shared(hashtextextended(${name}, 0))`.execute(tx);
    await tx
      .insertInto('access_event')
      .values({ ...row, tenant: unit.tenant, at: BigInt(row.at), ids: [...row.ids] })
      .execute();
  }

  async page(unit: Unit, query: JournalQuery): Promise<readonly JournalRow[]> {
    let select = txOf<Tables>(unit)
      .selectFrom('access_event')
      .selectAll()
      .where('tenant', '=', unit.tenant)
      .orderBy('number', 'desc')
      .limit(query.countMax);
    if (query.before !== undefined) select = select.where('number', '<', BigInt(query.before));
    if (query.caller !== undefined) select = select.where('caller', '=', query.caller);
    if (query.id !== undefined) select = select.where(sql<boolean>`ids @> ${[query.id]}::text[]`);
    return (await select.execute()).map(rowOf);
  }

  async lock(unit: Unit): Promise<void> {
    const name = lockName(unit);
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(
      txOf<Tables>(unit),
    );
  }

  async last(unit: Unit): Promise<JournalBatch | undefined> {
    const row = await this.#batches(unit).orderBy('seq', 'desc').limit(1).executeTakeFirst();
    return row === undefined ? undefined : batchOf(row);
  }

  async addBatch(unit: Unit, batch: JournalBatch): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('access_batch')
      .values({
        tenant: unit.tenant,
        seq: batch.seq,
        first: BigInt(batch.first),
        last: BigInt(batch.last),
        count: batch.count,
        root: batch.root,
        entry: batch.entry,
        closed_at: BigInt(batch.closedAt),
        pruned_at: null,
      })
      .execute();
  }

  async rows(
    unit: Unit,
    range: { after: number; last: number | undefined; countMax: number },
  ): Promise<readonly JournalRow[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('access_event')
      .selectAll()
      .where('tenant', '=', unit.tenant)
      .where('number', '>', BigInt(range.after))
      .where('number', '<=', range.last === undefined ? lastPossible : BigInt(range.last))
      .orderBy('number')
      .limit(range.countMax)
      .execute();
    return rows.map(rowOf);
  }

  async batches(unit: Unit, after: number, countMax: number): Promise<readonly JournalBatch[]> {
    const rows = await this.#batches(unit)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(countMax)
      .execute();
    return rows.map(batchOf);
  }

  async around(unit: Unit, number: number): Promise<JournalBatch | undefined> {
    const row = await this.#batches(unit)
      .where('first', '<=', BigInt(number))
      .where('last', '>=', BigInt(number))
      .executeTakeFirst();
    return row === undefined ? undefined : batchOf(row);
  }

  async prune(unit: Unit, { before, at }: { before: Instant; at: Instant }): Promise<number> {
    const pruned = await sql<{ gone: bigint }>`
      select prune_access_events(${BigInt(before)}, ${BigInt(at)}) as gone`.execute(
      txOf<Tables>(unit),
    );
    return Number(pruned.rows[0]?.gone ?? 0n);
  }

  #batches(unit: Unit) {
    const tx = txOf<Tables>(unit);
    return tx.selectFrom('access_batch').selectAll().where('tenant', '=', unit.tenant);
  }
}

function lockName(unit: Unit): string {
  return JSON.stringify(['access-journal', unit.tenant]);
}

function rowOf({ tenant: _tenant, number, at, kind, ...rest }: EventRow): JournalRow {
  return {
    ...rest,
    number: Number(number),
    at: instantFromMs(Number(at)),
    kind: kind as JournalRow['kind'],
  };
}

function batchOf(row: BatchRow): JournalBatch {
  return {
    seq: row.seq,
    first: Number(row.first),
    last: Number(row.last),
    count: row.count,
    root: row.root,
    entry: row.entry,
    closedAt: instantFromMs(Number(row.closed_at)),
    prunedAt: row.pruned_at === null ? undefined : instantFromMs(Number(row.pruned_at)),
  };
}

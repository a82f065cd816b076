/**
 * The access journal's rows and batches.
 *
 * Numbers come from a sequence, so a later unit may commit before an earlier one. Writers therefore
 * hold a shared lock until their unit ends, and whoever closes a batch has it alone for a moment:
 * behind the last number there was then no row can appear any more.
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
import { txOf } from '../database.ts';

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
  async add(unit: Unit, rows: readonly JournalDraft[]): Promise<void> {
    const tx = txOf<Omit<Tables, 'access_event'> & { access_event: Omit<EventRow, 'number'> }>(
      unit,
    );
    // A statement by itself: numbers are drawn when the lock is held and not before.
    const name = lockName(unit);
    await sql`select pg_advisory_xact_lock_shared(hashtextextended(${name}, 0))`.execute(tx);
    await tx
      .insertInto('access_event')
      .values(
        rows.map((row) => {
          return { ...row, tenant: unit.tenant, at: BigInt(row.at), ids: [...row.ids] };
        }),
      )
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

  /**
   * The writers' lock goes back with the savepoint. A unit of theirs may hold the register's chain
   * already, which whoever closes a batch takes next: with both held they would wait in a circle.
   */
  async settled(unit: Unit): Promise<number> {
    const tx = txOf<Tables>(unit);
    const [closers, writers] = [closersName(unit), lockName(unit)];
    await sql`select pg_advisory_xact_lock(hashtextextended(${closers}, 0))`.execute(tx);
    await sql`savepoint journal_settled`.execute(tx);
    await sql`select pg_advisory_xact_lock(hashtextextended(${writers}, 0))`.execute(tx);
    const { rows } = await sql<{ last: bigint | null }>`select max(number) as last
      from access_event where tenant = ${unit.tenant}`.execute(tx);
    await sql`rollback to savepoint journal_settled`.execute(tx);
    return Number(rows[0]?.last ?? 0n);
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

function closersName(unit: Unit): string {
  return JSON.stringify(['access-journal-batch', unit.tenant]);
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

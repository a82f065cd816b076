/**
 * The server's own count of how it planned a batch (decision 0064): a plan that is kept for any
 * batch goes through the list of arrivals once for each entry.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { treeHash } from '#adapters/tiles';
import { instantFromMs } from '#base/clock';
import { emptyTree, grow, type LogHead, type LogStore, leafRow } from '#trust/evidence';
import { type Database, openDatabase, txOf } from '../database.ts';
import { bankA, openScratch, type Scratch } from '../scratch.ts';
import { PostgresLogLease } from './log-store.ts';

const batchEntries = 250;
/** The first is another text, the next two have no name yet, and after five a plan may be kept. */
const batches = 12;
const stayPending = 500;

let world: Scratch;
let database: Database;
beforeAll(async () => {
  world = await openScratch();
  // What is asked afterwards must be asked on the session that placed.
  const url = world.embedded.url('fubie_sequencer');
  database = openDatabase(url, { connectionsMax: 1 });
});
afterAll(async () => {
  await database.close();
  await world.close();
});

test('every batch is planned for itself, however many came before it', async () => {
  await pendingEntries(batches * batchEntries + stayPending);
  const lease = new PostgresLogLease({ database, tenant: bankA });
  const size = await lease.hold(async (log) => {
    let head: LogHead | undefined;
    for (let batch = 0; batch < batches; batch += 1) head = await placed(log, head);
    return (await log.head())?.size;
  });
  expect(size).toBe(batches * batchEntries);
  const { rows } = await sql<{ kept: bigint; own: bigint }>`
    select generic_plans as kept, custom_plans as own from pg_prepared_statements
    where statement like 'with moved as (update log.head%'`.execute(database.kysely);
  expect(rows).toEqual([{ kept: 0n, own: BigInt(batches - 3) }]);
});

async function placed(log: LogStore, head: LogHead | undefined): Promise<LogHead> {
  const entries = await log.pending(batchEntries);
  expect(entries).toHaveLength(batchEntries);
  const leaves = leafRow(
    entries.map(({ bytes }) => bytes),
    treeHash,
  );
  const to = grow(head ?? emptyTree(treeHash), leaves, treeHash).tree;
  const at = instantFromMs(1_790_000_000_000);
  const draft = `size ${to.size}`;
  await log.advance({ from: head, to, entries, loose: [], draft, twinDraft: undefined, at });
  return to;
}

/** Entries of one case that wait for their places. */
async function pendingEntries(count: number): Promise<void> {
  await world.units.run(bankA, async (unit) => {
    await sql`insert into evidence_case (case_id, tag) values ('one', 'tag')`.execute(txOf(unit));
    await sql`insert into evidence_entry (case_id, seq, hash, type, bytes)
      select 'one', n, 'hash-' || n, 'consent.signed', convert_to(repeat('x', 500) || n, 'UTF8')
      from generate_series(1, ${count}::int) n`.execute(txOf(unit));
  });
}

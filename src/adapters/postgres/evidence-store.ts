/**
 * Entries and case chains of one tenant, in the transaction of a unit.
 *
 * The row of the case is the lock: whoever records the next entry of a case waits for the last one
 * to commit or vanish. So arrival numbers of one case rise with its entry numbers, and the tenant's
 * log never holds an entry before the one it names.
 */
import { sql } from 'kysely';

import { assert } from '#base/fault';
import type { Unit } from '#base/unit';
import { isEntryType } from '#formats/entry';
import type { Level } from '#formats/tlog';
import type { Chain, EntryStore, NewEntry, StoredCheckpoint, StoredEntry } from '#trust/evidence';
import { txOf } from './database.ts';

export interface EntryRow {
  readonly case_id: string;
  readonly seq: number;
  readonly hash: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly subject: string | null;
  readonly sealed: Uint8Array | null;
  readonly log_index: bigint | null;
}

export const columns = sql.raw('case_id, seq, hash, type, bytes, subject, sealed, log_index');

export class PostgresEntries implements EntryStore {
  /** Says whose log has something to place. */
  static readonly channel = 'fubie_log';

  async lockChain(unit: Unit, caseId: string, freshTag: string): Promise<Chain> {
    const tx = txOf(unit);
    await sql`insert into evidence_case (tenant, case_id, tag)
      values (${unit.tenant}, ${caseId}, ${freshTag})
      on conflict (tenant, case_id) do nothing`.execute(tx);
    const { rows } = await sql<{ tag: string; seq: number; head: string | null }>`
      select tag, seq, head from evidence_case
      where tenant = ${unit.tenant} and case_id = ${caseId} for update`.execute(tx);
    const [row] = rows;
    assert(row !== undefined, 'a case that was just made is there');
    return { caseTag: row.tag, seq: row.seq, head: row.head };
  }

  async append(unit: Unit, entries: readonly NewEntry[]): Promise<void> {
    const tx = txOf(unit);
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) return;
    const rows = entries.map(
      ({ caseId, seq, hash, type, bytes, subject, sealed }) =>
        sql`(${unit.tenant}, ${caseId}, ${seq}, ${hash}, ${type}, ${bytes}, ${subject ?? null},
          ${sealed ?? null})`,
    );
    await sql`insert into evidence_entry (tenant, case_id, seq, hash, type, bytes, subject, sealed)
      values ${sql.join(rows)}`.execute(tx);
    const moved = await sql`update evidence_case set seq = ${last.seq + 1}, head = ${last.hash}
      where tenant = ${unit.tenant} and case_id = ${first.caseId} and seq = ${first.seq}`.execute(
      tx,
    );
    assert(moved.numAffectedRows === 1n, 'the chain moves on under its lock');
    // Heard when the unit commits: the sequencer need not look for what is not there.
    await sql`select pg_notify(${PostgresEntries.channel}, ${unit.tenant})`.execute(tx);
  }

  async ofCase(unit: Unit, caseId: string): Promise<readonly StoredEntry[]> {
    const { rows } = await sql<EntryRow>`select ${columns} from evidence_entry
      where tenant = ${unit.tenant} and case_id = ${caseId} order by seq`.execute(txOf(unit));
    return rows.map(entryOf);
  }

  async byHash(unit: Unit, hash: string): Promise<StoredEntry | undefined> {
    const { rows } = await sql<EntryRow>`select ${columns} from evidence_entry
      where tenant = ${unit.tenant} and hash = ${hash}`.execute(txOf(unit));
    return rows.map(entryOf)[0];
  }

  /** Which case has this name in the log. */
  async caseOfTag(unit: Unit, tag: string): Promise<string | undefined> {
    const { rows } = await sql<{ case_id: string }>`select case_id from evidence_case
      where tenant = ${unit.tenant} and tag = ${tag}`.execute(txOf(unit));
    return rows[0]?.case_id;
  }

  async newestCheckpoint(unit: Unit, level: Level): Promise<StoredCheckpoint | undefined> {
    const { tenant } = unit;
    const { rows } = await sql<{ size: bigint; text: string; level: Level; lines: string }>`
      select c.size, c.text, c.level,
        string_agg(s.text, '' order by s.is_log desc, s.by collate "C") as lines
      from log.checkpoint c join log.signature s using (tenant, size)
      where c.tenant = ${tenant} and c.size = (
        select max(size) from log.checkpoint n where n.tenant = ${tenant} and n.level >= ${level}
          and exists (select 1 from log.signature x
            where x.tenant = ${tenant} and x.size = n.size and x.is_log))
      group by c.size, c.text, c.level`.execute(txOf(unit));
    const [row] = rows;
    if (row === undefined) return undefined;
    return { size: Number(row.size), note: `${row.text}\n${row.lines}`, level: row.level };
  }
}

export function entryOf(row: EntryRow): StoredEntry {
  assert(isEntryType(row.type), 'only entries of known types are stored');
  return {
    caseId: row.case_id,
    seq: row.seq,
    hash: row.hash,
    type: row.type,
    bytes: row.bytes,
    subject: row.subject ?? undefined,
    sealed: row.sealed ?? undefined,
    index: row.log_index === null ? undefined : Number(row.log_index),
  };
}

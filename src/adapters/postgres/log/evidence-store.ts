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
import type {
  Chain,
  EntryStore,
  NewEntry,
  Shard,
  StoredCheckpoint,
  StoredEntry,
} from '#trust/evidence';
import { bytesArray, intsArray, textsArray } from '../binary-array.ts';
import { txOf } from '../database.ts';
import { ofShardHolding, PostgresShards } from './shard-store.ts';

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

type ChainAsks = Parameters<EntryStore['lockChains']>[1];

interface ChainRow {
  readonly case_id: string;
  readonly tag: string;
  readonly seq: number;
  readonly head: string | null;
}

export const columns = sql.raw('case_id, seq, hash, type, bytes, subject, sealed, log_index');

export class PostgresEntries implements EntryStore {
  /** Says whose log has something to place. */
  static readonly channel = 'fubie_log';

  async lockChains(unit: Unit, cases: ChainAsks): Promise<readonly Chain[]> {
    const chains = new Map<string, Chain>();
    await this.#lock(unit, cases, chains);
    const fresh = cases.filter(({ caseId }) => !chains.has(caseId));
    if (fresh.length > 0) {
      const names = fresh.map(({ caseId }) => caseId);
      await sql`insert into evidence_case (tenant, case_id, tag)
        select ${unit.tenant}, n.case_id, n.tag
        from unnest(${names}::text[], ${fresh.map(({ freshTag }) => freshTag)}::text[])
          as n (case_id, tag) order by n.case_id
        on conflict (tenant, case_id) do nothing`.execute(txOf(unit));
      await this.#lock(unit, fresh, chains);
    }
    return cases.map(({ caseId }) => {
      const chain = chains.get(caseId);
      assert(chain !== undefined, 'a case that was just made is there');
      return chain;
    });
  }

  /** Always in one order: units that share cases wait for each other and never lock up. */
  async #lock(unit: Unit, cases: ChainAsks, chains: Map<string, Chain>): Promise<void> {
    const names = cases.map(({ caseId }) => caseId);
    const { rows } = await sql<ChainRow>`
      select case_id, tag, seq, head from evidence_case
      where tenant = ${unit.tenant} and case_id = any (${names}::text[])
      order by case_id for update`.execute(txOf(unit));
    for (const { case_id: caseId, tag, seq, head } of rows) {
      chains.set(caseId, { caseTag: tag, seq, head });
    }
  }

  /**
   * Rows, the chains' new ends and the word to the sequencer are one statement. It is heard when
   * the unit commits: the sequencer need not look for what is not there.
   */
  async append(unit: Unit, entries: readonly NewEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const of = <T>(column: (entry: NewEntry) => T): T[] => entries.map(column);
    const texts = (column: (entry: NewEntry) => string) => textsArray(of(column));
    const ends = [...Map.groupBy(entries, ({ caseId }) => caseId)].map(([caseId, own]) => {
      const [first, last] = [own[0], own.at(-1)];
      return { caseId, from: first?.seq ?? 0, to: (last?.seq ?? 0) + 1, head: last?.hash ?? '' };
    });
    const { rows } = await sql<{ moved: bigint }>`with
      added as (
        insert into evidence_entry (tenant, case_id, seq, hash, type, bytes, subject, sealed)
        select ${unit.tenant}, n.case_id, n.seq, n.hash, n.type, n.bytes, nullif(n.subject, ''),
          nullif(n.sealed, ''::bytea)
        from unnest(${texts(({ caseId }) => caseId)}::text[],
          ${intsArray(of(({ seq }) => seq))}::integer[],
          ${texts(({ hash }) => hash)}::text[], ${texts(({ type }) => type)}::text[],
          ${bytesArray(of(({ bytes }) => bytes))}::bytea[],
          ${texts(({ subject }) => subject ?? '')}::text[],
          ${bytesArray(of(({ sealed }) => sealed ?? new Uint8Array()))}::bytea[])
          with ordinality as n (case_id, seq, hash, type, bytes, subject, sealed, place)
        order by n.place),
      moved as (
        update evidence_case c set seq = n.till, head = n.head
        from unnest(${ends.map(({ caseId }) => caseId)}::text[],
          ${ends.map(({ from }) => from)}::integer[], ${ends.map(({ to }) => to)}::integer[],
          ${ends.map(({ head }) => head)}::text[]) as n (case_id, since, till, head)
        where c.tenant = ${unit.tenant} and c.case_id = n.case_id and c.seq = n.since
        returning 1)
      select count(*) as moved, pg_notify(${PostgresEntries.channel}, ${unit.tenant})
      from moved`.execute(txOf(unit));
    assert(rows[0]?.moved === BigInt(ends.length), 'the chains move on under their locks');
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

  async newestCheckpoint(
    unit: Unit,
    level: Level,
    place?: number,
  ): Promise<StoredCheckpoint | undefined> {
    const { tenant } = unit;
    const sameShard = place === undefined ? sql`true` : ofShardHolding(unit, place, sql`n.size`);
    const { rows } = await sql<{ size: bigint; text: string; level: Level; lines: string }>`
      select c.size, c.text, c.level,
        string_agg(s.text, '' order by s.is_log desc, s.by collate "C") as lines
      from log.checkpoint c join log.signature s using (tenant, size)
      where c.tenant = ${tenant} and c.size = (
        select max(size) from log.checkpoint n where n.tenant = ${tenant} and n.level >= ${level}
          and ${sameShard}
          and exists (select 1 from log.signature x
            where x.tenant = ${tenant} and x.size = n.size and x.is_log))
      group by c.size, c.text, c.level`.execute(txOf(unit));
    const [row] = rows;
    if (row === undefined) return undefined;
    return { size: Number(row.size), note: `${row.text}\n${row.lines}`, level: row.level };
  }

  shards(unit: Unit): Promise<readonly Shard[]> {
    return new PostgresShards().of(unit);
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

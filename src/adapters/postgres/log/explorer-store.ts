/**
 * Blocks and entries of one tenant's log by place, read only, for the log explorer.
 */
import { sql } from 'kysely';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import { parseEntry } from '#formats/entry';
import type { BlockRow, ExplorerStore, Shard, StoredEntry } from '#trust/evidence';
import { txOf } from '../database.ts';
import { columns, type EntryRow, entryOf } from './evidence-store.ts';
import { PostgresShards } from './shard-store.ts';

interface BlockColumns {
  readonly height: bigint;
  readonly size: bigint;
  readonly text: string;
  readonly level: string;
  readonly drafted_at: bigint;
  readonly lines: string;
  readonly from_size: bigint | null;
  readonly from_text: string | null;
  readonly from_lines: string | null;
}

/** A checkpoint is a block from the witness quorum on. */
const blockLevel = 'L2';

export class PostgresExplorer implements ExplorerStore {
  async blocks(
    unit: Unit,
    page: { before: number | undefined; countMax: number },
  ): Promise<BlockRow[]> {
    const below = page.before === undefined ? sql`true` : sql`c.size < ${page.before}`;
    return this.#read(unit, below, page.countMax);
  }

  async block(unit: Unit, size: number): Promise<BlockRow | undefined> {
    const first = sql`(select min(size) from log.checkpoint o where o.tenant = ${unit.tenant}
      and o.level >= ${blockLevel} and o.size >= ${size})`;
    const [row] = await this.#read(unit, sql`c.size = ${first}`, 1);
    return row;
  }

  async entries(unit: Unit, start: number, end: number): Promise<readonly StoredEntry[]> {
    const { tenant } = unit;
    const between = sql`tenant = ${tenant} and log_index >= ${start} and log_index < ${end}`;
    const own = await sql<EntryRow>`select ${columns} from evidence_entry
      where ${between} order by log_index`.execute(txOf(unit));
    const brought = await sql<BroughtRow>`select log_index as index, bytes,
        encode(sha256(bytes), 'base64') as hash from log.loose_entry
      where ${between} order by log_index`.execute(txOf(unit));
    const entries = [...own.rows.map(entryOf), ...brought.rows.flatMap(broughtOf)];
    return entries.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0));
  }

  shards(unit: Unit): Promise<readonly Shard[]> {
    return new PostgresShards().of(unit);
  }

  async #read(unit: Unit, which: ReturnType<typeof sql>, countMax: number): Promise<BlockRow[]> {
    const { tenant } = unit;
    const lines = (size: string) => sql`(select string_agg(s.text, ''
      order by s.is_log desc, s.by collate "C") from log.signature s
      where s.tenant = ${tenant} and s.size = ${sql.ref(size)})`;
    const { rows } = await sql<BlockColumns>`
      select c.size, c.text, c.level, c.drafted_at, ${lines('c.size')} as lines,
        (select count(*) from log.checkpoint o where o.tenant = ${tenant}
          and o.level >= ${blockLevel} and o.size <= c.size) as height,
        p.size as from_size, p.text as from_text, ${lines('p.size')} as from_lines
      from log.checkpoint c
      left join lateral (
        select size, text from log.checkpoint o
        where o.tenant = ${tenant} and o.level >= ${blockLevel} and o.size < c.size
        order by o.size desc limit 1) p on true
      where c.tenant = ${tenant} and c.level >= ${blockLevel} and ${which}
      order by c.size desc limit ${countMax}`.execute(txOf(unit));
    return rows.map(blockOf);
  }
}

interface BroughtRow {
  readonly index: bigint;
  readonly bytes: Uint8Array;
  readonly hash: string;
}

/** What third parties brought; the links of shards are no entries and are left out. */
function broughtOf({ index, bytes, hash }: BroughtRow): StoredEntry[] {
  try {
    const { caseTag, seq, type } = parseEntry(bytes);
    const nobody = { subject: undefined, sealed: undefined };
    return [{ caseId: caseTag, seq, type, hash, bytes, index: Number(index), ...nobody }];
  } catch (thrown) {
    if (thrown instanceof Fault) return [];
    throw thrown;
  }
}

function blockOf(row: BlockColumns): BlockRow {
  const previousNote = row.from_text === null ? undefined : `${row.from_text}\n${row.from_lines}`;
  return {
    height: Number(row.height),
    size: Number(row.size),
    from: Number(row.from_size ?? 0n),
    note: `${row.text}\n${row.lines}`,
    previousNote,
    at: Number(row.drafted_at),
    level: row.level,
  };
}

/**
 * What a restore does to a tenant's entries: those the back-up is too old for come back from the
 * log's own files, so that the log goes on from the head that witnesses have seen.
 *
 * Their openings are not in those files and are lost: such an entry proves that something of this
 * kind happened then, and no more.
 */
import type { ShardRow } from '#trust/evidence';
import type { Loading } from './load.ts';

/** An entry as the log's files give it. */
export interface LoggedEntry {
  readonly index: number;
  readonly caseTag: string;
  readonly seq: number;
  readonly hash: string;
  readonly type: string;
  readonly leaf: Uint8Array;
  readonly bytes: Uint8Array;
}

/** An entry of no case of ours, as the log's files give it. */
export type LoggedLooseEntry = Pick<LoggedEntry, 'index' | 'leaf' | 'bytes'>;

/** A head of the log with the lines that signed it. */
export interface LoggedHead {
  /** The first place of its shard. */
  readonly base: number;
  /** The place after its last entry. */
  readonly size: number;
  readonly root: Uint8Array;
  readonly edge: Uint8Array;
  readonly text: string;
  readonly level: string;
  readonly at: number;
  readonly lines: readonly {
    readonly by: string;
    readonly isLog: boolean;
    readonly text: string;
  }[];
}

/** What became of one entry of the log's files. */
export type Placed = 'held' | 'placed' | 'differs' | 'brought back';

/** One tenant's log in a database that is being loaded. */
export class LoadedLog {
  readonly #loading: Loading;
  readonly #tenant: string;

  constructor(loading: Loading, tenant: string) {
    this.#loading = loading;
    this.#tenant = tenant;
  }

  /** How far the rows know the log. */
  async size(): Promise<number> {
    const found = await this.#loading.client.query<{ size: string | null }>(
      'select max(size) as size from log.head where tenant = $1',
      [this.#tenant],
    );
    return Number(found.rows[0]?.size ?? 0);
  }

  /** Sees to it that the entry stands in its place: held there, placed now, or brought back. */
  async place(entry: LoggedEntry): Promise<Placed> {
    const { client } = this.#loading;
    const loose = await this.#looseAt(entry);
    if (loose !== 'absent') return loose;
    const known = await client.query<{ log_index: string | null; hash: string }>(
      'select log_index, hash from evidence_entry where tenant = $1 and (log_index = $2 or hash = $3)',
      [this.#tenant, entry.index, entry.hash],
    );
    const [row, second] = known.rows;
    if (row === undefined) return this.#bringBack(entry);
    if (second !== undefined || row.hash !== entry.hash) return 'differs';
    if (row.log_index !== null) return Number(row.log_index) === entry.index ? 'held' : 'differs';
    await client.query('update evidence_entry set log_index = $3 where tenant = $1 and hash = $2', [
      this.#tenant,
      entry.hash,
      entry.index,
    ]);
    return 'placed';
  }

  /** The same for bytes that are no entry of ours. */
  async placeLoose(entry: LoggedLooseEntry): Promise<Placed> {
    const held = await this.#looseAt(entry);
    if (held !== 'absent') return held;
    const added = await this.#loading.client.query(
      `insert into log.loose_entry (tenant, log_index, leaf, bytes)
       select $1, $2, $3, $4 where not exists (
         select from evidence_entry where tenant = $1 and log_index = $2)`,
      [this.#tenant, entry.index, Buffer.from(entry.leaf), Buffer.from(entry.bytes)],
    );
    return added.rowCount === 1 ? 'brought back' : 'differs';
  }

  async #looseAt({ index, leaf }: LoggedLooseEntry): Promise<'held' | 'differs' | 'absent'> {
    const known = await this.#loading.client.query<{ log_index: string; leaf: Buffer }>(
      `select log_index, leaf from log.loose_entry
       where tenant = $1 and (log_index = $2 or leaf = $3)`,
      [this.#tenant, index, Buffer.from(leaf)],
    );
    const [row, second] = known.rows;
    if (row === undefined) return 'absent';
    const same = Number(row.log_index) === index && row.leaf.equals(leaf);
    return same && second === undefined ? 'held' : 'differs';
  }

  /** Where a shard begins; what is known of it stays. */
  async shard({ base, name, origin }: ShardRow): Promise<void> {
    await this.#loading.client.query(
      `insert into log.shard (tenant, base, name, origin) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [this.#tenant, base, name, origin],
    );
  }

  /** The head, its checkpoint and signatures, where the rows know only an older one. */
  async head(head: LoggedHead): Promise<void> {
    const { client } = this.#loading;
    await client.query(
      // The twin's edge was of the older head: the sequencer grows it anew from the entries.
      `insert into log.head (tenant, base, size, root, edge) values ($1, $5, $2, $3, $4)
       on conflict (tenant, base) do update set size = $2, root = $3, edge = $4,
         twin_root = null, twin_edge = null`,
      [this.#tenant, head.size, Buffer.from(head.root), Buffer.from(head.edge), head.base],
    );
    await client.query(
      `insert into log.checkpoint (tenant, size, root, text, level, drafted_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (tenant, size) do update set level = greatest(log.checkpoint.level, $5)`,
      [this.#tenant, head.size, Buffer.from(head.root), head.text, head.level, head.at],
    );
    for (const { by, isLog, text } of head.lines) {
      await client.query(
        `insert into log.signature (tenant, size, by, is_log, text) values ($1, $2, $3, $4, $5)
         on conflict (tenant, size, by) do nothing`,
        [this.#tenant, head.size, by, isLog, text],
      );
    }
  }

  /** A case that is younger than the back-up gets a name that says so. */
  async #bringBack(entry: LoggedEntry): Promise<Placed> {
    const { client } = this.#loading;
    const { caseTag, seq, hash, type, index } = entry;
    await client.query(
      `insert into evidence_case (tenant, case_id, tag) values ($1, $2, $3)
       on conflict (tenant, tag) do nothing`,
      [this.#tenant, `lost-${caseTag}`, caseTag],
    );
    const added = await client.query(
      `insert into evidence_entry (tenant, case_id, seq, hash, type, bytes, log_index)
       select tenant, case_id, $3, $4, $5, $6, $7 from evidence_case
       where tenant = $1 and tag = $2 and seq = $3`,
      [this.#tenant, caseTag, seq, hash, type, Buffer.from(entry.bytes), index],
    );
    // The chain goes on where the log says, or the rows know another history of this case.
    if (added.rowCount !== 1) return 'differs';
    await client.query(
      'update evidence_case set seq = $3 + 1, head = $4 where tenant = $1 and tag = $2',
      [this.#tenant, caseTag, seq, hash],
    );
    return 'brought back';
  }
}

/** The tenants that have rows of evidence. */
export async function loadedTenants({ client }: Loading): Promise<readonly string[]> {
  const found = await client.query<{ tenant: string }>(
    'select distinct tenant from evidence_case order by 1',
  );
  return found.rows.map(({ tenant }) => tenant);
}

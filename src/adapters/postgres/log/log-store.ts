/**
 * The log over the entries of one tenant, as the sequencer's own role sees it, under a lease.
 *
 * The lease is a session's advisory lock, and every statement of the log runs on that same session:
 * when the connection is lost the lock is lost with it, and nothing more can be written under it.
 * The session names the tenant, and row security holds it to that tenant's rows: a mistake in a
 * statement here cannot put one institution's entry into another's log.
 *
 * Rows count places, which run through all shards; here the leaves of one shard are counted. `base`
 * lies between the two.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';

import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { type Level, parseEdge, printEdge } from '#formats/tlog';
import type {
  CheckpointStore,
  Draft,
  KeptLines,
  LogHead,
  LogLease,
  LogPart,
  LogStep,
  LogStore,
  LooseEntry,
  PendingEntry,
  Shard,
} from '#trust/evidence';
import { bytesArray } from '../binary-array.ts';
import type { Database } from '../database.ts';
import { faultOfFailure, stateOf } from '../failure.ts';

const waitMsMax = 5_000;
const pollMs = 50;
const uniqueViolation = '23505';
const divisionByZero = '22012';
const looseEntryOnce = 'loose_entry_once';

type Session = Kysely<unknown>;

const nothing = sql`select 1 where false`;

export class PostgresLogLease implements LogLease {
  readonly #database: Database;
  readonly #tenant: TenantId;
  readonly #base: number;
  readonly #waitMs: number;

  /**
   * `base`: the first place of the shard, 0 by default. `waitMs`: how long a lease that another
   * process holds is waited for.
   */
  constructor(parts: { database: Database; tenant: TenantId; base?: number; waitMs?: number }) {
    this.#database = parts.database;
    this.#tenant = parts.tenant;
    this.#base = parts.base ?? 0;
    this.#waitMs = parts.waitMs ?? waitMsMax;
  }

  async hold<T>(action: (log: LogStore) => Promise<T>): Promise<T> {
    try {
      return await this.#database.kysely.connection().execute(async (session) => {
        const key = sql`hashtextextended(${`fubie/log/${this.#tenant}`}, 0)`;
        await this.#take(session, key);
        try {
          await speakFor(session, this.#tenant);
          return await action(new PostgresLog(session, this.#tenant, this.#base));
        } finally {
          // The connection goes back to a pool: neither tenant nor lock must go with it.
          await speakFor(session, '').catch(() => undefined);
          await sql`select pg_advisory_unlock(${key})`.execute(session).catch(() => undefined);
        }
      });
    } catch (thrown) {
      throw faultOfFailure(thrown);
    }
  }

  /** A process that was killed holds its lease until the database has noticed: a moment. */
  async #take(session: Session, key: RawBuilder<unknown>): Promise<void> {
    const until = performance.now() + this.#waitMs;
    for (;;) {
      const { rows } = await sql<{ held: boolean }>`
        select pg_try_advisory_lock(${key}) as held`.execute(session);
      if (rows[0]?.held === true) return;
      if (performance.now() >= until) {
        throw new Fault('evidence.lease_taken', {}, { retryable: true });
      }
      await new Promise((resume) => setTimeout(resume, pollMs));
    }
  }
}

/**
 * For this session from now on; without a tenant policies show it nothing. Plans are made for the
 * batch at hand: one that is kept for any batch expects ten entries, and goes through the list of
 * arrivals once for each of them.
 */
async function speakFor(session: Session, tenant: TenantId | ''): Promise<void> {
  await sql`select set_config('fubie.tenant', ${tenant}, false),
    set_config('plan_cache_mode', 'force_custom_plan', false)`.execute(session);
}

class PostgresLog implements LogStore {
  readonly checkpoints: CheckpointStore;
  readonly #session: Session;
  readonly #tenant: TenantId;
  readonly #base: number;

  constructor(session: Session, tenant: TenantId, base: number) {
    this.#session = session;
    this.#tenant = tenant;
    this.#base = base;
    this.checkpoints = new PostgresCheckpoints(session, tenant, base);
  }

  async head(): Promise<LogHead | undefined> {
    const { rows } = await sql<HeadRow>`select size, root, edge, twin_root as "twinRoot",
        twin_edge as "twinEdge" from log.head
      where tenant = ${this.#tenant} and base = ${this.#base}`.execute(this.#session);
    const [row] = rows;
    if (row === undefined) return undefined;
    const { root, twinRoot, twinEdge } = row;
    const size = Number(row.size) - this.#base;
    const head = { ...parseEdge(size, row.edge), root };
    if (twinRoot === null || twinEdge === null) return head;
    return { ...head, twin: { ...parseEdge(size, twinEdge), root: twinRoot } };
  }

  /** Arrivals count from one: said for the planner, who then walks their index, sorting nothing. */
  async pending(countMax: number): Promise<readonly PendingEntry[]> {
    const { rows } = await sql<PendingEntry>`select arrival, bytes from evidence_entry
      where tenant = ${this.#tenant} and log_index is null and arrival > 0
      order by arrival limit ${countMax}`.execute(this.#session);
    return rows;
  }

  /**
   * One statement is one transaction and one message to the server: it works while this process
   * hashes the next batch. Whatever is not as the step says divides by zero, and nothing happened.
   */
  async advance(step: LogStep): Promise<void> {
    const { from, to, entries, loose, draft, twinDraft, at } = step;
    const start = this.#base + (from?.size ?? 0);
    const end = this.#base + to.size;
    try {
      await sql`with moved as (${this.#headMoved(from, to)}),
        placed as (${this.#entriesPlaced(start, entries)}),
        added as (${this.#looseAdded(start + entries.length, loose)}),
        drafted as (insert into log.checkpoint (tenant, size, root, text, twin_text, drafted_at)
          values (${this.#tenant}, ${end}, ${to.root}, ${draft}, ${twinDraft ?? null}, ${at}))
        select 1 / ((select count(*) from moved) = 1
          and (select count(*) from placed) = ${entries.length})::int`.execute(this.#session);
    } catch (thrown) {
      if (isKnownEntry(thrown)) throw new Fault('evidence.entry_known', {}, { cause: thrown });
      if (stateOf(thrown) !== divisionByZero) throw thrown;
      throw new Fault('evidence.head_moved', {}, { cause: thrown });
    }
  }

  async known(leaves: readonly Uint8Array[]): Promise<ReadonlyMap<string, number>> {
    const { rows } = await sql<{ leaf: string; place: bigint }>`
      select encode(leaf, 'hex') as leaf, log_index as place from log.loose_entry
      where tenant = ${this.#tenant} and leaf = any (${bytesArray(leaves)}::bytea[])`.execute(
      this.#session,
    );
    return new Map(rows.map(({ leaf, place }) => [leaf, Number(place)]));
  }

  async entries(start: number, end: number): Promise<readonly Uint8Array[]> {
    const [first, last] = [this.#base + start, this.#base + end];
    const { rows } = await sql<{ bytes: Uint8Array }>`select bytes from (
        select log_index, bytes from evidence_entry
          where tenant = ${this.#tenant} and log_index >= ${first} and log_index < ${last}
        union all
        select log_index, bytes from log.loose_entry
          where tenant = ${this.#tenant} and log_index >= ${first} and log_index < ${last}
      ) placed order by log_index`.execute(this.#session);
    if (rows.length !== end - start) throw new Fault('evidence.entry_unknown', { start, end });
    return rows.map(({ bytes }) => bytes);
  }

  async follow({ name, origin }: Pick<Shard, 'name' | 'origin'>): Promise<void> {
    await sql`insert into log.shard (tenant, base, name, origin)
      select tenant, size, ${name}, ${origin} from log.head
      where tenant = ${this.#tenant} and base = ${this.#base}
      on conflict (tenant, base) do nothing`.execute(this.#session);
  }

  /** Compare and swap: whoever grew another head finds this one moved. */
  #headMoved(from: LogHead | undefined, to: LogHead): RawBuilder<unknown> {
    const base = this.#base;
    const end = base + to.size;
    const edge = printEdge(to);
    const twinRoot = to.twin?.root ?? null;
    const twinEdge = to.twin === undefined ? null : printEdge(to.twin);
    return from === undefined
      ? sql`insert into log.head (tenant, base, size, root, edge, twin_root, twin_edge)
          values (${this.#tenant}, ${base}, ${end}, ${to.root}, ${edge}, ${twinRoot}, ${twinEdge})
          on conflict do nothing returning 1`
      : sql`update log.head set size = ${end}, root = ${to.root}, edge = ${edge},
            twin_root = ${twinRoot}, twin_edge = ${twinEdge}
          where tenant = ${this.#tenant} and base = ${base} and size = ${base + from.size}
            and root = ${from.root}
          returning 1`;
  }

  #entriesPlaced(start: number, entries: readonly PendingEntry[]): RawBuilder<unknown> {
    if (entries.length === 0) return nothing;
    const arrivals = entries.map(({ arrival }) => String(arrival));
    // In their order: the ends keep the server to the index of what has no place.
    const [first, last] = [arrivals[0], arrivals.at(-1)];
    return sql`update evidence_entry set log_index = ${start} + n.place - 1
      from unnest(${arrivals}::bigint[]) with ordinality as n (arrival, place)
      where tenant = ${this.#tenant} and evidence_entry.arrival = n.arrival
        and evidence_entry.arrival between ${first}::bigint and ${last}::bigint
        and log_index is null returning 1`;
  }

  #looseAdded(start: number, loose: readonly LooseEntry[]): RawBuilder<unknown> {
    if (loose.length === 0) return nothing;
    const leaves = bytesArray(loose.map(({ leaf }) => leaf));
    const bytes = bytesArray(loose.map((one) => one.bytes));
    return sql`insert into log.loose_entry (tenant, log_index, leaf, bytes)
      select ${this.#tenant}, ${start} + n.place - 1, n.leaf, n.bytes
      from unnest(${leaves}::bytea[], ${bytes}::bytea[])
        with ordinality as n (leaf, bytes, place)`;
  }
}

interface HeadRow {
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly edge: Uint8Array;
  readonly twinRoot: Uint8Array | null;
  readonly twinEdge: Uint8Array | null;
}

function isKnownEntry(thrown: unknown): boolean {
  if (stateOf(thrown) !== uniqueViolation) return false;
  return thrown instanceof Error && 'constraint' in thrown && thrown.constraint === looseEntryOnce;
}

interface DraftRow {
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly text: string;
  readonly level: Level;
  readonly lines: string | null;
  readonly signed: boolean | null;
  readonly twinText: string | null;
  readonly twinLine: string | null;
}

class PostgresCheckpoints implements CheckpointStore {
  readonly #session: Session;
  readonly #tenant: TenantId;
  readonly #base: number;

  constructor(session: Session, tenant: TenantId, base: number) {
    this.#session = session;
    this.#tenant = tenant;
    this.#base = base;
  }

  newest(): Promise<Draft | undefined> {
    return this.#draftAt(sql`select max(size) from log.checkpoint
      where tenant = ${this.#tenant} and size > ${this.#base}`);
  }

  newestSigned(): Promise<Draft | undefined> {
    return this.#draftAt(sql`select max(size) from log.signature
      where tenant = ${this.#tenant} and size > ${this.#base} and is_log`);
  }

  async keep(kept: KeptLines): Promise<void> {
    const { lines, level, twinLine } = kept;
    const size = this.#base + kept.size;
    await sql`with added as (
        insert into log.signature (tenant, size, by, is_log, text)
        select ${this.#tenant}, ${size}, n.by, n.is_log, n.text
        from unnest(${lines.map(({ by }) => by)}::text[],
          ${lines.map(({ isLog }) => isLog)}::boolean[],
          ${lines.map(({ text }) => text)}::text[]) as n (by, is_log, text)
        on conflict (tenant, size, by) do nothing
      )
      update log.checkpoint set level = greatest(level, ${level ?? 'L0'}),
        twin_line = coalesce(twin_line, ${twinLine ?? null})
      where tenant = ${this.#tenant} and size = ${size}`.execute(this.#session);
  }

  async alarm(alarm: Parameters<CheckpointStore['alarm']>[0]): Promise<void> {
    if ('endsBelow' in alarm) {
      await sql`update log.alarm set ended_at = ${alarm.at}
        where tenant = ${this.#tenant} and ended_at is null
          and starts_with(code, ${alarm.endsBelow}) and code <> all(${alarm.but}::text[])`.execute(
        this.#session,
      );
      return;
    }
    const { code, detail, at, stands } = alarm;
    if (stands) {
      await sql`insert into log.alarm (tenant, code, detail, raised_at)
        values (${this.#tenant}, ${code}, ${detail}, ${at})
        on conflict (tenant, code) where ended_at is null
        do update set detail = excluded.detail`.execute(this.#session);
    } else {
      await sql`update log.alarm set ended_at = ${at}
        where tenant = ${this.#tenant} and code = ${code} and ended_at is null`.execute(
        this.#session,
      );
    }
  }

  async alive(part: LogPart, at: Instant): Promise<void> {
    await sql`insert into log.heartbeat (tenant, part, at)
      values (${this.#tenant}, ${part}, ${at})
      on conflict (tenant, part) do update set at = excluded.at`.execute(this.#session);
  }

  async #draftAt(size: ReturnType<typeof sql>): Promise<Draft | undefined> {
    const { rows } = await sql<DraftRow>`
      select c.size, c.root, c.text, c.level, c.twin_text as "twinText",
        c.twin_line as "twinLine", bool_or(s.is_log) as signed,
        string_agg(s.text, '' order by s.is_log desc, s.by collate "C") as lines
      from log.checkpoint c left join log.signature s using (tenant, size)
      where c.tenant = ${this.#tenant} and c.size = (${size})
      group by c.tenant, c.size`.execute(this.#session);
    const [row] = rows;
    if (row === undefined) return undefined;
    const { root, text, level, twinText, twinLine } = row;
    const signed = row.signed === true;
    const draft = {
      size: Number(row.size) - this.#base,
      root,
      text,
      level,
      signed,
      signatures: row.lines ?? '',
    };
    if (twinText === null) return draft;
    return { ...draft, twin: { text: twinText, line: twinLine ?? undefined } };
  }
}

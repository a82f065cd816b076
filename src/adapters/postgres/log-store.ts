/**
 * The log over the entries of all tenants, as the sequencer's own role sees it, under a lease.
 *
 * The lease is a session's advisory lock, and every statement of the log runs on that same session:
 * when the connection is lost the lock is lost with it, and nothing more can be written under it.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';

import { Fault } from '#base/fault';
import { type Level, parseEdge, printEdge } from '#formats/tlog';
import type {
  AuditedEntry,
  CheckpointStore,
  Draft,
  LogAudit,
  LogHead,
  LogLease,
  LogStep,
  LogStore,
  PendingEntry,
} from '#trust/evidence';
import type { Database } from './database.ts';
import { faultOfFailure } from './failure.ts';

const waitMsMax = 5_000;
const pollMs = 50;

type Session = Kysely<unknown>;

export class PostgresLogLease implements LogLease {
  readonly #database: Database;
  readonly #origin: string;
  readonly #waitMs: number;

  /** `waitMs`: how long a lease that another process holds is waited for. */
  constructor(parts: { database: Database; origin: string; waitMs?: number }) {
    this.#database = parts.database;
    this.#origin = parts.origin;
    this.#waitMs = parts.waitMs ?? waitMsMax;
  }

  async hold<T>(action: (log: LogStore) => Promise<T>): Promise<T> {
    try {
      return await this.#database.kysely.connection().execute(async (session) => {
        const key = sql`hashtextextended(${`fubie/log/${this.#origin}`}, 0)`;
        await this.#take(session, key);
        try {
          return await action(new PostgresLog(session, this.#origin));
        } finally {
          // The connection goes back to a pool: the lock must not go with it.
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

class PostgresLog implements LogStore {
  readonly checkpoints: CheckpointStore;
  readonly #session: Session;
  readonly #origin: string;

  constructor(session: Session, origin: string) {
    this.#session = session;
    this.#origin = origin;
    this.checkpoints = new PostgresCheckpoints(session, origin);
  }

  async head(): Promise<LogHead | undefined> {
    const { rows } = await sql<{ size: bigint; root: Uint8Array; edge: Uint8Array }>`
      select size, root, edge from log.head where origin = ${this.#origin}`.execute(this.#session);
    const [row] = rows;
    if (row === undefined) return undefined;
    return { ...parseEdge(Number(row.size), row.edge), root: row.root };
  }

  async pending(countMax: number): Promise<readonly PendingEntry[]> {
    const { rows } = await sql<PendingEntry>`select arrival, bytes from evidence_entry
      where log_index is null order by arrival limit ${countMax}`.execute(this.#session);
    return rows;
  }

  async advance(step: LogStep): Promise<void> {
    const { from, to, entries, draft, at } = step;
    await this.#session.transaction().execute(async (tx) => {
      const edge = printEdge(to);
      const moved =
        from === undefined
          ? await sql`insert into log.head (origin, size, root, edge)
              values (${this.#origin}, ${to.size}, ${to.root}, ${edge})
              on conflict do nothing`.execute(tx)
          : await sql`update log.head set size = ${to.size}, root = ${to.root}, edge = ${edge}
              where origin = ${this.#origin} and size = ${from.size}
                and root = ${from.root}`.execute(tx);
      if (moved.numAffectedRows !== 1n) throw new Fault('evidence.head_moved');
      const arrivals = entries.map(({ arrival }) => String(arrival));
      const placed = await sql`update evidence_entry
        set log_index = ${from?.size ?? 0} + n.place - 1
        from unnest(${arrivals}::bigint[]) with ordinality as n (arrival, place)
        where evidence_entry.arrival = n.arrival and log_index is null`.execute(tx);
      if (placed.numAffectedRows !== BigInt(entries.length)) {
        throw new Fault('evidence.head_moved');
      }
      await sql`insert into log.checkpoint (origin, size, root, text, drafted_at)
        values (${this.#origin}, ${to.size}, ${to.root}, ${draft}, ${at})`.execute(tx);
    });
  }

  async entries(start: number, end: number): Promise<readonly Uint8Array[]> {
    const { rows } = await sql<{ bytes: Uint8Array }>`select bytes from evidence_entry
      where log_index >= ${start} and log_index < ${end} order by log_index`.execute(this.#session);
    if (rows.length !== end - start) throw new Fault('evidence.entry_unknown', { start, end });
    return rows.map(({ bytes }) => bytes);
  }
}

interface DraftRow {
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly text: string;
  readonly level: Level;
  readonly lines: string | null;
  readonly signed: boolean | null;
}

class PostgresCheckpoints implements CheckpointStore {
  readonly #session: Session;
  readonly #origin: string;

  constructor(session: Session, origin: string) {
    this.#session = session;
    this.#origin = origin;
  }

  newest(): Promise<Draft | undefined> {
    return this.#draftAt(sql`select max(size) from log.checkpoint where origin = ${this.#origin}`);
  }

  newestSigned(): Promise<Draft | undefined> {
    return this.#draftAt(sql`select max(size) from log.signature
      where origin = ${this.#origin} and is_log`);
  }

  async keep(line: { size: number; by: string; text: string; isLog: boolean }): Promise<void> {
    await sql`insert into log.signature (origin, size, by, is_log, text)
      values (${this.#origin}, ${line.size}, ${line.by}, ${line.isLog}, ${line.text})
      on conflict (origin, size, by) do nothing`.execute(this.#session);
  }

  async reached(size: number, level: Level): Promise<void> {
    await sql`update log.checkpoint set level = ${level}
      where origin = ${this.#origin} and size = ${size} and level < ${level}`.execute(
      this.#session,
    );
  }

  async alarm(alarm: Parameters<CheckpointStore['alarm']>[0]): Promise<void> {
    const { code, detail, at, stands } = alarm;
    if (stands) {
      await sql`insert into log.alarm (origin, code, detail, raised_at)
        values (${this.#origin}, ${code}, ${detail}, ${at})
        on conflict (origin, code) where ended_at is null do nothing`.execute(this.#session);
    } else {
      await sql`update log.alarm set ended_at = ${at}
        where origin = ${this.#origin} and code = ${code} and ended_at is null`.execute(
        this.#session,
      );
    }
  }

  async #draftAt(size: ReturnType<typeof sql>): Promise<Draft | undefined> {
    const { rows } = await sql<DraftRow>`
      select c.size, c.root, c.text, c.level, bool_or(s.is_log) as signed,
        string_agg(s.text, '' order by s.is_log desc, s.by collate "C") as lines
      from log.checkpoint c left join log.signature s using (origin, size)
      where c.origin = ${this.#origin} and c.size = (${size})
      group by c.size, c.root, c.text, c.level`.execute(this.#session);
    const [row] = rows;
    if (row === undefined) return undefined;
    const { root, text, level } = row;
    const signed = row.signed === true;
    return { size: Number(row.size), root, text, level, signed, signatures: row.lines ?? '' };
  }
}

/** The stored log for an auditor: every tenant's entries, read only, without a lease. */
export class PostgresLogAudit implements LogAudit {
  readonly #database: Database;
  readonly #origin: string;

  constructor(parts: { database: Database; origin: string }) {
    this.#database = parts.database;
    this.#origin = parts.origin;
  }

  async entries(start: number, countMax: number): Promise<readonly AuditedEntry[]> {
    const { rows } = await sql<Omit<AuditedEntry, 'index'> & { place: bigint }>`
      select log_index as place, tenant, case_id as "caseId", bytes from evidence_entry
      where log_index >= ${start} order by log_index limit ${countMax}`.execute(
      this.#database.kysely,
    );
    return rows.map(({ place, ...entry }) => ({ ...entry, index: Number(place) }));
  }

  async checkpoints(): Promise<readonly { size: number; text: string; signatures: string }[]> {
    const { rows } = await sql<{ size: bigint; text: string; lines: string | null }>`
      select c.size, c.text,
        string_agg(s.text, '' order by s.is_log desc, s.by collate "C") as lines
      from log.checkpoint c left join log.signature s using (origin, size)
      where c.origin = ${this.#origin} group by c.size, c.text order by c.size`.execute(
      this.#database.kysely,
    );
    return rows.map(({ size, text, lines }) => ({
      size: Number(size),
      text,
      signatures: lines ?? '',
    }));
  }
}

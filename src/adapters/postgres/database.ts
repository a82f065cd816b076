/**
 * Connections to PostgreSQL, and the unit of work on them: one transaction of one tenant.
 *
 * Promises: a unit sees and writes rows of its tenant only (the policies of the migrations read
 * `fubie.tenant`, which lives as long as the transaction); it is durable when `run` resolves; what
 * failed for a passing reason is a retryable Fault. Nothing is retried here.
 */
import { Kysely, PostgresDialect, type RawBuilder, sql, type Transaction } from 'kysely';
import pg from 'pg';

import { assert } from '#base/fault';
import type { TenantId, Unit, Units } from '#base/unit';
import { faultOfFailure } from './failure.ts';
import { type Hearing, hearNotices } from './notices.ts';
import { namingPool } from './statement-names.ts';

const connectionsMax = 10;
const connectMsMax = 5_000;
const statementMsMax = 15_000;
const lockMsMax = 5_000;
const idleInTransactionMsMax = 30_000;

/** Nothing in it that a quoted text would have to escape. */
const tenantPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

// Object identifiers of pg_type.dat: what the driver would turn into floats, Dates and Buffers.
const byteaOid = 17;
const int8Oid = 20;
const dateOid = 1082;
const timestampOid = 1114;
const timestamptzOid = 1184;

/** No table is known: a store names its own with `txOf<ItsTables>(unit)`. */
export type NoTables = unknown;

export interface Database {
  /** For what belongs to no tenant, such as the sequencer's lease. Rooms use a Unit. */
  readonly kysely: Kysely<NoTables>;
  /** One transaction; without a tenant policies show it no tenant's row. */
  transaction<T>(action: (tx: Transaction<NoTables>) => Promise<T>, tenant?: TenantId): Promise<T>;
  /** Hears what others say through the database; some of it may be lost. */
  hear(channel: string, heard: (payload: string) => void): Hearing;
  close(): Promise<void>;
}

export interface DatabaseLimits {
  readonly connectionsMax?: number;
  readonly statementMsMax?: number;
  readonly lockMsMax?: number;
  /** Every transaction sees one moment, however long it takes: for who checks everything. */
  readonly snapshot?: boolean;
}

// The driver hands the setting to the server as it is; the blank inside the value is escaped.
const snapshotOptions = '-c default_transaction_isolation=repeatable\\ read';

/** Opens lazily: a database that is down is seen at the first statement. */
export function openDatabase(url: string, limits: DatabaseLimits = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: limits.connectionsMax ?? connectionsMax,
    connectionTimeoutMillis: connectMsMax,
    statement_timeout: limits.statementMsMax ?? statementMsMax,
    lock_timeout: limits.lockMsMax ?? lockMsMax,
    ...(limits.snapshot === true
      ? { options: snapshotOptions }
      : { idle_in_transaction_session_timeout: idleInTransactionMsMax }),
    application_name: 'fubie',
    types: { getTypeParser: parserOf },
  });
  // A connection that breaks, idle or in use, also says so by an event, which unheard would end the
  // process. The pool drops it, and the query in flight fails with its own error.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const kysely = new Kysely<NoTables>({ dialect: new PostgresDialect({ pool: namingPool(pool) }) });
  return {
    kysely,
    transaction: (action, tenant) => transact(kysely, action, tenant),
    hear: (channel, heard) => hearNotices(url, channel, heard),
    close: () => kysely.destroy(),
  };
}

class PostgresUnit implements Unit {
  readonly tenant: TenantId;
  readonly #tx: Transaction<NoTables>;
  #ended = false;

  constructor(tenant: TenantId, tx: Transaction<NoTables>) {
    this.tenant = tenant;
    this.#tx = tx;
  }

  get tx(): Transaction<NoTables> {
    // A forgotten await would write into a transaction that is already gone.
    assert(!this.#ended, 'a unit is used only inside the action it was made for');
    return this.#tx;
  }

  end(): void {
    this.#ended = true;
  }
}

export class PostgresUnits implements Units {
  readonly #database: Database;

  constructor(parts: { database: Database }) {
    this.#database = parts.database;
  }

  run<T>(tenant: TenantId, action: (unit: Unit) => Promise<T>): Promise<T> {
    return this.#database.transaction(async (tx) => {
      const unit = new PostgresUnit(tenant, tx);
      try {
        return await action(unit);
      } finally {
        unit.end();
      }
    }, tenant);
  }
}

/** The transaction inside a unit, seen with the tables of the store that asks. */
export function txOf<Tables extends object>(unit: Unit): Transaction<Tables> {
  assert(unit instanceof PostgresUnit, 'a PostgreSQL store takes units of PostgresUnits');
  // A transaction knows no tables when it runs; the type is the store's own word about its SQL.
  return unit.tx as unknown as Transaction<Tables>;
}

async function transact<T>(
  kysely: Kysely<NoTables>,
  action: (tx: Transaction<NoTables>) => Promise<T>,
  tenant: TenantId | undefined,
): Promise<T> {
  try {
    return await kysely.connection().execute(async (session) => {
      try {
        await opening(tenant).execute(session);
        // The session is this transaction's alone until it goes back to the pool.
        const result = await action(session as unknown as Transaction<NoTables>);
        const { rows } = await sql<{ command: string }>`commit`.execute(session);
        // So the server ends a transaction in which a statement failed that nobody heeded.
        assert(rows[0]?.command === 'COMMIT', 'what is committed has met no failure');
        return result;
      } catch (thrown) {
        // On a dead connection, which the pool drops by itself, this fails too: the first failure
        // is the one the caller must hear.
        await sql`rollback`.execute(session).catch(() => undefined);
        throw thrown;
      }
    });
  } catch (thrown) {
    throw faultOfFailure(thrown);
  }
}

/**
 * Opens a transaction and says whose it is in one message, for every unit begins with this. The
 * server takes two statements at once only without parameters, so the name stands in the text.
 */
function opening(tenant: TenantId | undefined): RawBuilder<unknown> {
  if (tenant === undefined) return sql`begin`;
  assert(tenantPattern.test(tenant), 'a tenant has a plain name');
  return sql`begin; select set_config('fubie.tenant', ${sql.lit(tenant)}, true)`;
}

type Parser = (text: string) => unknown;

/** One table of parsers, so that every store sees the same values: no float, no Date, no Buffer. */
function parserOf(oid: number, format?: 'text' | 'binary'): Parser {
  if (oid === int8Oid) return (text) => BigInt(text);
  if (oid === byteaOid) return (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'));
  if (oid === dateOid || oid === timestampOid || oid === timestamptzOid) return (text) => text;
  const parse: unknown = pg.types.getTypeParser(oid, format === 'binary' ? 'binary' : 'text');
  assert(typeof parse === 'function', 'pg knows a parser for every type');
  return (text) => parse(text) as unknown;
}

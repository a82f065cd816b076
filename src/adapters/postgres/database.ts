/**
 * Connections to PostgreSQL, and the unit of work on them: one transaction of one tenant.
 *
 * Promises: a unit sees and writes rows of its tenant only (the policies of the migrations read
 * `fubie.tenant`, which lives as long as the transaction); it is durable when `run` resolves; what
 * failed for a passing reason is a retryable Fault. Nothing is retried here.
 */
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';

import { assert } from '#base/fault';
import type { TenantId, Unit, Units } from '#base/unit';
import { faultOfFailure } from './failure.ts';

const connectionsMax = 10;
const connectMsMax = 5_000;
const statementMsMax = 15_000;
const lockMsMax = 5_000;
const idleInTransactionMsMax = 30_000;

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
  /** One transaction without a tenant: policies show it no tenant's row. */
  transaction<T>(action: (tx: Transaction<NoTables>) => Promise<T>): Promise<T>;
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
  const kysely = new Kysely<NoTables>({ dialect: new PostgresDialect({ pool }) });
  return {
    kysely,
    transaction: (action) => transact(kysely, action),
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
    assert(tenant.length > 0, 'a unit belongs to a tenant');
    return this.#database.transaction(async (tx) => {
      await sql`select set_config('fubie.tenant', ${tenant}, true)`.execute(tx);
      const unit = new PostgresUnit(tenant, tx);
      try {
        return await action(unit);
      } finally {
        unit.end();
      }
    });
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
): Promise<T> {
  // Kysely rolls back after a throw, and on a dead connection throws the rollback's failure
  // instead: the first one is what the caller must hear.
  let first: { readonly thrown: unknown } | undefined;
  try {
    return await kysely.transaction().execute(async (tx) => {
      try {
        return await action(tx);
      } catch (thrown) {
        first = { thrown };
        throw thrown;
      }
    });
  } catch (thrown) {
    throw faultOfFailure(first === undefined ? thrown : first.thrown);
  }
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

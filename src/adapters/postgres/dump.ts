/**
 * Every row there is, as of one moment: the half of a back-up that reads the database.
 *
 * COPY in one REPEATABLE READ transaction, as fubie_backup, which may read all tables and write
 * none. Promises: a table that this role could not see whole is postgres.dump_blind before the
 * first byte, for a back-up that leaves something out looks like any other.
 */
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

import { Fault } from '#base/fault';
import { faultOfFailure } from './failure.ts';

const connectMsMax = 10_000;
const roleName = 'fubie_backup';

/** One table of the database, as SQL names it and its columns. */
export interface DumpedTable {
  /** `public.loan_case`, quoted where it must be. */
  readonly name: string;
  /** Without generated ones, quoted where they must be. */
  readonly columns: readonly string[];
}

/** The form of a database: rows go back only into the same one. */
export interface DatabaseForm {
  readonly migrations: readonly { readonly name: string; readonly sha256: string }[];
  readonly tables: readonly DumpedTable[];
}

/** The database as of one moment. */
export interface Snapshot extends DatabaseForm {
  readonly sequences: readonly { readonly name: string; readonly value: string }[];
  /** PostgreSQL's text format: one line for each row. */
  rows(table: DumpedTable): AsyncIterable<Uint8Array>;
}

/** Runs `action` on a snapshot that ends with it. `url` is fubie_backup's. */
export async function withSnapshot<T>(
  url: string,
  action: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMsMax });
  // A connection that breaks also says so by an event, which unheard would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('begin isolation level repeatable read read only');
    await client.query('set local statement_timeout = 0');
    await refuseBlindness(client);
    const form = await readForm(client);
    const sequences = await client.query<{ name: string; value: string }>(sequencesSql);
    const rows = (table: DumpedTable): AsyncIterable<Uint8Array> => copyOut(client, table);
    return await action({ ...form, sequences: sequences.rows, rows });
  } catch (thrown) {
    throw faultOfFailure(thrown);
  } finally {
    // Ends the session and with it the snapshot.
    await client.end().catch(() => undefined);
  }
}

/** The tables and the migrations that made them. */
export async function readForm(client: pg.Client): Promise<DatabaseForm> {
  const migrations = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from house.migration order by name',
  );
  const tables = await client.query<DumpedTable>(tablesSql);
  return { migrations: migrations.rows, tables: tables.rows };
}

async function* copyOut(client: pg.Client, table: DumpedTable): AsyncGenerator<Uint8Array> {
  const columns = table.columns.join(', ');
  const copying = client.query(copyTo(`copy (select ${columns} from ${table.name}) to stdout`));
  yield* copying as AsyncIterable<Uint8Array>;
}

/** Without right or policy a table is refused or, worse, empty to our eyes. */
async function refuseBlindness(client: pg.Client): Promise<void> {
  const hidden = await client.query<{ name: string }>(hiddenSql);
  const names = hidden.rows.map(({ name }) => name).join(' ');
  if (names !== '') throw new Fault('postgres.dump_blind', { role: roleName, hidden: names });
}

const ofOurs = `n.nspname !~ '^(pg_|information_schema$)' and not c.relispartition`;

/** The list of migrations is no content: it is the form itself, and compared. */
const tablesSql = `
  select format('%I.%I', n.nspname, c.relname) as name,
    (select array_agg(quote_ident(a.attname) order by a.attnum) from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and a.attgenerated = '') as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and ${ofOurs} and (n.nspname, c.relname) <> ('house', 'migration')
  order by 1`;

const sequencesSql = `
  select format('%I.%I', schemaname, sequencename) as name, last_value::text as value
  from pg_sequences where last_value is not null order by 1`;

/** A restrictive policy narrows what a permissive one allows, so there may be none. */
const hiddenSql = `
  select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where ${ofOurs} and (
    c.relkind in ('r', 'p') and (
      not has_table_privilege(c.oid, 'select')
      or c.relrowsecurity and (
        not exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive
          and p.polcmd = 'r' and '${roleName}'::regrole = any (p.polroles)
          and pg_get_expr(p.polqual, p.polrelid) = 'true')
        or exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive
          and p.polcmd in ('r', '*') and p.polroles && array[0, '${roleName}'::regrole]::oid[])))
    or c.relkind = 'S' and not has_sequence_privilege(c.oid, 'select'))
  order by 1`;

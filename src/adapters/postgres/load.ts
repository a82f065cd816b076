/**
 * Puts rows back into a database that has none: the half of a restore that writes the database.
 *
 * As the owner, in one transaction: row security, triggers and the moment at which foreign keys are
 * checked are set aside, the rows come by COPY, and all three stand again before the commit. What
 * fails on the way leaves the database as empty as it was.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

import { Fault } from '#base/fault';
import { type DatabaseForm, type DumpedTable, readForm } from './dump.ts';
import { faultOfFailure } from './failure.ts';

const connectMsMax = 10_000;

/** One restore under way. */
export interface Loading {
  readonly client: pg.Client;
  /** Rows in the text format of `Snapshot.rows`; answers how many. */
  rows(table: DumpedTable, source: AsyncIterable<Uint8Array>): Promise<number>;
  sequence(name: string, value: string): Promise<void>;
}

/**
 * Runs `action` in the transaction and commits what it loaded. postgres.load_form_differs where
 * other migrations made this database, postgres.load_not_empty where it holds rows.
 */
export async function loadInto<T>(
  ownerUrl: string,
  form: DatabaseForm,
  action: (loading: Loading) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: ownerUrl,
    connectionTimeoutMillis: connectMsMax,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('begin');
    await client.query('set local statement_timeout = 0');
    const ours = await readForm(client);
    compareForms(ours, form);
    const setAside = await setGuardsAside(client);
    await refuseRows(client, ours);
    const result = await action(loadingOf(client, ours));
    await client.query('set constraints all immediate');
    for (const key of keysOfStatements) await holdAgainst(client, key);
    for (const statement of setAside) await client.query(statement);
    await client.query('commit');
    return result;
  } catch (thrown) {
    throw faultOfFailure(thrown);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function loadingOf(client: pg.Client, ours: DatabaseForm): Loading {
  return {
    client,
    async rows(table, source) {
      // Names come from a file: only what the catalogue of this database has is spoken.
      const known = ours.tables.find(({ name }) => name === table.name);
      if (known === undefined || known.columns.join() !== table.columns.join()) {
        throw new Fault('postgres.load_form_differs', { table: table.name });
      }
      const columns = known.columns.join(', ');
      const copying = client.query(copyFrom(`copy ${known.name} (${columns}) from stdin`));
      await pipeline(Readable.from(source, { objectMode: false }), copying);
      return copying.rowCount;
    },
    async sequence(name, value) {
      await client.query('select setval($1::regclass, $2::bigint)', [name, value]);
    },
  };
}

function compareForms(ours: DatabaseForm, theirs: DatabaseForm): void {
  if (printed(ours) === printed(theirs)) return;
  const differs = theirs.migrations.find(
    ({ name, sha256 }) => ours.migrations.find((one) => one.name === name)?.sha256 !== sha256,
  );
  throw new Fault('postgres.load_form_differs', { migration: differs?.name ?? 'a newer one' });
}

function printed({ migrations }: DatabaseForm): string {
  return migrations.map(({ name, sha256 }) => `${name} ${sha256}`).join('\n');
}

/** Answers the statements that put everything back. */
async function setGuardsAside(client: pg.Client): Promise<readonly string[]> {
  const found = await client.query<{ aside: string; back: string }>(guardsSql);
  for (const { aside } of found.rows) await client.query(aside);
  return found.rows.map(({ back }) => back);
}

/** As a foreign key, which looks at every row once when it is added, and goes again. */
async function holdAgainst(client: pg.Client, { table, key, of }: Key): Promise<void> {
  await client.query(
    `alter table ${table} add constraint loaded foreign key ${key} references ${of}`,
  );
  await client.query(`alter table ${table} drop constraint loaded`);
}

async function refuseRows(client: pg.Client, ours: DatabaseForm): Promise<void> {
  for (const { name } of ours.tables) {
    const held = await client.query(`select from ${name} limit 1`);
    if (held.rowCount !== 0) throw new Fault('postgres.load_not_empty', { table: name });
  }
}

interface Key {
  readonly table: string;
  readonly key: string;
  readonly of: string;
}

/** In daily work a trigger of each statement sees to these: it is set aside with the others. */
const keysOfStatements: readonly Key[] = [
  { table: 'evidence_entry', key: '(tenant, case_id)', of: 'evidence_case' },
  { table: 'deposit_item', key: '(tenant, deposit)', of: 'deposit' },
];

const ofOurs = `n.nspname !~ '^(pg_|information_schema$)'`;

const guardsSql = `
  select format('alter table %s no force row level security', c.oid::regclass) as aside,
    format('alter table %s force row level security', c.oid::regclass) as back
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and ${ofOurs} and c.relforcerowsecurity
  union all
  select format('alter table %s disable trigger %I', t.tgrelid::regclass, t.tgname),
    format('alter table %s enable trigger %I', t.tgrelid::regclass, t.tgname)
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
  where ${ofOurs} and not t.tgisinternal and t.tgenabled = 'O' and t.tgparentid = 0
  union all
  select format('alter table %s alter constraint %I deferrable initially deferred',
      f.conrelid::regclass, f.conname),
    format('alter table %s alter constraint %I not deferrable', f.conrelid::regclass, f.conname)
  from pg_constraint f join pg_class c on c.oid = f.conrelid
    join pg_namespace n on n.oid = c.relnamespace
  where ${ofOurs} and f.contype = 'f' and not f.condeferrable and f.conparentid = 0`;

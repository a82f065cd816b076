/**
 * Brings the database to the form this program knows: numbered .sql files, each run once.
 *
 * Promises: one migrator at a time (a session advisory lock); each file in a transaction of its
 * own with the row that says so; a file that changed after it ran is postgres.migration_changed. A
 * row without a file is left alone: a newer program was here, and N and N-1 run together.
 */
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

import { toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import { faultOfFailure } from './failure.ts';
import { ensureRoles, type RolePasswords } from './roles.ts';

const folder = new URL('./migrations/', import.meta.url);
const lockKey = '7310597468236718131'; // any constant that every migrator knows
const connectMsMax = 10_000;
const lockMsMax = 60_000;

export interface Migration {
  readonly name: string;
  readonly text: string;
}

/** Answers the names that ran now. `ownerUrl` names the role that owns the tables. */
export async function migrate(
  ownerUrl: string,
  passwords?: RolePasswords,
  migrations?: readonly Migration[],
): Promise<readonly string[]> {
  const owner = new pg.Client({
    connectionString: ownerUrl,
    connectionTimeoutMillis: connectMsMax,
    lock_timeout: lockMsMax,
  });
  // Unheard, a connection that breaks between two statements would end the process.
  owner.on('error', () => undefined);
  try {
    await owner.connect();
    await owner.query(`select pg_advisory_lock(${lockKey})`);
    await ensureRoles(owner, passwords);
    return await runAll(owner, migrations ?? (await readMigrations()));
  } catch (thrown) {
    throw faultOfFailure(thrown);
  } finally {
    // Ends the session and with it the lock.
    await owner.end().catch(() => undefined);
  }
}

export async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(new URL(name, folder), 'utf8') })),
  );
}

async function runAll(
  owner: pg.Client,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  // What belongs to no tenant and to no room stands in a schema of its own.
  await owner.query('create schema if not exists house');
  await owner.query(`create table if not exists house.migration (
    name text primary key, sha256 text not null, at timestamptz not null default now())`);
  const held = await owner.query<{ name: string; sha256: string }>(
    'select name, sha256 from house.migration',
  );
  const ran = new Map(held.rows.map((row) => [row.name, row.sha256]));
  const now: string[] = [];
  for (const migration of migrations) {
    const sha256 = await digestOf(migration.text);
    const before = ran.get(migration.name);
    if (before === sha256) continue;
    if (before !== undefined) {
      throw new Fault('postgres.migration_changed', { name: migration.name });
    }
    await runOne(owner, { ...migration, sha256 });
    now.push(migration.name);
  }
  return now;
}

async function runOne(
  owner: pg.Client,
  migration: Migration & { readonly sha256: string },
): Promise<void> {
  await owner.query('begin');
  try {
    await owner.query(migration.text);
    await owner.query('insert into house.migration (name, sha256) values ($1, $2)', [
      migration.name,
      migration.sha256,
    ]);
    await owner.query('commit');
  } catch (thrown) {
    await owner.query('rollback').catch(() => undefined);
    throw thrown;
  }
}

async function digestOf(text: string): Promise<string> {
  return toHex(
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
  );
}

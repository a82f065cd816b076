/**
 * A database for the tests of this folder: embedded, migrated, in a temporary folder of its own.
 *
 * Making the cluster and its tables takes two CPU seconds and is the same each time, so the files
 * are kept beside what else is compiled, under the digest of the migrations, and copied.
 */
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { TenantId } from '#base/unit';
import { type Database, openDatabase, PostgresUnits } from './database.ts';
import { copyCluster, type Embedded, startEmbedded } from './embedded.ts';
import { migrate, readMigrations } from './migrate.ts';

export const scratchPasswords = {
  postgres: 'scratch-postgres',
  fubie_owner: 'scratch-owner',
  fubie_app: 'scratch-app',
  fubie_sequencer: 'scratch-sequencer',
  fubie_backup: 'scratch-backup',
};

export interface Scratch {
  readonly embedded: Embedded;
  readonly folder: string;
  /** As fubie_app. */
  readonly app: Database;
  readonly owner: Database;
  readonly sequencer: Database;
  readonly units: PostgresUnits;
  close(): Promise<void>;
}

const cache = fileURLToPath(new URL('../../../node_modules/.cache/scratch/', import.meta.url));

export const bankA = 'bank-a' as TenantId;
export const bankB = 'bank-b' as TenantId;

export async function openScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'fubie-pg-'));
  await copyCluster(await migratedCluster(), folder);
  const embedded = await startEmbedded({ folder, passwords: scratchPasswords });
  await migrate(embedded.url('fubie_owner'), scratchPasswords);
  const app = openDatabase(embedded.url('fubie_app'));
  const owner = openDatabase(embedded.url('fubie_owner'), { connectionsMax: 2 });
  const sequencer = openDatabase(embedded.url('fubie_sequencer'), { connectionsMax: 4 });
  return {
    embedded,
    folder,
    app,
    owner,
    sequencer,
    units: new PostgresUnits({ database: app }),
    close: async () => {
      for (const database of [app, owner, sequencer]) await database.close();
      await embedded.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A stopped cluster with all tables; of several that make it at once the first one stays. */
async function migratedCluster(): Promise<string> {
  const texts = (await readMigrations()).map(({ name, text }) => `${name}\n${text}`);
  const digest = hash('sha256', texts.join('\n')).slice(0, 16);
  const place = join(cache, digest);
  if (existsSync(place)) return place;
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(tmpdir(), 'fubie-pg-'));
  const embedded = await startEmbedded({ folder: draft, passwords: scratchPasswords });
  await migrate(embedded.url('fubie_owner'), scratchPasswords);
  await embedded.stop();
  const copy = await mkdtemp(join(cache, 'half-'));
  await copyCluster(draft, copy);
  await rename(copy, place).catch(() => rm(copy, { recursive: true }));
  await rm(draft, { recursive: true, force: true });
  return place;
}

/**
 * A database for the tests of this folder: embedded, migrated, in a temporary folder of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TenantId } from '#base/unit';
import { type Database, openDatabase, PostgresUnits } from './database.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';

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

export const bankA = 'bank-a' as TenantId;
export const bankB = 'bank-b' as TenantId;

export async function openScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'fubie-pg-'));
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

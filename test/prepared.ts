/**
 * A root that was set up once, for every house of a run: keys, certificates, the slow digests of
 * many passwords and the tables of an empty database cost four seconds each time, and no test asks
 * for others than its neighbour's. And the program in few files, from which every process starts.
 *
 * No process of a house has ever run in it. Whoever tests the set-up itself does not come here.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

import { copyCluster, migrate, startEmbedded } from '#adapters/postgres';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import { databasePasswords, postgresSocketFolder } from '../src/main/estate/database-access.ts';
import type { Estate } from '../src/main/estate/estate.ts';
import { provision } from '../src/main/provision/provision.ts';
import { joinProgram } from '../tools/bundle.ts';

/** What the thread that starts the tests says to those in which they run. */
const told = 'fubie prepared root';
const tablesFolder = 'database/postgres';

export default async function setup(): Promise<() => Promise<void>> {
  if (getEnvironmentData(told) !== undefined) return async () => undefined;
  await joinProgram();
  const folder = await mkdtemp(join(tmpdir(), 'fubie-prepared-'));
  const root = join(folder, 'var');
  const settings = { mode: 'demo', root, port: 0, databaseUrl: undefined } as const;
  const { estate } = await provision(settings, { clock: systemClock, random: systemRandom });
  await makeTables(estate);
  setEnvironmentData(told, root);
  return async () => {
    setEnvironmentData(told, undefined);
    for (const one of [folder, estate.sockets]) await rm(one, { recursive: true, force: true });
  };
}

/** Fills a root that does not exist yet, where one was prepared. */
export async function fillRoot(root: string, { tables }: { tables: boolean }): Promise<void> {
  const prepared = getEnvironmentData(told);
  if (typeof prepared !== 'string') return;
  await mkdir(root, { recursive: true });
  await copyCluster(prepared, root);
  if (!tables) await rm(join(root, tablesFolder), { recursive: true });
}

/** As the process `database` does when a house starts for the first time. */
async function makeTables(estate: Estate): Promise<void> {
  const passwords = await databasePasswords(estate, systemRandom);
  const folder = join(estate.root, tablesFolder);
  const socketFolder = postgresSocketFolder(estate);
  const embedded = await startEmbedded({ folder, socketFolder, passwords });
  await migrate(embedded.url('fubie_owner'), passwords);
  await embedded.stop();
}

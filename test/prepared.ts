/**
 * A root that was set up once, for every house of a run: keys, certificates and the slow digests of
 * many passwords cost two seconds each time, and no test asks for others than its neighbour's. And
 * the program in few files, from which every process of those houses starts.
 *
 * Nothing in it has ever run. Whoever tests the set-up itself does not come here.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import { provision } from '../src/main/provision/provision.ts';
import { joinProgram } from '../tools/bundle.ts';

/** What the thread that starts the tests says to those in which they run. */
const told = 'fubie prepared root';

export default async function setup(): Promise<() => Promise<void>> {
  if (getEnvironmentData(told) !== undefined) return async () => undefined;
  await joinProgram();
  const folder = await mkdtemp(join(tmpdir(), 'fubie-prepared-'));
  const root = join(folder, 'var');
  const settings = { mode: 'demo', root, port: 0, databaseUrl: undefined } as const;
  const { estate } = await provision(settings, { clock: systemClock, random: systemRandom });
  setEnvironmentData(told, root);
  return async () => {
    setEnvironmentData(told, undefined);
    for (const one of [folder, estate.sockets]) await rm(one, { recursive: true, force: true });
  };
}

/** Fills a root that does not exist yet, where one was prepared. */
export async function fillRoot(root: string): Promise<void> {
  const prepared = getEnvironmentData(told);
  if (typeof prepared === 'string') await cp(prepared, root, { recursive: true });
}

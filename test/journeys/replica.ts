/**
 * A further `serve` on the same database: a process of its own, with a socket of its own, started
 * as the house starts its processes.
 */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { processSettingsFile } from '../../src/config.ts';
import { processFolder, socketOf } from '../../src/main/estate/estate.ts';
import { Child } from '../../src/main/house/child.ts';
import type { World } from '../world.ts';

export interface Replica {
  readonly socket: string;
  close(): Promise<void>;
}

/** Resolves when it answers. It signs as `serve` does, for it is the same role. */
export async function openReplica(world: World, name = 'serve-2'): Promise<Replica> {
  const { estate } = world.house;
  const folder = join(estate.root, name);
  const socket = socketOf(estate, name);
  await cp(processFolder(estate, 'serve'), folder, { recursive: true });
  const file = join(folder, processSettingsFile);
  const settings = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...settings, folder, socket }));
  const child = new Child({ name, verb: 'serve', after: [], keys: [] }, folder);
  await child.ready;
  return {
    socket,
    async close() {
      child.kill('SIGTERM');
      await child.exited;
    },
  };
}

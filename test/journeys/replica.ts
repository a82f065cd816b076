/**
 * A second `serve` on the same database: a process of its own, with a socket of its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { childEnvironment, processSettingsFile } from '../../src/config.ts';
import { processFolder, socketOf } from '../../src/main/estate/estate.ts';
import type { World } from '../world.ts';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface Replica {
  readonly socket: string;
  close(): Promise<void>;
}

/** Resolves when it answers. It signs as `serve` does, for it is the same role. */
export async function openReplica(world: World): Promise<Replica> {
  const { estate } = world.house;
  const folder = join(estate.root, 'serve-2');
  const socket = socketOf(estate, 'serve-2');
  await cp(processFolder(estate, 'serve'), folder, { recursive: true });
  const file = join(folder, processSettingsFile);
  const settings = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...settings, folder, socket }));
  const child = spawn(process.execPath, [program, 'serve', '--folder', folder], {
    env: childEnvironment(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return {
    socket,
    async close() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

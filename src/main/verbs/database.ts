/**
 * `fubie database`: PostgreSQL of our own in this process's folder, or the migrations of an
 * external one. It alone holds the owner's password; rooms connect as roles that own nothing.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Embedded, type EmbeddedPasswords, migrate, startEmbedded } from '#adapters/postgres';
import { Fault } from '#base/fault';
import type { ProcessSettings } from '../../config.ts';
import { type Opened, runProcess } from '../estate/process.ts';
import { pause, runBeside } from '../estate/repeat.ts';

const watchMs = 100;

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const { folder, more } = settings;
  const passwords = await readPasswords(folder);
  const external = await readFile(join(folder, 'external.url'), 'utf8');
  if (external !== '') {
    await migrate(external, passwords);
    return { close: async () => undefined };
  }
  const embedded = await startEmbedded({
    folder: join(folder, 'postgres'),
    socketFolder: more['socketFolder'] ?? folder,
    passwords,
  });
  await migrate(embedded.url('fubie_owner'), passwords);
  // Without its postmaster this process is only a name: it ends, and is started again with one.
  const watching = runBeside((stop) => untilDead(embedded, stop));
  return {
    close: async () => {
      await watching.stop();
      await embedded.stop();
    },
  };
}

async function untilDead(embedded: Embedded, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    if (!embedded.alive()) throw new Fault('postgres.not_ready', { why: 'its postmaster ended' });
    await pause(watchMs, stop);
  }
}

async function readPasswords(folder: string): Promise<EmbeddedPasswords> {
  const read = (role: string): Promise<string> =>
    readFile(join(folder, `${role}.password`), 'utf8');
  return {
    postgres: await read('postgres'),
    fubie_owner: await read('fubie_owner'),
    fubie_app: await read('fubie_app'),
    fubie_sequencer: await read('fubie_sequencer'),
    fubie_backup: await read('fubie_backup'),
  };
}

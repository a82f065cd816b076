/**
 * One postmaster process: started here, or found running over our data folder and adopted.
 *
 * Its log keeps no statement and no row value: personal data must not gather in a file (law 7).
 */
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { privilege, start } from './unprivileged.ts';

const logBytesMax = 8 * 1024 * 1024;
const logTailCharacters = 800;
const stopMsMax = 20_000;
const pollMs = 15;
const connectionsMax = 80;
const socketMode = '0700';

// Lines of postmaster.pid, from zero (PostgreSQL's miscadmin.h, LOCK_FILE_LINE_*).
const pidLine = 0;
const socketFolderLine = 4;

export interface PostmasterPlace {
  readonly binary: string;
  readonly folder: string;
  readonly data: string;
  readonly socketFolder: string;
}

export interface Postmaster {
  readonly pid: number;
  readonly socketFolder: string;
  readonly mode: 'direct' | 'namespace' | 'nobody' | 'adopted';
  alive(): boolean;
  /** The end of its log. */
  log(): string;
  stop(): Promise<void>;
}

export function startPostmaster(place: PostmasterPlace): Postmaster {
  const logFile = join(place.folder, 'postgres.log');
  const log = openSync(logFile, sizeOf(logFile) > logBytesMax ? 'w' : 'a', 0o600);
  const child = start(place.binary, argumentsOf(place), log);
  closeSync(log);
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  child.once('error', () => {
    ended = true;
  });
  // Who stops us decides about PostgreSQL too; it does not keep this process alive by itself.
  child.unref();
  const pid = child.pid ?? -1;
  const alive = (): boolean => !ended;
  return describe(place, { pid, alive, mode: privilege(), socketFolder: place.socketFolder });
}

/** The postmaster that already runs over this data folder. */
export function leftOver(place: PostmasterPlace): Postmaster | undefined {
  const lines = linesOf(join(place.data, 'postmaster.pid'));
  const pid = Number(lines[pidLine]);
  const alive = (): boolean => runsOver(pid, place.data);
  if (!alive()) return undefined;
  const socketFolder = lines[socketFolderLine]?.trim() || place.socketFolder;
  return describe(place, { pid, alive, mode: 'adopted', socketFolder });
}

/**
 * A lock file whose process id now belongs to another program (after a restart of the computer or
 * container) would stop PostgreSQL for ever; one whose process is gone it removes by itself.
 */
export function removeForeignLocks(place: PostmasterPlace): void {
  const files = [
    join(place.data, 'postmaster.pid'),
    join(place.socketFolder, '.s.PGSQL.5432.lock'),
  ];
  for (const file of files) {
    const pid = Number(linesOf(file)[pidLine]);
    if (pid > 0 && isAlive(pid) && !runsOver(pid, place.data)) rmSync(file, { force: true });
  }
}

function describe(
  place: PostmasterPlace,
  found: Pick<Postmaster, 'pid' | 'alive' | 'mode' | 'socketFolder'>,
): Postmaster {
  return {
    ...found,
    log: () => readTail(join(place.folder, 'postgres.log')),
    stop: () => stopProcess(found),
  };
}

async function stopProcess(running: Pick<Postmaster, 'pid' | 'alive'>): Promise<void> {
  const until = performance.now() + stopMsMax;
  let signal: NodeJS.Signals | undefined = 'SIGINT';
  while (running.alive()) {
    if (signal !== undefined) kill(running.pid, signal);
    // Fast shutdown first; when even that hangs, the immediate one, and recovery at the next start.
    signal = performance.now() > until ? 'SIGQUIT' : undefined;
    await new Promise((resume) => setTimeout(resume, pollMs));
  }
}

function argumentsOf(place: PostmasterPlace): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '',
    unix_socket_permissions: socketMode,
    max_connections: connectionsMax,
    shared_buffers: '64MB',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    password_encryption: 'scram-sha-256',
    io_method: 'sync', // no extra processes on a small computer
    jit: 'off',
    // Soft, and reached under load only: less of it means a checkpoint every few seconds there, and
    // segments of the log filled with zeros anew while a transaction waits.
    max_wal_size: '1GB',
    min_wal_size: '512MB',
    // The first line of an error quotes the value it choked on, and its detail the row: who asked
    // is told, the log is not. Crashes, refused logins and the server's own news stand there.
    log_min_messages: 'log',
    log_statement: 'none',
    log_min_duration_statement: -1,
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: 0,
    log_parameter_max_length: 0,
  };
  const pairs = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', place.data, '-k', place.socketFolder, ...pairs];
}

/** Is `pid` a PostgreSQL over this data folder? A reused process id is somebody else. */
function runsOver(pid: number, data: string): boolean {
  if (!(pid > 0) || !isAlive(pid)) return false;
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.includes(data);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  return kill(pid, 0) && !isZombie(pid);
}

/** A dead process whose parent has not asked for its end still has its number. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function readTail(file: string): string {
  return linesOf(file).join('\n').slice(-logTailCharacters);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

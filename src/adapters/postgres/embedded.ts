/**
 * A real PostgreSQL of our own: made, started, adopted and stopped in one folder.
 *
 * Promises: fsync on; no TCP, one Unix socket; scram-sha-256 for every role with the caller's
 * passwords; works as root and as an ordinary user; a postmaster left over from a killed process is
 * adopted, one that was itself killed is started again. A half-made data folder is never used:
 * initdb works beside it and is renamed into place.
 */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { chmod, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

import { utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { findBinaries } from './binaries.ts';
import { faultOfFailure, stateOf } from './failure.ts';
import {
  leftOver,
  type Postmaster,
  type PostmasterPlace,
  removeForeignLocks,
  startPostmaster,
} from './postmaster.ts';
import { databaseName, ensureOwner, type RoleName, type RolePasswords } from './roles.ts';
import { ownershipOf, run } from './unprivileged.ts';

const socketPathBytesMax = 107; // unix(7): sun_path has 108 bytes with its closing zero
const readyMsMax = 60_000; // recovery after a crash replays the write-ahead log first
const pollMs = 15;
const settleMsMax = 10_000;
const wrongPassword = '28P01';
const superuserName = 'postgres';
const socketName = '.s.PGSQL.5432'; // the port is only a part of the name

export interface EmbeddedPasswords extends RolePasswords {
  readonly postgres: string;
  readonly fubie_owner: string;
}

export interface EmbeddedPlace {
  readonly folder: string;
  /** A short absolute folder for the socket, when `folder` is too deep for a socket address. */
  readonly socketFolder?: string;
  readonly passwords: EmbeddedPasswords;
}

export interface Embedded {
  url(role: RoleName): string;
  readonly pid: number;
  /** How the postmaster runs: as this user, in a user namespace, as nobody, or found running. */
  readonly mode: 'direct' | 'namespace' | 'nobody' | 'adopted';
  /** False once the postmaster has ended, whoever ended it. */
  alive(): boolean;
  /** PostgreSQL's fast shutdown: running transactions roll back, the rest is checkpointed. */
  stop(): Promise<void>;
}

export async function startEmbedded(place: EmbeddedPlace): Promise<Embedded> {
  const folder = resolve(place.folder);
  const socketFolder = resolve(place.socketFolder ?? folder);
  checkSocketFolder(socketFolder);
  const binaries = await findBinaries();
  for (const made of [folder, socketFolder]) await mkdir(made, { recursive: true, mode: 0o700 });
  await ownershipOf(folder, socketFolder);
  const data = join(folder, 'data');
  if (!(await exists(data))) {
    await makeData({ folder, data, initdb: binaries.initdb, password: place.passwords.postgres });
  }
  const settings = { binary: binaries.postgres, folder, data, socketFolder };
  const postmaster = await readyPostmaster(settings, place.passwords);
  return {
    url: (role) =>
      urlOf({ role, password: place.passwords[role], database: databaseName, postmaster }),
    pid: postmaster.pid,
    mode: postmaster.mode,
    alive: () => postmaster.alive(),
    stop: () => postmaster.stop(),
  };
}

/**
 * A stopped cluster's folder in another one that is there, with its owner: PostgreSQL starts on no
 * files but its own.
 */
export async function copyCluster(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', '--reflink=auto', `${from}/.`, to]);
}

/** Starts or adopts until one answers: an adopted one may be on its way out. */
async function readyPostmaster(
  settings: PostmasterPlace,
  passwords: EmbeddedPasswords,
): Promise<Postmaster> {
  const until = performance.now() + settleMsMax;
  for (;;) {
    removeForeignLocks(settings);
    const postmaster = (await adoptable(settings)) ?? startPostmaster(settings);
    try {
      await prepareOwner(postmaster, passwords);
      return postmaster;
    } catch (thrown) {
      // Orphaned backends of a killed postmaster hold the shared memory for a moment; a left-over
      // one may have been stopping. Both are over soon. A living one that refuses us is not.
      if (postmaster.alive() || performance.now() > until) {
        if (postmaster.mode !== 'adopted') await postmaster.stop();
        throw faultOfFailure(thrown);
      }
      await pause(pollMs);
    }
  }
}

/** A left-over one that cannot be reached at the place asked for is ended and started there. */
async function adoptable(settings: PostmasterPlace): Promise<Postmaster | undefined> {
  const found = leftOver(settings);
  if (found === undefined) return undefined;
  const reachable =
    found.socketFolder === settings.socketFolder &&
    (await exists(join(found.socketFolder, socketName)));
  if (reachable) return found;
  await found.stop();
  return undefined;
}

async function prepareOwner(postmaster: Postmaster, passwords: EmbeddedPasswords): Promise<void> {
  const superuser = await connectWhenReady(postmaster, passwords.postgres);
  try {
    await ensureOwner(superuser, passwords.fubie_owner);
  } finally {
    await superuser.end().catch(() => undefined);
  }
}

async function connectWhenReady(postmaster: Postmaster, password: string): Promise<pg.Client> {
  const until = performance.now() + readyMsMax;
  const connectionString = urlOf({
    role: superuserName,
    password,
    database: 'postgres',
    postmaster,
  });
  for (;;) {
    const client = new pg.Client({ connectionString });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (thrown) {
      await client.end().catch(() => undefined);
      const state = stateOf(thrown);
      const starting = ['57P03', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', ''].includes(state);
      // Another secret than at the first start: the data are there, and this caller may not in.
      if (state === wrongPassword)
        throw new Fault('postgres.password_refused', {}, { cause: thrown });
      if (!starting) throw thrown;
      if (!postmaster.alive() || performance.now() > until) {
        throw new Fault('postgres.not_ready', { log: postmaster.log() }, { cause: thrown });
      }
      await pause(pollMs);
    }
  }
}

async function makeData(making: {
  readonly folder: string;
  readonly data: string;
  readonly initdb: string;
  readonly password: string;
}): Promise<void> {
  const half = `${making.data}.half`;
  const passwordFile = join(making.folder, 'password.half');
  await rm(half, { recursive: true, force: true });
  await writeFile(passwordFile, making.password, { mode: 0o600 });
  await ownershipOf(making.folder, passwordFile);
  try {
    const options =
      '--auth scram-sha-256 -E UTF8 --locale=C.UTF-8 --data-checksums --no-instructions';
    const places = ['-D', half, '-U', superuserName, '--pwfile', passwordFile];
    const ended = run(making.initdb, [...places, ...options.split(' ')]);
    if (ended.status !== 0) {
      throw new Fault('postgres.not_ready', { log: ended.stderr.slice(-800) });
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
  await chmod(half, 0o700);
  await rename(half, making.data);
  const parent = await open(dirname(making.data), 'r');
  await parent.sync();
  await parent.close();
}

function checkSocketFolder(socketFolder: string): void {
  const bytes = utf8(join(socketFolder, socketName)).length;
  if (bytes > socketPathBytesMax) {
    const details = { bytes, bytesMax: socketPathBytesMax, folder: socketFolder };
    throw new Fault('postgres.socket_path_too_long', details);
  }
}

function urlOf(named: {
  readonly role: string;
  readonly password: string;
  readonly database: string;
  readonly postmaster: Postmaster;
}): string {
  const { role, database, postmaster } = named;
  const password = encodeURIComponent(named.password);
  const host = encodeURIComponent(postmaster.socketFolder);
  return `postgres://${role}:${password}@/${database}?host=${host}`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}

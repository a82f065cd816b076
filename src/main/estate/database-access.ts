/**
 * Who may connect to the database as whom: each role's password lies in one process's folder.
 *
 * Embedded and external PostgreSQL differ only in who made the roles and where the socket is; from
 * the URL on, nobody can tell them apart.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { EmbeddedPasswords, RoleName } from '#adapters/postgres';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import { type Estate, processFolder } from './estate.ts';
import type { ProcessPlan } from './plan.ts';
import { secretIn, writeText } from './secrets.ts';

export const databaseUrlFile = 'database.url';
/** The worker's second role: it reads every row, sealed as it is, for back-ups. */
export const backupUrlFile = 'backup.url';
const worker = 'work';
const databaseName = 'fubie';
const roles = ['postgres', 'fubie_owner', 'fubie_app', 'fubie_sequencer', 'fubie_backup'] as const;

/** Made once, kept in the database process's folder, which alone starts and migrates it. */
export async function databasePasswords(
  estate: Estate,
  random: Random,
): Promise<EmbeddedPasswords> {
  const folder = processFolder(estate, 'database');
  const [postgres, fubie_owner, fubie_app, fubie_sequencer, fubie_backup] = await Promise.all(
    roles.map((role) => secretIn(join(folder, `${role}.password`), random)),
  );
  return {
    postgres: postgres ?? '',
    fubie_owner: fubie_owner ?? '',
    fubie_app: fubie_app ?? '',
    fubie_sequencer: fubie_sequencer ?? '',
    fubie_backup: fubie_backup ?? '',
  };
}

export function postgresSocketFolder(estate: Estate): string {
  return join(estate.sockets, 'postgres');
}

/** Puts into each process's folder the URL of its own role, and into the database's the owner's. */
export async function handOutUrls(
  estate: Estate,
  plans: readonly ProcessPlan[],
  access: { readonly external: string | undefined; readonly passwords: EmbeddedPasswords },
): Promise<void> {
  const owner = join(processFolder(estate, 'database'), 'external.url');
  await writeText(owner, access.external ?? '');
  for (const { name, database } of plans) {
    if (database === undefined) continue;
    const url = urlOf(estate, database, access);
    await writeText(join(processFolder(estate, name), databaseUrlFile), url);
  }
  const backup = join(processFolder(estate, worker), backupUrlFile);
  await writeText(backup, urlOf(estate, 'fubie_backup', access));
}

/** The URL that was handed out to a process. */
export async function databaseUrlIn(estate: Estate, process: string): Promise<string> {
  return (await readFile(join(processFolder(estate, process), databaseUrlFile), 'utf8')).trim();
}

/** The database as one role. */
export function urlOf<Role extends RoleName>(
  estate: Estate,
  role: Role,
  access: {
    readonly external: string | undefined;
    readonly passwords: Readonly<Record<Role, string>>;
  },
): string {
  const password = access.passwords[role];
  if (access.external === undefined) {
    const host = encodeURIComponent(postgresSocketFolder(estate));
    return `postgres://${role}:${password}@/${databaseName}?host=${host}`;
  }
  // Only who connects differs. URL cannot be used: it refuses the empty host of a Unix socket.
  const match = /^(postgres(?:ql)?:\/\/)(?:[^@/?]*@)?(.*)$/.exec(access.external);
  if (match === null) throw new Fault('main.database_url_malformed');
  return `${match[1]}${role}:${password}@${match[2]}`;
}

/**
 * Where the house stands on this computer: its root folder, each process's folder, the sockets.
 *
 * Sockets lie in a short folder of their own, because unix(7) cuts addresses at 107 bytes and a
 * root may be deep. That folder's name is known to everybody on the computer, so it is used only
 * if this user owns it and nobody else may enter it.
 */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { Fault } from '#base/fault';

const privateMode = 0o700;

export interface Estate {
  /** Absolute. */
  readonly root: string;
  readonly sockets: string;
  readonly trust: string;
  /** The installer's orders: which tenants there are. */
  readonly tenants: string;
}

export function openEstate(root: string): Estate {
  const absolute = resolve(root);
  mkdirSync(absolute, { recursive: true, mode: privateMode });
  const hash = createHash('sha256').update(absolute).digest('hex').slice(0, 12);
  const sockets = join(tmpdir(), `fubie-${hash}`);
  makeOwnFolder(sockets);
  const trust = join(absolute, 'trust');
  return { root: absolute, sockets, trust, tenants: tenantsFolder(trust) };
}

/**
 * The same for who asks about a house that stands: a root that was mistyped is refused with
 * main.file_unreadable, and nothing is made there.
 */
export function standingEstate(root: string): Estate {
  const trust = join(resolve(root), 'trust');
  if (!existsSync(trust)) throw new Fault('main.file_unreadable', { path: trust });
  return openEstate(root);
}

/** Beside the trust folder and as public as it: no secret and no person stands in it. */
export function tenantsFolder(trust: string): string {
  return join(dirname(trust), 'tenants');
}

export function processFolder(estate: Estate, name: string): string {
  return join(estate.root, name);
}

export function socketOf(estate: Estate, name: string): string {
  return join(estate.sockets, `${name}.sock`);
}

/** Makes the folder or takes it over if it is ours; a stranger could have made it first. */
function makeOwnFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: privateMode });
  const found = lstatSync(path);
  const own = found.isDirectory() && found.uid === process.getuid?.();
  if (!own || (found.mode & 0o077) !== 0) {
    throw new Fault('main.socket_folder_foreign', { path });
  }
}

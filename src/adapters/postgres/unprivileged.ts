/**
 * Runs PostgreSQL's programs, which refuse user id 0, also when we are root.
 *
 * First way: a user namespace (user_namespaces(7)) that maps root to an ordinary id; files stay
 * root's. Second way, where namespaces are forbidden: as nobody, who then owns the folders.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chown } from 'node:fs/promises';

const nobodyId = 65_534;
const namespaceArguments = ['--user', '--map-user=1000', '--map-group=1000', '--'];
const initMsMax = 120_000;

export type Privilege = 'direct' | 'namespace' | 'nobody';

let known: Privilege | undefined;

export function privilege(): Privilege {
  known ??= findPrivilege();
  return known;
}

function findPrivilege(): Privilege {
  if (process.geteuid?.() !== 0) return 'direct';
  const tried = spawnSync('unshare', [...namespaceArguments, 'true']);
  return tried.status === 0 ? 'namespace' : 'nobody';
}

/** Hands the paths to nobody where PostgreSQL runs as nobody. */
export async function ownershipOf(...paths: readonly string[]): Promise<void> {
  if (privilege() !== 'nobody') return;
  for (const path of paths) await chown(path, nobodyId, nobodyId);
}

export function run(program: string, given: readonly string[]): { status: number; stderr: string } {
  const { command, list, ids } = wrap(program, given);
  const ended = spawnSync(command, list, { ...ids, encoding: 'utf8', timeout: initMsMax });
  return { status: ended.status ?? -1, stderr: ended.stderr ?? String(ended.error) };
}

/** Starts a process in a session of its own, so that Ctrl-C of the terminal is not its end. */
export function start(program: string, given: readonly string[], log: number): ChildProcess {
  const { command, list, ids } = wrap(program, given);
  return spawn(command, list, { ...ids, detached: true, stdio: ['ignore', log, log] });
}

function wrap(
  program: string,
  given: readonly string[],
): { command: string; list: string[]; ids: { uid?: number; gid?: number } } {
  const way = privilege();
  if (way === 'namespace') {
    return { command: 'unshare', list: [...namespaceArguments, program, ...given], ids: {} };
  }
  const ids = way === 'nobody' ? { uid: nobodyId, gid: nobodyId } : {};
  return { command: program, list: [...given], ids };
}

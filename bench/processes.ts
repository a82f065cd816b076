/**
 * Processes and their children, by Linux's /proc: who they are and what CPU they have used.
 */
import { readdir, readFile } from 'node:fs/promises';

const ticksASecond = 100; // sysconf(_SC_CLK_TCK) on Linux

/** CPU so far of a process and its children, in milliseconds. */
export async function familyCpuMs(first: number): Promise<number> {
  let ticks = 0;
  for (const pid of await familyOf(first)) ticks += await ticksOf(pid, pid === first);
  return (ticks * 1_000) / ticksASecond;
}

/** CPU so far by the name of the process, in milliseconds; the first one is the client's. */
export async function cpuMsByName(first: number): Promise<ReadonlyMap<string, number>> {
  const byName = new Map<string, number>();
  for (const pid of await familyOf(first)) {
    const name = pid === first ? 'client' : await nameOf(pid);
    // A connection that ended counts with the server that made it.
    const ms = ((await ticksOf(pid, name === 'postgres')) * 1_000) / ticksASecond;
    byName.set(name, (byName.get(name) ?? 0) + ms);
  }
  return byName;
}

/** The process of the family that has this name. */
export async function pidOf(first: number, name: string): Promise<number> {
  for (const pid of await familyOf(first)) if ((await nameOf(pid)) === name) return pid;
  throw new Error(`${name} does not run`);
}

/** The last part of its folder, as `serve`; all of PostgreSQL is one, and all `serve` are. */
async function nameOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const words = text.split('\0');
  const folder = words[words.indexOf('--folder') + 1] ?? '';
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  if (words.includes('--folder')) return name.replace(/^serve-\d+$/, 'serve');
  return text.includes('postgres') ? 'postgres' : 'other';
}

/** The process, its children, and theirs. */
export async function familyOf(pid: number): Promise<readonly number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    parents.set(Number(name), Number((await statOf(Number(name)))[1]));
  }
  const family = [pid];
  // The list grows while it is walked.
  for (const one of family) {
    for (const [child, parent] of parents) if (parent === one) family.push(child);
  }
  return family;
}

/** utime and stime; of the parent also those of children that have ended. */
async function ticksOf(pid: number, withEnded: boolean): Promise<number> {
  const fields = await statOf(pid);
  const own = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  return withEnded ? own + Number(fields[13] ?? 0) + Number(fields[14] ?? 0) : own;
}

/** Fields of /proc/pid/stat after the name, state first. */
async function statOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

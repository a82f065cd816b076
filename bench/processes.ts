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

/**
 * What must be true before a restored house may be started: its keys are the old ones, and its logs
 * are no shorter than those who watched them know.
 */
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { FileSignedHeads, FileWitnessMemory } from '#adapters/witnesses';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { type Estate, processFolder } from './estate.ts';
import { logKeyFile, processPlans, sentinelName, witnessProcess } from './plan.ts';
import { stagedFolder } from './restore.ts';
import { logKey, logTenants } from './trust-folder.ts';

/** A key made anew would be a stranger to the trust folder and to every entry so far. */
export async function requireKeys(estate: Estate): Promise<void> {
  const tenants = await logTenants(stagedFolder(estate, 'trust'));
  const files = [
    ...processPlans.flatMap(({ name, keys }) => keys.map(({ file }) => join(name, file))),
    ...processPlans.flatMap(({ name, tenantKeys = [] }) =>
      tenantKeys.flatMap(({ file }) => tenants.map((tenant) => join(name, file(tenant)))),
    ),
  ];
  const missing: string[] = [];
  for (const file of files) {
    if (!(await exists(join(estate.root, file)))) missing.push(file);
  }
  if (missing.length > 0) {
    throw new Fault('main.restore_keys_missing', { files: missing.join(' ') });
  }
}

/**
 * The memories that are at hand: the sequencer's own and the sentinel's. The others are asked when
 * the sequencer starts, which begins no log that any of them knows to be longer.
 */
export async function requireSeenHeads(
  estate: Estate,
  logs: readonly { readonly tenant: TenantId; readonly size: number }[],
): Promise<void> {
  const sentinel = processFolder(estate, witnessProcess(sentinelName));
  const sequencer = processFolder(estate, 'sequencer');
  for (const { tenant, size } of logs) {
    const { name } = await logKey(stagedFolder(estate, 'trust'), tenant, nodeEngine);
    const own = join(sequencer, dirname(logKeyFile(tenant)), 'signed-heads.jsonl');
    const signed = (await exists(own)) ? await (await FileSignedHeads.open(own)).last() : undefined;
    const seen = Math.max(signed?.size ?? 0, await witnessed(sentinel, name));
    if (seen > size) throw new Fault('main.restore_log_shorter', { tenant, ours: size, seen });
  }
}

/** The largest head of the log in a witness's folder, however it divides its journals. */
async function witnessed(folder: string, origin: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  let size = 0;
  for (const name of names.filter((one) => one.endsWith('.jsonl'))) {
    const memory = await FileWitnessMemory.open(join(folder, name));
    size = Math.max(size, (await memory.latest(origin))?.size ?? 0);
  }
  return size;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/**
 * What must be true before a restored house may be started: its keys are the old ones, and its logs
 * are no shorter than those who watched them know.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { FileTiles } from '#adapters/tiles';
import { FileSignedHeads, headsIn } from '#adapters/witnesses';
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { nodesFromTiles } from '#formats/tiles';
import { rootHash } from '#formats/tlog';
import { type Estate, processFolder } from '../estate/estate.ts';
import {
  logKeyFile,
  processPlans,
  signedHeadsFile,
  witnessNames,
  witnessProcess,
} from '../estate/plan.ts';
import { logKey, logTenants } from '../estate/trust-folder.ts';
import { stagedFolder } from './restore.ts';
import type { LogReturn, ShardReturn } from './restore-log.ts';

/** A key made anew would be a stranger to the trust folder and to every entry so far. */
export async function requireKeys(
  estate: Estate,
  logs: readonly Pick<LogReturn, 'tenant' | 'shards'>[] = [],
): Promise<void> {
  const tenants = await logTenants(stagedFolder(estate, 'trust'));
  const files = [
    ...processPlans.flatMap(({ name, keys }) => keys.map(({ file }) => join(name, file))),
    ...processPlans.flatMap(({ name, tenantKeys = [] }) =>
      tenantKeys.flatMap(({ file }) => tenants.map((tenant) => join(name, file(tenant)))),
    ),
    ...logs.flatMap(({ tenant, shards }) =>
      shards.map(({ name }) => join('sequencer', logKeyFile(tenant, name))),
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
 * Proves the restored heads to every memory that is at hand: the sequencer's own and the journals
 * of all witnesses. Nobody may know a longer log, and for the size each knows the restored files
 * must have the root it has cosigned. Witnesses elsewhere are asked when the sequencer starts,
 * before it may write: it begins no log that the sentinel or a quorum contradicts.
 */
export async function requireSeenHeads(
  estate: Estate,
  logs: readonly Pick<LogReturn, 'tenant' | 'shards'>[],
): Promise<void> {
  for (const { tenant, shards } of logs) {
    const { name: origin } = await logKey(stagedFolder(estate, 'trust'), tenant, nodeEngine);
    // A log without files has a length of nought: whoever has seen more of it objects.
    const known = shards.length === 0 ? [{ name: '', origin, size: 0 }] : shards;
    for (const shard of known) await requireSeenIn(estate, tenant, shard);
  }
}

async function requireSeenIn(
  estate: Estate,
  tenant: TenantId,
  { name, origin, size }: ShardReturn,
): Promise<void> {
  const sequencer = processFolder(estate, 'sequencer');
  const own = join(sequencer, dirname(logKeyFile(tenant, name)), signedHeadsFile);
  const signed = (await exists(own)) ? await (await FileSignedHeads.open(own)).last() : undefined;
  const seen = signed === undefined ? [] : [{ by: 'sequencer', ...signed }];
  for (const role of witnessNames) {
    seen.push(...(await witnessed(processFolder(estate, witnessProcess(role)), origin)));
  }
  for (const head of seen) {
    if (head.size > size) {
      throw new Fault('main.restore_log_shorter', { tenant, ours: size, seen: head.size });
    }
  }
  const tiles = new FileTiles(join(stagedFolder(estate, 'log'), tenant, name));
  await requireRoots(tenant, size, { seen, tiles });
}

interface SeenHead {
  readonly by: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** main.restore_log_differs names who has cosigned another tree of that size. */
async function requireRoots(
  tenant: TenantId,
  size: number,
  { seen, tiles }: { readonly seen: readonly SeenHead[]; readonly tiles: FileTiles },
): Promise<void> {
  const nodes = nodesFromTiles(size, (path) => tiles.read(path), nodeEngine);
  for (const head of seen) {
    if (head.size === 0) continue;
    const root = await rootHash(head.size, nodes, nodeEngine);
    if (equal(root, head.root)) continue;
    throw new Fault('main.restore_log_differs', { tenant, where: `${head.by} at ${head.size}` });
  }
}

/** The newest head of the log in each journal of a witness's folder, however it divides them. */
async function witnessed(folder: string, origin: string): Promise<readonly SeenHead[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const heads: SeenHead[] = [];
  for (const name of names.filter((one) => one.endsWith('.jsonl'))) {
    const latest = (await headsIn(join(folder, name))).findLast((head) => head.origin === origin);
    if (latest !== undefined) heads.push({ by: basename(folder), ...latest });
  }
  return heads;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

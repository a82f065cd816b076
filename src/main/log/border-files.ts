/**
 * What everybody may read of a border: the closing leaf of a shard with its proof under the head
 * that a quorum has cosigned. Witnesses, verifiers and this house learn the next key from there.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { fromUtf8 } from '#base/bytes';
import type { TenantId } from '#base/unit';
import { closingIn, nextOrigin, shardOfOrigin } from '#formats/shard';
import { nodesFromTiles } from '#formats/tiles';
import { parseCheckpoint } from '#formats/tlog';
import { provedEntry, type Shard, type TileFiles } from '#trust/evidence';
import { writeText } from '../estate/secrets.ts';
import { borderPaths } from '../estate/trusted-logs.ts';

const publicMode = 0o644;

/** The end of a shard: its last leaf and the final head, with its files. */
interface ShardEnd {
  readonly leaf: Uint8Array;
  readonly note: string;
  readonly tiles: TileFiles;
}

/** How the log goes on behind this leaf; undefined where it closes nothing. */
export function nextShard(leaf: Uint8Array): Pick<Shard, 'name' | 'origin'> | undefined {
  const says = closingIn(leaf);
  const origin = says === undefined ? '' : nextOrigin(says);
  const name = shardOfOrigin(origin);
  return name === undefined ? undefined : { name, origin };
}

/** Lays the border behind shard `number` into the trust folder; twice is as once. */
export async function layBorder(
  of: { readonly trust: string; readonly tenant: TenantId; readonly number: number },
  { leaf, note, tiles }: ShardEnd,
): Promise<void> {
  const { trust, tenant, number } = of;
  const says = closingIn(leaf);
  const name = nextShard(leaf)?.name;
  if (says === undefined || name === undefined) return;
  const { size } = parseCheckpoint(note);
  const nodes = nodesFromTiles(size, (path) => tiles.read(path), nodeEngine);
  const placed = { index: size - 1, bytes: leaf };
  const paths = borderPaths(trust, tenant, number);
  await publish(paths.proof, await provedEntry(placed, { note, nodes }, nodeEngine));
  await publish(paths.leaf, fromUtf8(leaf));
  // Copies for pages and for programs that are not ours: what counts is the leaf and its proof.
  await publish(join(trust, 'logs', tenant, `${name}.vkey`), `${says.next}\n`);
  if (says.nextTwin === undefined) return;
  await publish(join(trust, 'twins', tenant, `${name}.vkey`), `${says.nextTwin}\n`);
}

async function publish(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeText(path, text, publicMode);
}

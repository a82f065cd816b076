/**
 * The trees under which a package's proofs stand, one for each shard of the log up to its
 * checkpoint, and the files by which a stranger follows the log from the first to the last: of each
 * border the two leaves and their proofs (docs/specs/twin.md, Shards).
 */
import { utf8 } from '#base/bytes';
import type { Unit } from '#base/unit';
import { type BundleFile, borderName } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { bundlePath, nodesFromTiles, parseBundle, tileWidth } from '#formats/tiles';
import type { NodeReader } from '#formats/tlog';
import { twinEngine } from '#formats/twin';
import {
  type EntryStore,
  type FiledCase,
  levelNotReached,
  provedEntry,
  type Shard,
  shardOfHead,
  type TileFiles,
  type TilesOf,
} from '#trust/evidence';

/** One tree with the note that a package's proofs in it stand under. */
export interface PackageTree {
  readonly shard: Shard;
  /** The place after its last leaf. */
  readonly end: number;
  readonly note: string;
  readonly nodes: NodeReader;
  readonly tiles: TileFiles;
  /** The same leaves under SM3, where the log had a twin by then. */
  readonly twin: { readonly note: string; readonly nodes: NodeReader } | undefined;
}

export interface TreeParts {
  readonly entries: Pick<EntryStore, 'newestCheckpoint' | 'shards'>;
  readonly twins: {
    /** The twin's signed note of the checkpoint of this size. */
    note(unit: Unit, size: number): Promise<string | undefined>;
  };
  readonly tilesOf: TilesOf;
  readonly twinTilesOf: TilesOf;
  readonly engine: Engine;
}

/** Oldest first; the last one is that of the case's checkpoint. */
export async function treesOf(
  unit: Unit,
  filed: FiledCase,
  parts: TreeParts,
): Promise<readonly PackageTree[]> {
  const { entries } = parts;
  const shards = await entries.shards(unit);
  const { number: last } = shardOfHead(shards, filed.size);
  const trees: PackageTree[] = [];
  for (const shard of shards.slice(0, last)) {
    const isLast = shard.number === last;
    const final = isLast
      ? { note: filed.checkpoint, size: filed.size }
      : await entries.newestCheckpoint(unit, filed.level, shard.base);
    if (final === undefined || (!isLast && final.size !== shard.end)) {
      throw levelNotReached(filed.level);
    }
    trees.push(await treeAt(unit, { shard, note: final.note, end: final.size }, parts));
  }
  return trees;
}

async function treeAt(
  unit: Unit,
  at: { readonly shard: Shard; readonly note: string; readonly end: number },
  { twins, tilesOf, twinTilesOf, engine }: TreeParts,
): Promise<PackageTree> {
  const { shard, end } = at;
  const size = end - shard.base;
  const tiles = tilesOf(unit.tenant, shard);
  const nodes = nodesFromTiles(size, (path) => tiles.read(path), engine);
  const note = await twins.note(unit, end);
  const sm3 = twinTilesOf(unit.tenant, shard);
  if (note === undefined) return { ...at, nodes, tiles, twin: undefined };
  const twinNodes = nodesFromTiles(size, (path) => sm3.read(path), twinEngine(engine));
  return { ...at, nodes, tiles, twin: { note, nodes: twinNodes } };
}

/** The tree that holds a place. */
export function treeHolding(trees: readonly PackageTree[], place: number): PackageTree {
  const found = trees.find(({ end }) => place < end);
  if (found === undefined) throw levelNotReached('L2');
  return found;
}

/** Nothing where the log is one shard. */
export async function shardFiles(
  trees: readonly PackageTree[],
  engine: Engine,
): Promise<readonly BundleFile[]> {
  const files: BundleFile[] = [];
  for (const [at, before] of trees.entries()) {
    const after = trees[at + 1];
    if (after === undefined) break;
    const last = before.end - before.shard.base - 1;
    const closing = { index: last, bytes: await leafAt(before, last) };
    const opening = { index: 0, bytes: await leafAt(after, 0) };
    const named = (what: Parameters<typeof borderName>[0], bytes: Uint8Array | string) => ({
      name: borderName(what, at + 1),
      bytes: typeof bytes === 'string' ? utf8(bytes) : bytes,
    });
    files.push(
      named('closing', closing.bytes),
      named('closing proof', await provedEntry(closing, before, engine)),
      named('opening', opening.bytes),
      named('opening proof', await provedEntry(opening, after, engine)),
    );
    if (before.twin === undefined || after.twin === undefined) continue;
    const sm3 = twinEngine(engine);
    files.push(
      named('closing twin proof', await provedEntry(closing, before.twin, sm3)),
      named('opening twin proof', await provedEntry(opening, after.twin, sm3)),
    );
  }
  return files;
}

/** A leaf as the bundle of its tile holds it. */
async function leafAt({ tiles, end, shard }: PackageTree, index: number): Promise<Uint8Array> {
  const tile = Math.floor(index / tileWidth);
  const width = Math.min(end - shard.base - tile * tileWidth, tileWidth);
  const path = bundlePath({ index: tile, width });
  const bytes =
    (await tiles.read(path)) ?? (await tiles.read(bundlePath({ index: tile, width: tileWidth })));
  const leaf = bytes === undefined ? undefined : parseBundle(bytes)[index - tile * tileWidth];
  if (leaf === undefined) throw levelNotReached('L2');
  return leaf;
}

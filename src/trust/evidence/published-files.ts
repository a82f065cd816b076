/**
 * The public files of a log, or of its twin, held against the tree that the entries alone make.
 *
 * What is not there is as wrong as what differs: readers find neither.
 */
import { equal } from '#base/bytes';
import { ifReadable } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  bundlePath,
  hashesOfTile,
  newTiles,
  parseBundle,
  type Tile,
  tilePath,
} from '#formats/tiles';
import { append, type Edge, emptyEdge, hashLeaf, type NodeReader } from '#formats/tlog';
import type { TileFiles } from './ports.ts';

/** The tree of RFC 6962 over the entries that were added, under one hash. */
export class GrownTree {
  readonly #nodes = new Map<string, Uint8Array>();
  readonly #engine: Engine;
  edge: Edge = emptyEdge;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async add(bytes: Uint8Array): Promise<void> {
    const engine = this.#engine;
    this.edge = await append(this.edge, await hashLeaf(bytes, engine), {
      engine,
      completed: (level, index, hash) => this.#nodes.set(`${level}/${index}`, hash),
    });
  }

  readonly node: NodeReader = async (level, index) => {
    const hash = this.#nodes.get(`${level}/${index}`);
    if (hash === undefined) throw new Error(`no node ${level}/${index}`);
    return hash;
  };
}

/** A file that does not agree, and why. */
export interface FileFlaw {
  readonly path: string;
  readonly why: string;
}

/**
 * Every tile of a tree of this size, hash by hash, and each bundle's entries. A twin has no
 * bundles: the entries lie with the log.
 */
export async function fileFlaws(
  tree: GrownTree,
  held: { readonly tiles: TileFiles; readonly size: number; readonly bundles: boolean },
  engine: Engine,
): Promise<readonly FileFlaw[]> {
  const found: FileFlaw[] = [];
  for (const tile of newTiles(0, Math.min(held.size, tree.edge.size))) {
    const why = await tileFlaw(tree, tile, held.tiles);
    if (why !== undefined) found.push({ path: tilePath(tile), why });
    if (tile.level > 0 || !held.bundles) continue;
    const bundle = await bundleFlaw(tree, { tile, tiles: held.tiles, engine });
    if (bundle !== undefined) found.push({ path: bundlePath(tile), why: bundle });
  }
  return found;
}

async function tileFlaw(
  tree: GrownTree,
  tile: Tile,
  tiles: TileFiles,
): Promise<string | undefined> {
  const bytes = await tiles.read(tilePath(tile));
  if (bytes === undefined) return 'is not there';
  const hashes = ifReadable(() => hashesOfTile(tile, bytes));
  for (const [at, hash] of (hashes ?? []).entries()) {
    const node = await tree.node(tile.level * 8, tile.index * 256 + at);
    if (!equal(node, hash)) return `hash ${at}`;
  }
  return hashes === undefined ? 'tiles.malformed' : undefined;
}

async function bundleFlaw(
  tree: GrownTree,
  { tile, tiles, engine }: { tile: Tile; tiles: TileFiles; engine: Engine },
): Promise<string | undefined> {
  const bytes = await tiles.read(bundlePath(tile));
  if (bytes === undefined) return 'is not there';
  const entries = ifReadable(() => parseBundle(bytes));
  if (entries?.length !== tile.width) return 'tiles.malformed';
  for (const [at, entry] of entries.entries()) {
    const node = await tree.node(0, tile.index * 256 + at);
    if (!equal(node, await hashLeaf(entry, engine))) return `entry ${at}`;
  }
  return undefined;
}

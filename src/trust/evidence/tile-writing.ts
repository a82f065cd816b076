/**
 * Writes the files of a grown tree and proves to itself that they say what the head says.
 *
 * What is not held in memory is made again from the entries, so that a crash anywhere is mended by
 * writing the same bytes once more. Then every new file is read back and hashed up to the root: a
 * log that signs a tree it cannot serve is dead (a single flipped bit ended a certificate log in
 * 2022). Hashes that stood in a signed file are not compared with what is below them again: the
 * root covers them where they are.
 */
import { concat, equal } from '#base/bytes';
import { Fault } from '#base/fault';
import {
  bundlePath,
  hashesOfTile,
  newTiles,
  parseBundle,
  printBundle,
  type Tile,
  tilePath,
  tileWidth,
} from '#formats/tiles';
import { folded, rootOf, type TreeHash } from './growth.ts';
import type { TileStore } from './ports.ts';

/** Files written at once: they share the disk's journal. */
const filesAtOnce = 16;

interface Growth {
  /** The size whose files are known to be there: that of the newest signed checkpoint. */
  readonly from: number;
  readonly to: number;
  readonly root: Uint8Array;
}

/** One tree's files. The bundles of entries are written and read with the first tree only. */
export interface TreeFiles {
  readonly tiles: TileStore;
  readonly hash: TreeHash;
  readonly bundles: boolean;
}

/** What new files are made of. */
export interface TileSource {
  entries(start: number, end: number): Promise<readonly Uint8Array[]>;
  /** Hashes of a height that are held in memory, or undefined. */
  hashes?(height: number, start: number, end: number): readonly Uint8Array[] | undefined;
}

/** Low levels first: a tile above is made of full tiles below. */
export async function writeTiles(
  growth: Growth,
  source: TileSource,
  files: TreeFiles,
): Promise<void> {
  const made = new Map<string, readonly Uint8Array[]>();
  const waiting: (() => Promise<void>)[] = [];
  for (const tile of newTiles(growth.from, growth.to)) {
    const hashes = await hashesFor(tile, { growth, source, files, made, waiting });
    made.set(`${tile.level}/${tile.index}`, hashes);
    waiting.push(() => files.tiles.write(tilePath(tile), concat(...hashes)));
    if (waiting.length >= filesAtOnce) await allOf(waiting);
  }
  await allOf(waiting);
}

/** Reads every new file back; refuses with the file whose content does not lead to the root. */
export async function checkTiles(growth: Growth, files: TreeFiles): Promise<void> {
  const open = new Map<number, readonly Uint8Array[]>();
  for (const tile of newTiles(growth.from, growth.to)) {
    const hashes = hashesOfTile(tile, await required(files, tilePath(tile)));
    const old = oldWidth(tile, growth.from);
    const below = tile.level === 0 && files.bundles ? await leavesOf(tile, files) : undefined;
    for (const [at, hash] of hashes.entries()) {
      if (below === undefined && (at < old || tile.level === 0)) continue;
      const found = below?.[at] ?? (await foldBelow(tile, at, files));
      if (!equal(found, hash)) throw new Fault('evidence.tile_differs', { path: tilePath(tile) });
    }
    if (tile.width < tileWidth) open.set(tile.level, hashes);
  }
  const root = await rootFrom(growth.to, open, files);
  if (!equal(root, growth.root)) throw new Fault('evidence.root_differs', { size: growth.to });
}

/** The root from the open tiles, the highest first; full ones are in the tile above them. */
async function rootFrom(
  size: number,
  open: ReadonlyMap<number, readonly Uint8Array[]>,
  files: TreeFiles,
): Promise<Uint8Array> {
  const peaks: Uint8Array[] = [];
  let count = size;
  for (let level = 0; count > 0; level += 1, count = Math.floor(count / tileWidth)) {
    const width = count % tileWidth;
    if (width === 0) continue;
    const tile = { level, index: Math.floor(count / tileWidth), width };
    const hashes = open.get(level) ?? hashesOfTile(tile, await required(files, tilePath(tile)));
    peaks.unshift(...peaksOf(hashes, files.hash));
  }
  return rootOf(peaks, files.hash);
}

/** Complete subtrees side by side, the widest first. */
function peaksOf(hashes: readonly Uint8Array[], hash: TreeHash): readonly Uint8Array[] {
  const peaks: Uint8Array[] = [];
  for (let at = 0, width = tileWidth; width >= 1; width /= 2) {
    if (hashes.length - at < width) continue;
    peaks.push(folded(hashes.slice(at, at + width), hash));
    at += width;
  }
  return peaks;
}

interface Making {
  readonly growth: Growth;
  readonly source: TileSource;
  readonly files: TreeFiles;
  readonly made: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly waiting: (() => Promise<void>)[];
}

async function hashesFor(tile: Tile, making: Making): Promise<readonly Uint8Array[]> {
  const { source, files, waiting } = making;
  const start = tile.index * tileWidth;
  const held = source.hashes?.(tile.level, start, start + tile.width);
  if (tile.level > 0) return held ?? hashesAbove(tile, making);
  if (held !== undefined && !files.bundles) return held;
  const entries = await source.entries(start, start + tile.width);
  if (files.bundles) waiting.push(() => files.tiles.write(bundlePath(tile), printBundle(entries)));
  return held ?? entries.map((entry) => files.hash.leaf(entry));
}

/** Old hashes come from the files of the signed tree, new ones from the full tiles just made. */
async function hashesAbove(tile: Tile, making: Making): Promise<readonly Uint8Array[]> {
  const { growth, files, made } = making;
  const start = tile.index * tileWidth;
  const old = { ...tile, width: oldWidth(tile, growth.from) };
  const held = old.width === 0 ? [] : hashesOfTile(old, await required(files, tilePath(old)));
  const hashes = [...held];
  for (let at = hashes.length; at < tile.width; at += 1) {
    const below = made.get(`${tile.level - 1}/${start + at}`);
    if (below?.length !== tileWidth) throw new Fault('evidence.root_differs', { at: start + at });
    hashes.push(folded(below, files.hash));
  }
  return hashes;
}

/** How many of its hashes a tile of the signed tree had. */
function oldWidth(tile: Tile, from: number): number {
  const signed = Math.floor(from / tileWidth ** tile.level);
  return Math.min(Math.max(signed - tile.index * tileWidth, 0), tile.width);
}

async function leavesOf(tile: Tile, files: TreeFiles): Promise<readonly Uint8Array[]> {
  const path = bundlePath(tile);
  const entries = parseBundle(await required(files, path));
  if (entries.length !== tile.width) throw new Fault('evidence.tile_differs', { path });
  return entries.map((entry) => files.hash.leaf(entry));
}

async function foldBelow(tile: Tile, at: number, files: TreeFiles): Promise<Uint8Array> {
  const index = tile.index * tileWidth + at;
  const below = { level: tile.level - 1, index, width: tileWidth };
  return folded(hashesOfTile(below, await required(files, tilePath(below))), files.hash);
}

async function required({ tiles }: TreeFiles, path: string): Promise<Uint8Array> {
  const bytes = await tiles.read(path);
  if (bytes === undefined) throw new Fault('evidence.tile_differs', { path });
  return bytes;
}

async function allOf(waiting: (() => Promise<void>)[]): Promise<void> {
  await Promise.all(waiting.splice(0).map((write) => write()));
}

/**
 * Writes the files of a grown tree and proves to itself that they say what the head says.
 *
 * What is not held in memory is made again from the entries, so that a crash anywhere is mended by
 * writing the same bytes once more. Then every new file is read back and hashed up to the root: a
 * log that signs a tree it cannot serve is dead (a single flipped bit ended a certificate log in
 * 2022). Hashes that stood in a signed file are not compared with what is below them again: the
 * root covers them where they are.
 */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import {
  bundlePath,
  newTiles,
  parseBundle,
  printBundle,
  type Tile,
  tilePath,
  tileWidth,
} from '#formats/tiles';
import { hashBytes } from '#formats/tlog';
import { folded, hashAt, leafRow, rootOf, type TreeHash } from './growth.ts';
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
  /** Hashes of a height that are held in memory, in a row, or undefined. */
  hashes?(height: number, start: number, end: number): Uint8Array | undefined;
}

/** Low levels first: a tile above is made of full tiles below. */
export async function writeTiles(
  growth: Growth,
  source: TileSource,
  files: TreeFiles,
): Promise<void> {
  const made = new Map<string, Uint8Array>();
  const waiting: (() => Promise<void>)[] = [];
  for (const tile of newTiles(growth.from, growth.to)) {
    const row = await rowFor(tile, { growth, source, files, made, waiting });
    made.set(nameOf(tile), row);
    waiting.push(() => files.tiles.write(tilePath(tile), row));
    if (waiting.length >= filesAtOnce) await allOf(waiting);
  }
  await allOf(waiting);
}

/** Reads every new file back; refuses with the file whose content does not lead to the root. */
export async function checkTiles(growth: Growth, files: TreeFiles): Promise<void> {
  const open = new Map<number, Uint8Array>();
  const full = new Map<string, Uint8Array>();
  for (const tile of newTiles(growth.from, growth.to)) {
    const row = await rowOf(tile, files);
    if (!(await leadsTo(row, tile, { growth, files, full }))) {
      throw new Fault('evidence.tile_differs', { path: tilePath(tile) });
    }
    if (tile.width < tileWidth) open.set(tile.level, row);
    else full.set(nameOf(tile), folded(row, files.hash));
  }
  const root = await rootFrom(growth.to, open, files);
  if (!equal(root, growth.root)) throw new Fault('evidence.root_differs', { size: growth.to });
}

interface Checked {
  readonly growth: Growth;
  readonly files: TreeFiles;
  /** The hash over each full tile that was read back in this check: no file is read twice. */
  readonly full: ReadonlyMap<string, Uint8Array>;
}

/** Is a new tile what the files below it say? Of the twin's leaves only the root tells. */
async function leadsTo(
  row: Uint8Array,
  tile: Tile,
  { growth, files, full }: Checked,
): Promise<boolean> {
  if (tile.level === 0) return !files.bundles || equal(await leavesOf(tile, files), row);
  for (let at = oldWidth(tile, growth.from); at < tile.width; at += 1) {
    const below = { level: tile.level - 1, index: tile.index * tileWidth + at, width: tileWidth };
    const hash = full.get(nameOf(below)) ?? folded(await rowOf(below, files), files.hash);
    if (!equal(hash, hashAt(row, at))) return false;
  }
  return true;
}

/** The root from the open tiles, the highest first; full ones are in the tile above them. */
async function rootFrom(
  size: number,
  open: ReadonlyMap<number, Uint8Array>,
  files: TreeFiles,
): Promise<Uint8Array> {
  const peaks: Uint8Array[] = [];
  let count = size;
  for (let level = 0; count > 0; level += 1, count = Math.floor(count / tileWidth)) {
    const width = count % tileWidth;
    if (width === 0) continue;
    const tile = { level, index: Math.floor(count / tileWidth), width };
    const row = open.get(level) ?? (await rowOf(tile, files));
    peaks.unshift(...peaksOf(row, files.hash));
  }
  return rootOf(peaks, files.hash);
}

/** Complete subtrees side by side, the widest first. */
function peaksOf(row: Uint8Array, hash: TreeHash): readonly Uint8Array[] {
  const peaks: Uint8Array[] = [];
  const count = row.length / hashBytes;
  for (let at = 0, width = tileWidth; width >= 1; width /= 2) {
    if (count - at < width) continue;
    peaks.push(folded(row.subarray(at * hashBytes, (at + width) * hashBytes), hash));
    at += width;
  }
  return peaks;
}

interface Making {
  readonly growth: Growth;
  readonly source: TileSource;
  readonly files: TreeFiles;
  readonly made: ReadonlyMap<string, Uint8Array>;
  readonly waiting: (() => Promise<void>)[];
}

async function rowFor(tile: Tile, making: Making): Promise<Uint8Array> {
  const { source, files, waiting } = making;
  const start = tile.index * tileWidth;
  const held = source.hashes?.(tile.level, start, start + tile.width);
  if (tile.level > 0) return held ?? rowAbove(tile, making);
  if (held !== undefined && !files.bundles) return held;
  const entries = await source.entries(start, start + tile.width);
  if (files.bundles) waiting.push(() => files.tiles.write(bundlePath(tile), printBundle(entries)));
  return held ?? leafRow(entries, files.hash);
}

/** Old hashes come from the files of the signed tree, new ones from the full tiles just made. */
async function rowAbove(tile: Tile, making: Making): Promise<Uint8Array> {
  const { growth, files, made } = making;
  const start = tile.index * tileWidth;
  const old = { ...tile, width: oldWidth(tile, growth.from) };
  const row = new Uint8Array(tile.width * hashBytes);
  if (old.width > 0) row.set(await rowOf(old, files));
  for (let at = old.width; at < tile.width; at += 1) {
    const below = made.get(nameOf({ level: tile.level - 1, index: start + at }));
    if (below?.length !== tileWidth * hashBytes) {
      throw new Fault('evidence.root_differs', { at: start + at });
    }
    row.set(folded(below, files.hash), at * hashBytes);
  }
  return row;
}

function nameOf({ level, index }: Pick<Tile, 'level' | 'index'>): string {
  return `${level}/${index}`;
}

/** How many of its hashes a tile of the signed tree had. */
function oldWidth(tile: Tile, from: number): number {
  const signed = Math.floor(from / tileWidth ** tile.level);
  return Math.min(Math.max(signed - tile.index * tileWidth, 0), tile.width);
}

async function leavesOf(tile: Tile, files: TreeFiles): Promise<Uint8Array> {
  const path = bundlePath(tile);
  const entries = parseBundle(await required(files, path));
  if (entries.length !== tile.width) throw new Fault('evidence.tile_differs', { path });
  return leafRow(entries, files.hash);
}

/** A tile as it lies there. */
async function rowOf(tile: Tile, files: TreeFiles): Promise<Uint8Array> {
  const row = await required(files, tilePath(tile));
  if (row.length === tile.width * hashBytes) return row;
  throw new Fault('tiles.malformed', { level: tile.level, index: tile.index });
}

async function required({ tiles }: TreeFiles, path: string): Promise<Uint8Array> {
  const bytes = await tiles.read(path);
  if (bytes === undefined) throw new Fault('evidence.tile_differs', { path });
  return bytes;
}

async function allOf(waiting: (() => Promise<void>)[]): Promise<void> {
  await Promise.all(waiting.splice(0).map((write) => write()));
}

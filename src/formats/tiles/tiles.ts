/**
 * Tiles and entry bundles (C2SP tlog-tiles): which files a tree of some size consists of, what they
 * are called, what is in them, and how to read any node of the tree from them.
 */
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { hashBytes, hashNode, type NodeReader } from '#formats/tlog';

export const tileWidth = 256;
const tileHeight = 8;
const tilesHeldMax = 4096;

export interface Tile {
  readonly level: number;
  readonly index: number;
  /** Hashes in it: 256 when full. */
  readonly width: number;
}

export type FileReader = (path: string) => Promise<Uint8Array | undefined>;

/** `tile/1/x001/x234/067.p/12`, the path below the log's prefix. */
export function tilePath(tile: Tile): string {
  return `tile/${tile.level}/${indexPath(tile.index)}${widthPath(tile.width)}`;
}

/** The bundle that holds the entries of a level 0 tile. */
export function bundlePath(tile: { index: number; width: number }): string {
  return `tile/entries/${indexPath(tile.index)}${widthPath(tile.width)}`;
}

/** The tiles a tree of `to` leaves has and one of `from` leaves has not, low levels first. */
export function newTiles(from: number, to: number): Tile[] {
  const tiles: Tile[] = [];
  let had = from;
  let has = to;
  for (let level = 0; has > had; level += 1) {
    for (let index = Math.floor(had / tileWidth); index * tileWidth < has; index += 1) {
      tiles.push({ level, index, width: Math.min(tileWidth, has - index * tileWidth) });
    }
    had = Math.floor(had / tileWidth);
    has = Math.floor(has / tileWidth);
  }
  return tiles;
}

/** Entries behind big-endian uint16 lengths. */
export function printBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((sum, { length }) => sum + 2 + length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > 0xffff) throw new Fault('tiles.malformed', { why: 'entry length' });
    bundle[at] = entry.length >> 8;
    bundle[at + 1] = entry.length & 0xff;
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/** The entries are views of the bundle, not copies. */
export function parseBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [high, low] = [bytes[at], bytes[at + 1]];
    const length = high === undefined || low === undefined ? Number.NaN : high * 256 + low;
    const end = at + 2 + length;
    if (!(end <= bytes.length)) throw new Fault('tiles.malformed', { why: 'bundle' });
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

export function hashesOfTile(tile: Tile, bytes: Uint8Array): Uint8Array[] {
  if (bytes.length !== tile.width * hashBytes) {
    throw new Fault('tiles.malformed', { level: tile.level, index: tile.index });
  }
  return Array.from({ length: tile.width }, (_, at) =>
    bytes.subarray(at * hashBytes, (at + 1) * hashBytes),
  );
}

/** The hash of 2^n hashes that stand side by side. */
export async function foldHashes(
  hashes: readonly Uint8Array[],
  engine: Engine,
): Promise<Uint8Array> {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < row.length; at += 2) {
      const [left, right] = [row[at], row[at + 1]];
      if (left === undefined || right === undefined) throw new Fault('tiles.range_malformed');
      above.push(await hashNode(left, right, engine));
    }
    row = above;
  }
  const [only] = row;
  if (only === undefined) throw new Fault('tiles.range_malformed');
  return only;
}

/**
 * Reads complete nodes of a tree of `size` leaves from its tiles. It trusts the files: whoever
 * needs certainty compares a root made from them with a signed one.
 */
export function nodesFromTiles(size: number, read: FileReader, engine: Engine): NodeReader {
  const held = new Map<string, Uint8Array[]>();
  const hashesAt = async (level: number, index: number): Promise<Uint8Array[]> => {
    const there = Math.floor(size / tileWidth ** level) - index * tileWidth;
    const tile = { level, index, width: Math.min(tileWidth, there) };
    const path = tilePath(tile);
    const known = held.get(path);
    if (known !== undefined) return known;
    const hashes = await readTile(tile, read);
    if (held.size < tilesHeldMax) held.set(path, hashes);
    return hashes;
  };
  return async (level, index) => {
    const tileLevel = Math.floor(level / tileHeight);
    const span = 2 ** (level % tileHeight);
    const first = index * span;
    if ((first + span) * tileWidth ** tileLevel > size) {
      throw new Fault('tiles.range_malformed', { level, index, size });
    }
    const hashes = await hashesAt(tileLevel, Math.floor(first / tileWidth));
    const from = first % tileWidth;
    return foldHashes(hashes.slice(from, from + span), engine);
  };
}

/** A partial tile may have been removed once the full one was there (tlog-tiles, partial tiles). */
async function readTile(tile: Tile, read: FileReader): Promise<Uint8Array[]> {
  const bytes = await read(tilePath(tile));
  if (bytes !== undefined) return hashesOfTile(tile, bytes);
  const full = { ...tile, width: tileWidth };
  const fullBytes = await read(tilePath(full));
  if (fullBytes === undefined) throw new Fault('tiles.absent', { path: tilePath(tile) });
  return hashesOfTile(full, fullBytes).slice(0, tile.width);
}

function indexPath(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
}

function widthPath(width: number): string {
  if (width < 1 || width > tileWidth) throw new Fault('tiles.malformed', { width });
  return width === tileWidth ? '' : `.p/${width}`;
}

/**
 * Writes the files of a grown tree and proves to itself that they say what the head says.
 *
 * Everything is made again from the entries, so that a crash anywhere is mended by writing the same
 * bytes once more. Then every file is read back and hashed up to the root: a log that signs a tree
 * it cannot serve is dead (a single flipped bit ended a certificate log in 2022).
 */
import { concat, equal } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  bundlePath,
  foldHashes,
  hashesOfTile,
  newTiles,
  nodesFromTiles,
  parseBundle,
  printBundle,
  type Tile,
  tilePath,
  tileWidth,
} from '#formats/tiles';
import { hashLeaf, rootHash } from '#formats/tlog';
import type { LogStore, TileStore } from './ports.ts';

interface Growth {
  /** The size whose files are known to be there: that of the newest signed checkpoint. */
  readonly from: number;
  readonly to: number;
  readonly root: Uint8Array;
}

interface Parts {
  readonly tiles: TileStore;
  readonly engine: Engine;
}

/** Low levels first: a tile above is made of full tiles below. */
export async function writeTiles(
  growth: Growth,
  log: Pick<LogStore, 'entries'>,
  parts: Parts,
): Promise<void> {
  const { tiles, engine } = parts;
  const made = new Map<string, readonly Uint8Array[]>();
  for (const tile of newTiles(growth.from, growth.to)) {
    const start = tile.index * tileWidth;
    let hashes: Uint8Array[];
    if (tile.level === 0) {
      const entries = await log.entries(start, start + tile.width);
      await tiles.write(bundlePath(tile), printBundle(entries));
      hashes = await Promise.all(entries.map((entry) => hashLeaf(entry, engine)));
    } else {
      hashes = await hashesAbove(tile, { growth, made, parts });
    }
    made.set(`${tile.level}/${tile.index}`, hashes);
    await tiles.write(tilePath(tile), concat(...hashes));
  }
}

/** Reads every new file back; refuses with the file whose content does not lead to the root. */
export async function checkTiles(growth: Growth, parts: Parts): Promise<void> {
  const { tiles, engine } = parts;
  const read = (path: string): Promise<Uint8Array | undefined> => tiles.read(path);
  for (const tile of newTiles(growth.from, growth.to)) {
    const hashes = hashesOfTile(tile, await required(tilePath(tile), read));
    const below = tile.level === 0 ? await leavesOf(tile, { read, engine }) : undefined;
    for (const [at, hash] of hashes.entries()) {
      const found = below?.[at] ?? (await foldBelow(tile, at, { read, engine }));
      if (!equal(found, hash)) throw new Fault('evidence.tile_differs', { path: tilePath(tile) });
    }
  }
  const root = await rootHash(growth.to, nodesFromTiles(growth.to, read, engine), engine);
  if (!equal(root, growth.root)) throw new Fault('evidence.root_differs', { size: growth.to });
}

interface Reading {
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
  readonly engine: Engine;
}

async function leavesOf(tile: Tile, reading: Reading): Promise<Uint8Array[]> {
  const path = bundlePath(tile);
  const entries = parseBundle(await required(path, reading.read));
  if (entries.length !== tile.width) throw new Fault('evidence.tile_differs', { path });
  return Promise.all(entries.map((entry) => hashLeaf(entry, reading.engine)));
}

async function foldBelow(tile: Tile, at: number, reading: Reading): Promise<Uint8Array> {
  const index = tile.index * tileWidth + at;
  const below = { level: tile.level - 1, index, width: tileWidth };
  const bytes = await required(tilePath(below), reading.read);
  return foldHashes(hashesOfTile(below, bytes), reading.engine);
}

/** Old hashes come from the files of the signed tree, new ones from the full tiles just made. */
async function hashesAbove(
  tile: Tile,
  making: { growth: Growth; made: Map<string, readonly Uint8Array[]>; parts: Parts },
): Promise<Uint8Array[]> {
  const { growth, made, parts } = making;
  const start = tile.index * tileWidth;
  const signed = Math.floor(growth.from / tileWidth ** tile.level);
  const old = { ...tile, width: Math.min(Math.max(signed - start, 0), tile.width) };
  const read = (path: string): Promise<Uint8Array | undefined> => parts.tiles.read(path);
  const hashes = old.width === 0 ? [] : hashesOfTile(old, await required(tilePath(old), read));
  for (let at = hashes.length; at < tile.width; at += 1) {
    const below = made.get(`${tile.level - 1}/${start + at}`);
    if (below?.length !== tileWidth) throw new Fault('evidence.root_differs', { at: start + at });
    hashes.push(await foldHashes(below, parts.engine));
  }
  return hashes;
}

async function required(path: string, read: Reading['read']): Promise<Uint8Array> {
  const bytes = await read(path);
  if (bytes === undefined) throw new Fault('evidence.tile_differs', { path });
  return bytes;
}

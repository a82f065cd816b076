/**
 * Reads what a log gained since it was last looked at, from its public files alone, and hashes it
 * again: entries into leaves, leaves into every tile above, up to the root.
 */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  bundlePath,
  type FileReader,
  hashesOfTile,
  newTiles,
  parseBundle,
  type Tile,
  tilePath,
  tileWidth,
} from '#formats/tiles';
import { append, type Edge, hashLeaf } from '#formats/tlog';

const tileHeight = 8;

/** Something that does not agree, and where. */
export interface Finding {
  readonly code: FindingCode;
  readonly detail: string;
}

/** What a monitor can find, by name. */
export type FindingCode =
  | 'log_silent'
  | 'checkpoint_wrong'
  | 'rolled_back'
  | 'root_differs'
  | 'tile_differs'
  | 'file_missing'
  | 'entry_wrong'
  | 'opening_wrong'
  | 'witness_ahead'
  | 'witness_differs'
  | 'witness_silent'
  | 'promise_broken'
  | 'promise_wrong';

interface WalkParts {
  readonly read: FileReader;
  readonly engine: Engine;
  /** Looks at each entry as it passes. */
  readonly look: (bytes: Uint8Array, index: number) => Promise<string | undefined>;
}

/** The tree after the new entries, and everything that was wrong on the way. */
export interface Walked {
  readonly edge: Edge;
  readonly findings: readonly Finding[];
}

/** Walks from a tree that was checked before to `size`; stops where a file is missing. */
export async function walk(from: Edge, size: number, parts: WalkParts): Promise<Walked> {
  const walking = new Walking(from, parts);
  for (const tile of newTiles(from.size, size)) {
    if (tile.level === 0) await walking.bundle(tile);
    else await walking.tile(tile);
  }
  return { edge: walking.edge, findings: walking.findings };
}

class Walking {
  readonly findings: Finding[] = [];
  readonly #parts: WalkParts;
  readonly #fresh = new Map<string, Uint8Array>();
  edge: Edge;

  constructor(from: Edge, parts: WalkParts) {
    this.edge = from;
    this.#parts = parts;
  }

  /** The entries of one tile of leaves, from the first one that is new. */
  async bundle(tile: Tile): Promise<void> {
    const { engine, look } = this.#parts;
    const start = tile.index * tileWidth;
    if (start + tile.width <= this.edge.size || start > this.edge.size) return;
    const path = bundlePath(tile);
    const entries = await this.#read(path, bundlePath({ ...tile, width: tileWidth }), parseBundle);
    if (entries === undefined) return;
    for (const bytes of entries.slice(this.edge.size - start, tile.width)) {
      const wrong = await look(bytes, this.edge.size);
      if (wrong !== undefined) this.#find('entry_wrong', `entry ${this.edge.size}: ${wrong}`);
      this.edge = await append(this.edge, await hashLeaf(bytes, engine), {
        engine,
        completed: (level, index, hash) => {
          if (level % tileHeight === 0) this.#fresh.set(`${level / tileHeight}/${index}`, hash);
        },
      });
    }
    await this.tile(tile);
  }

  /** Compares every hash of a tile that this walk has computed itself. */
  async tile(tile: Tile): Promise<void> {
    const path = tilePath(tile);
    const full = { ...tile, width: tileWidth };
    const hashes = await this.#read(path, tilePath(full), (bytes) => {
      const width = bytes.length > tile.width * 32 ? tileWidth : tile.width;
      return hashesOfTile({ ...tile, width }, bytes);
    });
    if (hashes === undefined) return;
    for (const [at, hash] of hashes.slice(0, tile.width).entries()) {
      const own = this.#fresh.get(`${tile.level}/${tile.index * tileWidth + at}`);
      if (own !== undefined && !equal(own, hash)) this.#find('tile_differs', `${path} hash ${at}`);
    }
  }

  /** A partial file may have given way to the full one. */
  async #read<T>(
    path: string,
    fullPath: string,
    parse: (bytes: Uint8Array) => T,
  ): Promise<T | undefined> {
    const { read } = this.#parts;
    const bytes = (await read(path)) ?? (path === fullPath ? undefined : await read(fullPath));
    if (bytes === undefined) {
      this.#find('file_missing', path);
      return undefined;
    }
    try {
      return parse(bytes);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      this.#find('tile_differs', `${path}: ${thrown.code}`);
      return undefined;
    }
  }

  #find(code: FindingCode, detail: string): void {
    this.findings.push({ code, detail });
  }
}

/**
 * The log's files in a folder, laid out as C2SP tlog-tiles names them: any client that speaks the
 * format reads it, over any web server or none.
 *
 * Tiles and bundles are written once (see adapters/objects); only `checkpoint` is ever replaced, in
 * one step, so that a reader sees the old one or the new one and a crash leaves one of them.
 */
import { open, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FolderObjects } from '#adapters/objects';
import { utf8 } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';
import type { TileStore } from '#trust/evidence';

export class FileTiles implements TileStore {
  readonly #folder: string;
  readonly #objects: FolderObjects;

  constructor(folder: string) {
    this.#folder = resolve(folder);
    this.#objects = new FolderObjects(folder);
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return this.#objects.get(path);
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#objects.putOnce(path, bytes);
    } catch (cause) {
      if (faultCode(cause) !== 'objects.exists_differently') throw ofDisk(cause);
      throw new Fault('evidence.tile_differs', { path }, { cause });
    }
  }

  async publish(checkpoint: string): Promise<void> {
    try {
      await this.#replace(checkpoint);
    } catch (cause) {
      throw ofDisk(cause);
    }
  }

  async #replace(checkpoint: string): Promise<void> {
    const target = join(this.#folder, 'checkpoint');
    const next = join(this.#folder, '.checkpoint-next');
    await writeFile(next, utf8(checkpoint), { mode: 0o640, flush: true });
    await rename(next, target);
    const folder = await open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

/** A disk that is full, read-only or away is told by its name: it passes without a hand of ours. */
function ofDisk(cause: unknown): unknown {
  if (cause instanceof Fault || !(cause instanceof Error) || !('code' in cause)) return cause;
  return new Fault('tiles.unwritable', { why: String(cause.code) }, { cause, retryable: true });
}

/**
 * The regulator's mirror: a copy of every entry, made from the log's public files and checked.
 *
 * It trusts nothing it copies: the tree is built again from the entries and must have the root the
 * log signed, and a copy once made is never replaced. With it, an altered log can be compared entry
 * by entry, without asking the one who altered it.
 */
import { equal, fromUtf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { bundlePath, parseBundle, tileWidth } from '#formats/tiles';
import { type Checkpoint, judgeCheckpoint, type NoteKey, parseCheckpoint } from '#formats/tlog';
import {
  checkTiles,
  type TileFiles,
  type TileStore,
  type TreeHash,
  writeTiles,
} from '#trust/evidence';

export class Mirror {
  readonly #source: TileFiles;
  readonly #copy: TileStore;
  readonly #log: NoteKey;
  readonly #hash: TreeHash;
  readonly #engine: Engine;

  constructor(parts: {
    source: TileFiles;
    copy: TileStore;
    log: NoteKey;
    hash: TreeHash;
    engine: Engine;
  }) {
    this.#source = parts.source;
    this.#copy = parts.copy;
    this.#log = parts.log;
    this.#hash = parts.hash;
    this.#engine = parts.engine;
  }

  /** Copies what is new; answers the size of the copy. */
  async catchUp(): Promise<number> {
    const have = await this.#head(this.#copy);
    const bytes = await this.#source.read('checkpoint');
    if (bytes === undefined) return have?.size ?? 0;
    const note = fromUtf8(bytes);
    const keys = { log: this.#log, witnesses: [] };
    const judged = await judgeCheckpoint(note, keys, this.#engine);
    const { size, root, origin } = judged.checkpoint;
    if (!judged.signedByLog || origin !== this.#log.name) {
      throw new Fault('witness.mirror_differs', { why: 'not signed by the log' });
    }
    const from = have?.size ?? 0;
    if (size < from) throw new Fault('witness.mirror_differs', { have: from, shown: size });
    if (have !== undefined && size === from && !equal(have.root, root)) {
      throw new Fault('witness.mirror_differs', { size });
    }
    await this.#grow({ from, to: size, root });
    await this.#copy.publish(note);
    return size;
  }

  async #grow(growth: { from: number; to: number; root: Uint8Array }): Promise<void> {
    const parts = { tiles: this.#copy, hash: this.#hash, bundles: true };
    const entries = (start: number, end: number): Promise<Uint8Array[]> =>
      this.#entries({ start, end, size: growth.to });
    try {
      await writeTiles(growth, { entries }, parts);
      await checkTiles(growth, parts);
    } catch (cause) {
      if (!(cause instanceof Fault) || cause.code === 'witness.mirror_incomplete') throw cause;
      throw new Fault('witness.mirror_differs', { size: growth.to, why: cause.code }, { cause });
    }
  }

  /** One bundle's entries, from the partial file of this size or from a fuller one. */
  async #entries(range: { start: number; end: number; size: number }): Promise<Uint8Array[]> {
    const index = range.start / tileWidth;
    const width = range.end - range.start;
    const bytes =
      (await this.#source.read(bundlePath({ index, width }))) ??
      (await this.#source.read(bundlePath({ index, width: tileWidth })));
    if (bytes === undefined) {
      throw new Fault('witness.mirror_incomplete', { bundle: index }, { retryable: true });
    }
    return parseBundle(bytes).slice(0, width);
  }

  async #head(tiles: TileFiles): Promise<Checkpoint | undefined> {
    const bytes = await tiles.read('checkpoint');
    return bytes === undefined ? undefined : parseCheckpoint(fromUtf8(bytes));
  }
}

/**
 * The twin's half of a round: its files, its memory, its signature, its published checkpoint.
 *
 * The twin holds the same leaves under SM3 and is signed with SM2, for readers who trust no other
 * algorithms and for the day one of the two hashes breaks. Bundles of entries lie with the log.
 */
import { fromUtf8 } from '#base/bytes';
import type { Signer } from '#formats/crypto';
import { parseCheckpoint, parseHead, printSignatures } from '#formats/tlog';
import { signTwin, type TwinKey } from '#formats/twin';
import type { TreeHash } from './growth.ts';
import type { Draft, SignedHeads, TileStore } from './ports.ts';
import { checkTiles, type TileSource, writeTiles } from './tile-writing.ts';

/** What the log needs to keep a twin. */
export interface TwinParts {
  readonly key: TwinKey;
  readonly signer: Signer;
  readonly hash: TreeHash;
  /** A place of its own: the names of its files are those of the log's. */
  readonly tiles: TileStore;
  readonly heads: SignedHeads;
}

export class Twin {
  readonly #parts: TwinParts;
  /** The size whose files this run has written and read back. */
  #checked: number | undefined;

  constructor(parts: TwinParts) {
    this.#parts = parts;
  }

  /** A log that had no twin when this head was drafted has none at this size. */
  async write(draft: Draft, source: TileSource): Promise<void> {
    const { tiles, hash } = this.#parts;
    const growth = await this.#growth(draft);
    if (growth !== undefined) await writeTiles(growth, source, { tiles, hash, bundles: false });
  }

  async check(draft: Draft): Promise<void> {
    const { tiles, hash } = this.#parts;
    const growth = await this.#growth(draft);
    if (growth === undefined) return;
    await checkTiles(growth, { tiles, hash, bundles: false });
    this.#checked = growth.to;
  }

  async remember(draft: Draft): Promise<void> {
    if (draft.twin === undefined) return;
    const { size, root } = parseHead(draft.twin.text);
    await this.#parts.heads.put({ size, root });
  }

  /** The signature line; undefined where there is nothing to sign. */
  async sign(draft: Draft): Promise<string | undefined> {
    const { key, signer } = this.#parts;
    if (draft.twin === undefined) return undefined;
    return draft.twin.line ?? printSignatures([await signTwin(draft.twin.text, key, signer)]);
  }

  async publish(draft: Draft): Promise<void> {
    const { text, line } = draft.twin ?? {};
    if (text === undefined || line === undefined) return;
    await this.#parts.tiles.publish(`${text}\n${line}`);
  }

  /** A run begins where the last one published: the twin may have come later than its log. */
  async #growth(draft: Draft): Promise<{ from: number; to: number; root: Uint8Array } | undefined> {
    if (draft.twin === undefined) return undefined;
    const { size: to, root } = parseHead(draft.twin.text);
    return { from: this.#checked ?? (await this.#shown()), to, root };
  }

  async #shown(): Promise<number> {
    const shown = await this.#parts.tiles.read('checkpoint');
    return shown === undefined ? 0 : parseCheckpoint(fromUtf8(shown)).size;
  }
}

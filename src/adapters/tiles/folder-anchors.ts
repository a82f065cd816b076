/**
 * Anchors that the operator of the anchor hands to the house: `SIZE.anchor` files in one folder for
 * each log, as FileAnchorBook writes them. They are judged by whoever uses them.
 *
 * Here and not beside the chain's client, whose libraries were a quarter of the start of every
 * process that reads the log.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { readIfThere } from '#adapters/objects';
import type { TenantId } from '#base/unit';
import type { Shard } from '#trust/evidence';
import type { AnchorShelf } from '#trust/receipt';

const anchorFile = /^([1-9][0-9]{0,15})\.anchor$/;

export class FolderAnchors implements AnchorShelf {
  readonly #folderOf: (tenant: TenantId, shard?: Shard) => string;

  constructor(folderOf: (tenant: TenantId, shard?: Shard) => string) {
    this.#folderOf = folderOf;
  }

  async covering(tenant: TenantId, index: number, shard?: Shard): Promise<Uint8Array | undefined> {
    const folder = this.#folderOf(tenant, shard);
    // A house without an anchor has no such folder.
    const names = await readdir(folder).catch(() => []);
    const sizes = names.map((name) => Number(anchorFile.exec(name)?.[1] ?? 0));
    const [first] = sizes.filter((size) => size > index).toSorted((a, b) => a - b);
    return first === undefined ? undefined : readIfThere(join(folder, `${first}.anchor`));
  }
}

/**
 * Stores that tenants keep for themselves: a folder, or a bucket of an S3 of theirs (S2-35).
 *
 * The record names the place and no secret. The two keys of a bucket lie in `stores/<tenant>.json`
 * of the house's folder, readable by its owner only.
 */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { FolderObjects, type HeldObjects, S3Objects } from '#adapters/objects';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { TenantRecord } from '#business/tenancy';

const othersMay = 0o077;
const keyShape = z.strictObject({ accessKey: z.string().min(1), secretKey: z.string().min(1) });

/** Opens each tenant's store once. */
export class OwnStores {
  readonly #parts: { readonly root: string; readonly clock: Clock };
  readonly #opened = new Map<TenantId, Promise<HeldObjects>>();

  constructor(parts: { readonly root: string; readonly clock: Clock }) {
    this.#parts = parts;
  }

  /** Undefined for a tenant that keeps none; objects.store_closed where its keys are not here. */
  async of({ id, store }: Pick<TenantRecord, 'id' | 'store'>): Promise<HeldObjects | undefined> {
    if (store === undefined) return undefined;
    const opened = this.#opened.get(id) ?? this.#open(id, store);
    this.#opened.set(id, opened);
    // Keys that come later are looked for again.
    opened.catch(() => this.#opened.delete(id));
    return opened;
  }

  async #open(id: TenantId, store: NonNullable<TenantRecord['store']>): Promise<HeldObjects> {
    const { root, clock } = this.#parts;
    if (store.kind === 'folder') {
      return new FolderObjects(isAbsolute(store.path) ? store.path : join(root, store.path));
    }
    const { endpoint, bucket } = store;
    const keys = await keysIn(join(root, 'stores', `${id}.json`));
    return new S3Objects({ endpoint, bucket, ...keys, lockDays: 0, clock });
  }
}

async function keysIn(path: string): Promise<z.infer<typeof keyShape>> {
  try {
    if (((await stat(path)).mode & othersMay) !== 0) throw new Error('others may read it');
    return keyShape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    // The operator puts the keys there; a caller told `never` would drop what it deposits.
    throw new Fault('objects.store_closed', {}, { cause, retryable: true });
  }
}

/**
 * The logs that the trust folder names, each with its shards as far as they are proved.
 *
 * Only the key of a log's first shard is put there by the installer. The last leaf of a shard names
 * the key of the next: the sequencer lays it with its proof into `shards/`, and whoever reads it
 * there follows the proofs from the first key on, and believes no list.
 */
import { join } from 'node:path';

import { readIfThere } from '#adapters/objects';
import { fromUtf8 } from '#base/bytes';
import type { TenantId } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { judgeClosing } from '#formats/shard';
import type { NoteKey } from '#formats/tlog';
import { bordersFolder, logKey, logTenants } from './trust-folder.ts';

/** The key of a tenant's log, or of one of its shards; its name is the origin. */
export interface TenantLog {
  readonly tenant: TenantId;
  readonly key: NoteKey;
  /** Of a later shard: the final head of the one before, whose last leaf names this key. */
  readonly after?: FinalHead;
}

/** The last head of a shard. */
export interface FinalHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The key of the shard with this origin; undefined for one that is none of this log's. */
export async function shardKey(
  trust: string,
  of: { readonly tenant: TenantId; readonly origin: string },
  engine: Engine,
): Promise<NoteKey | undefined> {
  const shards = await shardsIn(trust, of.tenant, engine);
  return shards.find(({ key }) => key.name === of.origin)?.key;
}

/**
 * The shards of a log as far as they are proved: each later key stands in the last leaf of the
 * shard before, and that leaf with its proof in `shards/<tenant>/NNNN.close`. What does not hold
 * ends the list.
 */
export async function shardsIn(
  trust: string,
  tenant: TenantId,
  engine: Engine,
): Promise<readonly TenantLog[]> {
  const first = { tenant, key: await logKey(trust, tenant, engine) };
  const found: TenantLog[] = [first];
  for (;;) {
    const { key: log } = found.at(-1) ?? first;
    const paths = borderPaths(trust, tenant, found.length);
    const [leaf, proof] = await Promise.all([paths.leaf, paths.proof].map(readIfThere));
    if (leaf === undefined || proof === undefined) return found;
    const closing = { leaf, proof: fromUtf8(proof) };
    const closed = await judgeClosing(closing, { log, witnesses: [] }, engine);
    if (typeof closed === 'string') return found;
    const { size, root } = closed.judged.checkpoint;
    found.push({ tenant, key: closed.next, after: { origin: log.name, size, root } });
  }
}

/** Where the last leaf of a log's shard stands among what everybody may read. */
export function borderPaths(trust: string, tenant: TenantId, shard: number) {
  const leaf = join(trust, bordersFolder, tenant, `${String(shard).padStart(4, '0')}.close`);
  return { leaf, proof: `${leaf}.tlog-proof` };
}

/**
 * The logs of the trust folder by origin, each shard by itself. An origin once known keeps its key
 * until the end.
 */
export class TrustedLogs {
  readonly #trust: string;
  readonly #engine: Engine;
  readonly #seen: ((head: FinalHead) => Promise<boolean>) | undefined;
  readonly #known = new Map<string, TenantLog>();
  readonly #ends = new Map<string, number>();

  /** `seen`: whoever remembers heads of a log believes no end of a shard that he has not seen. */
  constructor(trust: string, engine: Engine, seen?: (head: FinalHead) => Promise<boolean>) {
    this.#trust = trust;
    this.#engine = engine;
    this.#seen = seen;
  }

  /** Reads the folder again for an origin that is not known: a tenant or a shard may have come. */
  async of(origin: string): Promise<NoteKey | undefined> {
    if (!this.#known.has(origin)) await this.all();
    return this.#known.get(origin)?.key;
  }

  /** The last size of a shard of which the next is known. */
  endOf(origin: string): number | undefined {
    return this.#ends.get(origin);
  }

  async all(): Promise<readonly TenantLog[]> {
    for (const tenant of await logTenants(this.#trust)) {
      for (const log of await shardsIn(this.#trust, tenant, this.#engine)) {
        if (this.#known.has(log.key.name)) continue;
        const isSeen = log.after === undefined || (await this.#seen?.(log.after)) !== false;
        if (!isSeen) break;
        this.#known.set(log.key.name, log);
        if (log.after !== undefined) this.#ends.set(log.after.origin, log.after.size);
      }
    }
    return [...this.#known.values()];
  }
}

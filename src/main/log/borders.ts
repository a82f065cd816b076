/**
 * Which shard of a log grows now, with what keys, and how it crosses to the next half-year.
 *
 * Each step leaves something from which a start goes on, and each can be done twice:
 *   1 the next shard's keys lie in this process's folder, made once for each half-year
 *   2 the closing leaf that names them has its place: from here on this shard takes nothing
 *   3 a quorum has cosigned it, and it is published (the sequencer's own ceremony)
 *   4 the leaf and its proof lie in the trust folder: witnesses learn the new key from there
 *   5 the row of the next shard: from here on the next start opens that one
 *   6 its opening leaf has the first place of it
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import {
  createKeyFile,
  nodeEngine,
  openKeyFile,
  openKeyFileIfThere,
  softSigner,
} from '#adapters/engine';
import { PostgresShards } from '#adapters/postgres';
import { FileTiles } from '#adapters/tiles';
import type { Clock } from '#base/clock';
import { assert, Fault } from '#base/fault';
import type { TenantId, Units } from '#base/unit';
import type { Signer } from '#formats/crypto';
import { printClosing, printOpening, shardEndsAt, shardName, shardOrigin } from '#formats/shard';
import { type NoteKey, noteKey, parseHead, printVkey } from '#formats/tlog';
import { printTwinVkey, type TwinKey, twinKey, twinOrigin } from '#formats/twin';
import { type Draft, type LogStore, type Shard, type ShardCrossing } from '#trust/evidence';
import type { ProcessSettings } from '../../config.ts';
import { logKeyFile, twinKeyFile } from '../estate/plan.ts';
import { logFolder, logKey } from '../estate/trust-folder.ts';
import { layBorder, nextShard } from './border-files.ts';

/** Before each of these a drill may end the process; the rest is the sequencer's own. */
export type BorderStep = 'keys' | 'closing' | 'link' | 'row' | 'crossed';

export interface BorderParts {
  readonly settings: Pick<ProcessSettings, 'folder' | 'trust'>;
  readonly tenant: TenantId;
  /** As the sequencer's own role sees the tenant's rows. */
  readonly units: Units;
  readonly clock: Clock;
  readonly observe?: (step: BorderStep) => void;
}

/** A key of the log with what signs with it. */
interface Held<Key> {
  readonly key: Key;
  readonly signer: Signer;
}

/** The shard that grows, and its keys. */
export interface GrowingShard {
  readonly shard: Shard;
  readonly log: Held<NoteKey>;
  /** None for the first shard of a house of before logs had twins. */
  readonly twin: Held<TwinKey> | undefined;
  /** Where this process keeps what it has signed of it. */
  readonly folder: string;
  readonly ends: ShardCrossing;
}

export class Borders {
  readonly #parts: BorderParts;
  readonly #rows = new PostgresShards();

  constructor(parts: BorderParts) {
    this.#parts = parts;
  }

  /** The newest shard; a log's first one gets its name here. */
  async growing(): Promise<GrowingShard> {
    const { settings, tenant } = this.#parts;
    const shard = await this.#newest();
    // The first one has no folder of its own.
    const name = shard.number === 1 ? '' : shard.name;
    const signer = softSigner(await openKeyFile(join(settings.folder, logKeyFile(tenant, name))));
    const named = { name: shard.origin, kind: 'ed25519', publicKey: signer.publicKey } as const;
    const log = { key: await noteKey(named, nodeEngine), signer };
    const twin = await this.#twin(shard, name);
    const folder = join(settings.folder, dirname(logKeyFile(tenant, name)));
    return { shard, log, twin, folder, ends: await this.#ends(shard) };
  }

  async #newest(): Promise<Shard> {
    const { settings, tenant, units, clock } = this.#parts;
    const { name: origin } = await logKey(settings.trust, tenant, nodeEngine);
    const shards = await units.run(tenant, async (unit) => {
      const begunAt = (await this.#rows.begunAt(unit)) ?? clock.now();
      await this.#rows.begin(unit, { name: shardName(begunAt), origin });
      return this.#rows.of(unit);
    });
    const newest = shards.at(-1);
    assert(newest !== undefined, 'a log has a first shard');
    return newest;
  }

  async #twin({ origin }: Shard, name: string): Promise<Held<TwinKey> | undefined> {
    const { settings, tenant } = this.#parts;
    const held = await openKeyFileIfThere(join(settings.folder, twinKeyFile(tenant, name)));
    if (held === undefined) return undefined;
    const signer = softSigner(held);
    const { publicKey } = signer;
    return { key: await twinKey({ name: twinOrigin(origin), publicKey }, nodeEngine), signer };
  }

  async #ends(shard: Shard): Promise<ShardCrossing> {
    const endsAt = shardEndsAt(shard.name);
    return {
      base: shard.base,
      opening: await this.#opening(shard),
      isDue: (now) => now >= endsAt,
      closing: () => this.#closing(shard),
      cross: (log, final) => this.#cross(shard, log, final),
    };
  }

  async #opening({ origin, base, number }: Shard): Promise<Uint8Array | undefined> {
    if (number === 1) return undefined;
    const { tenant, units } = this.#parts;
    const final = await units.run(tenant, (unit) => this.#rows.finalHead(unit, base));
    if (final === undefined) throw new Fault('evidence.root_differs', { size: base });
    const twinRoot = final.twinText === undefined ? undefined : parseHead(final.twinText).root;
    return printOpening({ origin, before: { ...parseHead(final.text), twinRoot } });
  }

  /** The half-year of this moment follows, also where a house has slept through another. */
  async #closing({ origin }: Shard): Promise<Uint8Array> {
    const { settings, tenant, clock, observe } = this.#parts;
    observe?.('keys');
    const first = await logKey(settings.trust, tenant, nodeEngine);
    const name = shardName(clock.now());
    const next = shardOrigin(first.name, name);
    const log = await this.#made(logKeyFile(tenant, name), 'ed25519');
    const twin = await this.#made(twinKeyFile(tenant, name), 'sm2');
    const key = await noteKey(
      { name: next, kind: 'ed25519', publicKey: log.publicKey },
      nodeEngine,
    );
    const named = { name: twinOrigin(next), publicKey: twin.publicKey };
    observe?.('closing');
    return printClosing({
      origin,
      next: printVkey(key),
      nextTwin: printTwinVkey(await twinKey(named, nodeEngine)),
    });
  }

  /** A key that is there stays: the closing leaf may name it already. */
  async #made(file: string, algorithm: 'ed25519' | 'sm2'): Promise<Signer> {
    const path = join(this.#parts.settings.folder, file);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return softSigner(await createKeyFile(path, algorithm));
  }

  async #cross(shard: Shard, log: LogStore, final: Draft): Promise<void> {
    const { settings, tenant, observe } = this.#parts;
    const [leaf] = await log.entries(final.size - 1, final.size);
    const next = leaf && nextShard(leaf);
    if (leaf === undefined || next === undefined) {
      throw new Fault('evidence.root_differs', { size: final.size });
    }
    observe?.('link');
    const tiles = new FileTiles(logFolder(settings.trust, tenant, shard));
    const note = `${final.text}\n${final.signatures}`;
    const border = { trust: settings.trust, tenant, number: shard.number };
    await layBorder(border, { leaf, note, tiles });
    observe?.('row');
    await log.follow(next);
    observe?.('crossed');
  }
}

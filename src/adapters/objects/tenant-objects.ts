/**
 * Sealed documents of all tenants: each tenant's in a folder of its own, in the house or, for the
 * hybrid profile, in the store that the tenant keeps itself (S2-35), a folder or an S3.
 *
 * An object's name is the SHA-256 of its bytes, so that nothing can be put in its place unseen. The
 * bytes are ciphertext of the vault: who reads the store reads nothing.
 */
import { hash } from 'node:crypto';
import { join } from 'node:path';

import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Unit } from '#base/unit';
import type { DocumentObjects, ObjectName, ObjectPlace, SweptObjects } from '#business/tenancy';
import { FolderObjects } from './folder-objects.ts';

/** A store of objects by name, each written once; see `FolderObjects` for the promises. */
export interface HeldObjects {
  putOnce(name: string, bytes: Uint8Array): Promise<void>;
  get(name: string): Promise<Uint8Array | undefined>;
  list(): Promise<readonly string[]>;
  /** Milliseconds of the epoch. */
  writtenAt(name: string): Promise<number | undefined>;
  remove(name: string): Promise<void>;
}

export interface TenantObjectParts {
  /** The house's folder: one folder below it for each tenant. */
  readonly house: string;
  /** The store of the unit's tenant; undefined for one that keeps none. */
  readonly own: (unit: Unit) => Promise<HeldObjects | undefined>;
}

export class TenantObjects implements DocumentObjects, SweptObjects {
  readonly #parts: TenantObjectParts;
  readonly #folders = new Map<TenantId, FolderObjects>();

  constructor(parts: TenantObjectParts) {
    this.#parts = parts;
  }

  async put(unit: Unit, sealed: Uint8Array): Promise<ObjectName> {
    const place = await this.#place(unit);
    const sha256 = digestOf(sealed);
    await (await this.#store(unit, place)).putOnce(fileOf(sha256), sealed);
    return { place, sha256, bytes: sealed.length };
  }

  async get(unit: Unit, { place, sha256, bytes }: ObjectName): Promise<Uint8Array> {
    const held = await (await this.#store(unit, place)).get(fileOf(sha256));
    if (held === undefined) throw new Fault('objects.missing', { place, sha256 });
    if (held.length !== bytes || digestOf(held) !== sha256) {
      throw new Fault('objects.altered', { place, sha256 });
    }
    return held;
  }

  async writtenBefore(unit: Unit, at: Instant, countMax: number): Promise<readonly string[]> {
    const store = await this.#store(unit, await this.#place(unit));
    const old: string[] = [];
    for (const name of await store.list()) {
      const written = await store.writtenAt(name);
      if (written !== undefined && written < at) old.push(name.slice(name.lastIndexOf('/') + 1));
      if (old.length === countMax) break;
    }
    return old;
  }

  async remove(unit: Unit, sha256: string): Promise<void> {
    await (await this.#store(unit, await this.#place(unit))).remove(fileOf(sha256));
  }

  async #place(unit: Unit): Promise<ObjectPlace> {
    return (await this.#parts.own(unit)) === undefined ? 'house' : 'own';
  }

  async #store(unit: Unit, place: ObjectPlace): Promise<HeldObjects> {
    const { house, own } = this.#parts;
    if (place === 'own') {
      const store = await own(unit);
      if (store === undefined) throw new Fault('objects.missing', { place });
      return store;
    }
    const { tenant } = unit;
    const known = this.#folders.get(tenant) ?? new FolderObjects(join(house, tenant));
    this.#folders.set(tenant, known);
    return known;
  }
}

/** Two letters of the digest are the folder, for a million files in one are slow to list. */
function fileOf(sha256: string): string {
  return `${sha256.slice(0, 2)}/${sha256}`;
}

function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

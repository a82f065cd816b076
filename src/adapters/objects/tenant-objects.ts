/**
 * Sealed documents of all tenants as files: each tenant's in a folder of its own, in the house or,
 * for the hybrid profile, where the tenant keeps its own store (S2-35).
 *
 * An object's name is the SHA-256 of its bytes, so that nothing can be put in its place unseen. The
 * bytes are ciphertext of the vault: who reads the folder reads nothing.
 */
import { createHash } from 'node:crypto';
import { isAbsolute, join } from 'node:path';

import { toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { DocumentObjects, ObjectName, ObjectPlace, SweptObjects } from '#business/tenancy';
import { FolderObjects } from './folder-objects.ts';

export interface TenantObjectParts {
  /** The house's folder: one folder below it for each tenant. */
  readonly house: string;
  /** What relative paths of tenants' own stores start from. */
  readonly root: string;
  /** The folder of the unit's tenant's own store; undefined for one that keeps none. */
  readonly own: (unit: Unit) => Promise<string | undefined>;
}

export class TenantObjects implements DocumentObjects, SweptObjects {
  readonly #parts: TenantObjectParts;
  readonly #folders = new Map<string, FolderObjects>();

  constructor(parts: TenantObjectParts) {
    this.#parts = parts;
  }

  async put(unit: Unit, sealed: Uint8Array): Promise<ObjectName> {
    const place = await this.#place(unit);
    const sha256 = digestOf(sealed);
    await (await this.#folder(unit, place)).putOnce(fileOf(sha256), sealed);
    return { place, sha256, bytes: sealed.length };
  }

  async get(unit: Unit, { place, sha256, bytes }: ObjectName): Promise<Uint8Array> {
    const held = await (await this.#folder(unit, place)).get(fileOf(sha256));
    if (held === undefined) throw new Fault('objects.missing', { place, sha256 });
    if (held.length !== bytes || digestOf(held) !== sha256) {
      throw new Fault('objects.altered', { place, sha256 });
    }
    return held;
  }

  async writtenBefore(unit: Unit, at: Instant, countMax: number): Promise<readonly string[]> {
    const folder = await this.#folder(unit, await this.#place(unit));
    const old: string[] = [];
    for (const name of await folder.list()) {
      const written = await folder.writtenAt(name);
      if (written !== undefined && written < at) old.push(name.slice(name.lastIndexOf('/') + 1));
      if (old.length === countMax) break;
    }
    return old;
  }

  async remove(unit: Unit, sha256: string): Promise<void> {
    await (await this.#folder(unit, await this.#place(unit))).remove(fileOf(sha256));
  }

  async #place(unit: Unit): Promise<ObjectPlace> {
    return (await this.#parts.own(unit)) === undefined ? 'house' : 'own';
  }

  async #folder(unit: Unit, place: ObjectPlace): Promise<FolderObjects> {
    const path = await this.#path(unit, place);
    const known = this.#folders.get(path) ?? new FolderObjects(path);
    this.#folders.set(path, known);
    return known;
  }

  async #path(unit: Unit, place: ObjectPlace): Promise<string> {
    if (place === 'house') return join(this.#parts.house, unit.tenant);
    const own = await this.#parts.own(unit);
    if (own === undefined) throw new Fault('objects.missing', { place });
    return isAbsolute(own) ? own : join(this.#parts.root, own);
  }
}

/** Two letters of the digest are the folder, for a million files in one are slow to list. */
function fileOf(sha256: string): string {
  return `${sha256.slice(0, 2)}/${sha256}`;
}

function digestOf(bytes: Uint8Array): string {
  return toHex(new Uint8Array(createHash('sha256').update(bytes).digest()));
}

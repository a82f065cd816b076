/**
 * The three columns with which a row names an object outside the database, and the question which
 * objects rows name. A table that keeps such columns stands in this file, or the sweep forgets it.
 */
import type { Unit } from '#base/unit';
import type { NamedObjects, ObjectName, ObjectPlace } from '#business/tenancy';
import { txOf } from './database.ts';

export interface ObjectColumns {
  readonly place: ObjectPlace;
  readonly object_sha256: string;
  readonly object_bytes: number;
}

export function objectColumns({ place, sha256, bytes }: ObjectName): ObjectColumns {
  return { place, object_sha256: sha256, object_bytes: bytes };
}

export function objectName(row: ObjectColumns): ObjectName {
  return { place: row.place, sha256: row.object_sha256, bytes: row.object_bytes };
}

/** Every table whose rows name objects. */
export const namingTables = [
  'revision',
  'evidence_package',
  'capture',
  'deposit_chunk',
  'deposit_package',
] as const;

interface Tables {
  revision: ObjectColumns & { tenant: string };
  evidence_package: ObjectColumns & { tenant: string };
  deposit_chunk: ObjectColumns & { tenant: string };
  deposit_package: ObjectColumns & { tenant: string };
  /** Without an object until the photo is whole. */
  capture: ObjectColumns & { tenant: string };
}

export class PostgresNamedObjects implements NamedObjects {
  async named(unit: Unit, sha256s: readonly string[]): Promise<ReadonlySet<string>> {
    const named = new Set<string>();
    if (sha256s.length === 0) return named;
    for (const table of namingTables) {
      const rows = await txOf<Tables>(unit)
        .selectFrom(table)
        .select('object_sha256')
        .where('tenant', '=', unit.tenant)
        .where('object_sha256', 'in', sha256s)
        .execute();
      for (const { object_sha256: sha256 } of rows) named.add(sha256);
    }
    return named;
  }
}

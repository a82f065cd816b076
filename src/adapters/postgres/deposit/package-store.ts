/**
 * Rows of evidence packages: each file once for each state of its case, as ciphertext.
 */
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { PackageRow, PackageStore } from '#business/archive';
import type { DocumentObjects } from '#business/tenancy';
import { txOf } from '../database.ts';
import { type ObjectColumns, objectColumns, objectName } from '../object-columns.ts';

interface Columns {
  tenant: string;
  id: string;
  case_id: string;
  head: string;
  subject: string;
  bytes: number;
  sha256: string;
}

interface Tables {
  evidence_package: Columns & ObjectColumns;
}

export class PostgresPackages implements PackageStore {
  readonly #objects: DocumentObjects;

  constructor(parts: { objects: DocumentObjects }) {
    this.#objects = parts.objects;
  }

  async add(unit: Unit, row: PackageRow, sealed: Uint8Array): Promise<void> {
    const { caseId, ...rest } = row;
    const object = objectColumns(await this.#objects.put(unit, sealed));
    await txOf<Tables>(unit)
      .insertInto('evidence_package')
      .values({ tenant: unit.tenant, case_id: caseId, ...rest, ...object })
      .onConflict((clash) => clash.columns(['tenant', 'case_id', 'head']).doNothing())
      .execute();
  }

  async find(unit: Unit, id: string): Promise<PackageRow | undefined> {
    const row = await this.#all(unit).where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : rowOf(row);
  }

  async ofHead(unit: Unit, caseId: string, head: string): Promise<PackageRow | undefined> {
    const row = await this.#all(unit)
      .where('case_id', '=', caseId)
      .where('head', '=', head)
      .executeTakeFirst();
    return row === undefined ? undefined : rowOf(row);
  }

  /** The package of a case that was built last. */
  async newestOf(unit: Unit, caseId: string): Promise<PackageRow | undefined> {
    const rows = this.#all(unit).where('case_id', '=', caseId).orderBy('id', 'desc').limit(1);
    const row = await rows.executeTakeFirst();
    return row && rowOf(row);
  }

  async sealed(unit: Unit, id: string): Promise<Uint8Array> {
    const row = await txOf<Tables>(unit)
      .selectFrom('evidence_package')
      .select(['place', 'object_sha256', 'object_bytes'])
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) throw new Fault('judicial.package_unknown', { package: id });
    return this.#objects.get(unit, objectName(row));
  }

  #all(unit: Unit) {
    return txOf<Tables>(unit)
      .selectFrom('evidence_package')
      .select(['tenant', 'id', 'case_id', 'head', 'subject', 'bytes', 'sha256'])
      .where('tenant', '=', unit.tenant);
  }
}

function rowOf(row: Columns): PackageRow {
  const { id, case_id: caseId, head, subject, bytes, sha256 } = row;
  return { id, caseId, head, subject, bytes, sha256 };
}

/**
 * Rows of evidence packages: each file once for each state of its case, as ciphertext.
 */
import type { Unit } from '#base/unit';
import type { PackageRow, PackageStore } from '#business/archive';
import { txOf } from './database.ts';

interface Columns {
  tenant: string;
  id: string;
  case_id: string;
  head: string;
  subject: string;
  bytes: number;
  sha256: string;
  sealed: Uint8Array;
}

interface Tables {
  evidence_package: Columns;
}

export class PostgresPackages implements PackageStore {
  async add(unit: Unit, row: PackageRow): Promise<void> {
    const { caseId, ...rest } = row;
    await txOf<Tables>(unit)
      .insertInto('evidence_package')
      .values({ tenant: unit.tenant, case_id: caseId, ...rest })
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

  #all(unit: Unit) {
    return txOf<Tables>(unit).selectFrom('evidence_package').selectAll();
  }
}

function rowOf(row: Columns): PackageRow {
  const { id, case_id: caseId, head, subject, bytes, sha256, sealed } = row;
  return { id, caseId, head, subject, bytes, sha256, sealed };
}

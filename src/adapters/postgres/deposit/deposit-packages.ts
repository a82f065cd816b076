/**
 * Packages of deposits, and the environment records that packages show beside entries.
 */
import { sql } from 'kysely';
import { fromBase64, toHex } from '#base/bytes';
import type { Unit } from '#base/unit';
import type { BuiltPackage, DepositPackages, EnvironmentShelf } from '#business/archive';
import type { DocumentObjects } from '#business/tenancy';
import { txOf } from '../database.ts';
import { type ObjectColumns, objectColumns, objectName } from '../object-columns.ts';

interface Tables {
  deposit_package: ObjectColumns & {
    tenant: string;
    deposit: string;
    head: string;
    sha256: string;
    bytes: number;
  };
  environment_record: { tenant: string; sha256: string; bytes: Uint8Array };
}

export class PostgresDepositPackages implements DepositPackages {
  readonly #objects: DocumentObjects;

  constructor(parts: { objects: DocumentObjects }) {
    this.#objects = parts.objects;
  }

  async ofHead(unit: Unit, deposit: string, head: string): Promise<BuiltPackage | undefined> {
    return txOf<Tables>(unit)
      .selectFrom('deposit_package')
      .select(['sha256', 'bytes'])
      .where('tenant', '=', unit.tenant)
      .where('deposit', '=', deposit)
      .where('head', '=', head)
      .executeTakeFirst();
  }

  async add(
    unit: Unit,
    row: BuiltPackage & { readonly deposit: string; readonly head: string },
    sealed: Uint8Array,
  ): Promise<void> {
    const object = objectColumns(await this.#objects.put(unit, sealed));
    await txOf<Tables>(unit)
      .insertInto('deposit_package')
      .values({ tenant: unit.tenant, ...row, ...object })
      .onConflict((clash) => clash.columns(['tenant', 'deposit', 'head']).doNothing())
      .execute();
  }

  async newest(unit: Unit, deposit: string): Promise<Uint8Array | undefined> {
    // The head that stands furthest in the chain is the newest state.
    const { rows } = await sql<ObjectColumns>`
      select p.place, p.object_sha256, p.object_bytes from deposit_package p
        join evidence_entry e on e.tenant = p.tenant and e.hash = p.head
      where p.tenant = ${unit.tenant} and p.deposit = ${deposit}
      order by e.seq desc limit 1`.execute(txOf(unit));
    const [row] = rows;
    return row === undefined ? undefined : this.#objects.get(unit, objectName(row));
  }
}

/** What program stated the entries, running where. */
export class PostgresEnvironments implements EnvironmentShelf {
  async find(unit: Unit, sha256: string): Promise<Uint8Array | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('environment_record')
      .select('bytes')
      .where('tenant', '=', unit.tenant)
      .where('sha256', '=', hexOf(sha256))
      .executeTakeFirst();
    return row?.bytes;
  }

  /** Was it there before? */
  async keep(unit: Unit, sha256: string, bytes: Uint8Array): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await txOf<Tables>(unit)
      .insertInto('environment_record')
      .values({ tenant: unit.tenant, sha256: hexOf(sha256), bytes })
      .onConflict((clash) => clash.columns(['tenant', 'sha256']).doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 0n;
  }
}

function hexOf(base64: string): string {
  return toHex(fromBase64(base64));
}

/**
 * The vault's rows of persons and values: wrapped keys and ciphertexts. Nothing here can be read as
 * it is.
 *
 * Plain SQL with arrays instead of a builder: one statement for all fields of a person, and half of
 * the time a value costs here would be the building of its statement.
 */
import { type RawBuilder, sql } from 'kysely';

import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { StoredPlace, StoredValue, SubjectRow, VaultStore, WrappedKey } from '#business/vault';
import { bytesArray, textsArray } from '../binary-array.ts';
import { txOf } from '../database.ts';
import { stateOf } from '../failure.ts';

const foreignKeyViolation = '23503';

interface SubjectColumns {
  readonly epoch: string | null;
  readonly wrapped: Uint8Array | null;
  readonly restricted: boolean;
}

interface KeyColumns {
  readonly subject: string;
  readonly epoch: string;
  readonly wrapped: Uint8Array;
}

export class PostgresVault implements VaultStore {
  async subject(unit: Unit, subject: string, hold: boolean): Promise<SubjectRow | undefined> {
    const [row] = await rowsOf<SubjectColumns>(
      unit,
      sql`select epoch, wrapped, restricted from vault_subject
          where tenant = ${unit.tenant} and subject = ${subject}
          ${hold ? sql`for key share` : sql``}`,
    );
    if (row === undefined) return undefined;
    const { epoch, wrapped, restricted } = row;
    const key = epoch === null || wrapped === null ? undefined : { epoch, wrapped };
    return { key, restricted };
  }

  async held(
    unit: Unit,
    subjects: readonly string[],
  ): Promise<readonly (SubjectRow & { readonly subject: string })[]> {
    const rows = await rowsOf<SubjectColumns & { readonly subject: string }>(
      unit,
      sql`select subject, epoch, wrapped, restricted from vault_subject
          where tenant = ${unit.tenant} and subject = any(${textsArray(subjects)}::text[])
          order by subject for key share`,
    );
    return rows.map(({ subject, epoch, wrapped, restricted }) => {
      const key = epoch === null || wrapped === null ? undefined : { epoch, wrapped };
      return { subject, key, restricted };
    });
  }

  async addSubject(
    unit: Unit,
    subject: string,
    first: { readonly key: WrappedKey; readonly values: readonly StoredValue[] },
  ): Promise<boolean> {
    const { epoch, wrapped } = first.key;
    try {
      // A newer epoch known to the rows means that this one may be over: then its row is not made
      // again, and the foreign key refuses the person.
      const added = await rowsOf(
        unit,
        sql`with known as (
              insert into vault_epoch (tenant, epoch, opened_at)
              select ${unit.tenant}, ${epoch},
                (extract(epoch from clock_timestamp()) * 1000)::bigint
              where not exists (
                select 1 from vault_epoch where tenant = ${unit.tenant} and epoch >= ${epoch})
              on conflict do nothing),
            added as (
              insert into vault_subject (tenant, subject, epoch, wrapped)
              values (${unit.tenant}, ${subject}, ${epoch}, ${wrapped})
              on conflict do nothing returning subject),
            kept as (
              insert into vault_value (tenant, subject, field, cipher)
              select ${unit.tenant}, subject, field, cipher from added, ${fieldsOf(first.values)})
            select subject from added`,
      );
      return added.length > 0;
    } catch (cause) {
      if (stateOf(cause) !== foreignKeyViolation) throw cause;
      throw new Fault('vault.epoch_over', { epoch }, { cause, retryable: true });
    }
  }

  async erase(unit: Unit, subject: string): Promise<void> {
    await writersGone(unit, subject);
    await rowsOf(
      unit,
      sql`insert into vault_subject (tenant, subject) values (${unit.tenant}, ${subject})
          on conflict (tenant, subject) do update set epoch = null, wrapped = null`,
    );
    await rowsOf(
      unit,
      sql`update vault_index set subject = null
          where tenant = ${unit.tenant} and subject = ${subject}`,
    );
  }

  async restrict(unit: Unit, subject: string, restricted: boolean): Promise<void> {
    await writersGone(unit, subject);
    await rowsOf(
      unit,
      sql`update vault_subject set restricted = ${restricted}
          where tenant = ${unit.tenant} and subject = ${subject}`,
    );
  }

  async erased(unit: Unit, after: string, countMax: number): Promise<readonly string[]> {
    const rows = await rowsOf<{ readonly subject: string }>(
      unit,
      sql`select subject from vault_subject
          where tenant = ${unit.tenant} and subject > ${after} and wrapped is null
          order by subject limit ${countMax}`,
    );
    return rows.map(({ subject }) => subject);
  }

  keysOf(
    unit: Unit,
    subjects: readonly string[],
  ): Promise<readonly (WrappedKey & { readonly subject: string })[]> {
    return rowsOf<KeyColumns>(
      unit,
      sql`select subject, epoch, wrapped from vault_subject
          where tenant = ${unit.tenant} and subject = any(${[...subjects]})
            and wrapped is not null`,
    );
  }

  async put(unit: Unit, subject: string, values: readonly StoredValue[]): Promise<void> {
    await rowsOf(
      unit,
      sql`insert into vault_value (tenant, subject, field, cipher)
          select ${unit.tenant}, ${subject}, field, cipher from ${fieldsOf(values)}
          on conflict (tenant, subject, field) do update set cipher = excluded.cipher`,
    );
  }

  values(
    unit: Unit,
    subjects: readonly string[],
    fields?: readonly string[],
  ): Promise<readonly (StoredPlace & { readonly cipher: Uint8Array })[]> {
    const some = fields === undefined ? sql`` : sql`and field = any(${[...fields]})`;
    return rowsOf<StoredPlace & { readonly cipher: Uint8Array }>(
      unit,
      sql`select subject, field, cipher from vault_value
          where tenant = ${unit.tenant} and subject = any(${[...subjects]}) ${some}
          order by subject, field`,
    );
  }
}

/** The values as rows of `field` and `cipher`. */
function fieldsOf(values: readonly StoredValue[]): RawBuilder<unknown> {
  const fields = textsArray(values.map(({ field }) => field));
  const ciphers = bytesArray(values.map(({ cipher }) => cipher));
  return sql`unnest(${fields}::text[], ${ciphers}::bytea[]) as one (field, cipher)`;
}

/**
 * Waits for units that are writing hers: an update of her row would not, for it leaves their key
 * share alone, and what they file after it would stand against a person who is gone.
 */
async function writersGone(unit: Unit, subject: string): Promise<void> {
  await rowsOf(
    unit,
    sql`select 1 from vault_subject
        where tenant = ${unit.tenant} and subject = ${subject} for update`,
  );
}

/** Runs a statement in the unit's transaction. */
export async function rowsOf<Row>(unit: Unit, query: RawBuilder<unknown>): Promise<readonly Row[]> {
  return (await query.$castTo<Row>().execute(txOf(unit))).rows;
}

/**
 * The vault's rows: wrapped keys, ciphertexts and blind indexes. Nothing here can be read as it is.
 */
import type { Unit } from '#base/unit';
import type { VaultStore, WrappedKey } from '#business/vault';
import { txOf } from './database.ts';

interface Tables {
  vault_subject: {
    tenant: string;
    subject: string;
    epoch: string | null;
    wrapped: Uint8Array | null;
  };
  vault_value: { tenant: string; subject: string; field: string; cipher: Uint8Array };
  vault_index: { tenant: string; field: string; blind: Uint8Array; subject: string };
}

export class PostgresVault implements VaultStore {
  async keyOf(unit: Unit, subject: string): Promise<WrappedKey | 'erased' | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('vault_subject')
      .select(['epoch', 'wrapped'])
      .where('tenant', '=', unit.tenant)
      .where('subject', '=', subject)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    if (row.epoch === null || row.wrapped === null) return 'erased';
    return { epoch: row.epoch, wrapped: row.wrapped };
  }

  async addKey(unit: Unit, subject: string, key: WrappedKey): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('vault_subject')
      .values({ tenant: unit.tenant, subject, ...key })
      .onConflict((conflict) => conflict.columns(['tenant', 'subject']).doNothing())
      .execute();
  }

  async keysNotOf(
    unit: Unit,
    epoch: string,
    countMax: number,
  ): Promise<readonly (WrappedKey & { readonly subject: string })[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('vault_subject')
      .select(['subject', 'epoch', 'wrapped'])
      .where('tenant', '=', unit.tenant)
      .where('epoch', '!=', epoch)
      .orderBy('subject')
      .limit(countMax)
      .forUpdate()
      .execute();
    return rows.flatMap(({ subject, epoch: old, wrapped }) =>
      old === null || wrapped === null ? [] : [{ subject, epoch: old, wrapped }],
    );
  }

  async replaceKey(unit: Unit, subject: string, key: WrappedKey | 'erased'): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('vault_subject')
      .set(key === 'erased' ? { epoch: null, wrapped: null } : { ...key })
      .where('tenant', '=', unit.tenant)
      .where('subject', '=', subject)
      // What is erased stays erased, whoever still holds an old wrapping.
      .where('wrapped', 'is not', null)
      .execute();
  }

  async putCipher(
    unit: Unit,
    place: { readonly subject: string; readonly field: string },
    cipher: Uint8Array,
  ): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('vault_value')
      .values({ tenant: unit.tenant, subject: place.subject, field: place.field, cipher })
      .onConflict((conflict) =>
        conflict.columns(['tenant', 'subject', 'field']).doUpdateSet({ cipher }),
      )
      .execute();
  }

  async cipherOf(
    unit: Unit,
    place: { readonly subject: string; readonly field: string },
  ): Promise<Uint8Array | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('vault_value')
      .select('cipher')
      .where('tenant', '=', unit.tenant)
      .where('subject', '=', place.subject)
      .where('field', '=', place.field)
      .executeTakeFirst();
    return row?.cipher;
  }

  async addIndex(
    unit: Unit,
    place: { readonly subject: string; readonly field: string },
    blind: Uint8Array,
  ): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('vault_index')
      .values({ tenant: unit.tenant, field: place.field, blind, subject: place.subject })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async subjectsOf(unit: Unit, field: string, blind: Uint8Array): Promise<readonly string[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('vault_index')
      .select('subject')
      .where('tenant', '=', unit.tenant)
      .where('field', '=', field)
      .where('blind', '=', blind)
      .orderBy('subject')
      .execute();
    return rows.map((row) => row.subject);
  }

  async dropIndexes(unit: Unit, subject: string): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('vault_index')
      .where('tenant', '=', unit.tenant)
      .where('subject', '=', subject)
      .execute();
  }
}

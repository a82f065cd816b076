/**
 * The vault's look-up rows. A row says nothing by itself: its token is a keyed digest.
 */
import { sql } from 'kysely';
import { toHex } from '#base/bytes';
import type { Unit } from '#base/unit';
import type { IndexHit, IndexRow, IndexStore, StoredPlace } from '#business/vault';
import { buffers, rowsOf } from './vault-store.ts';

interface HitColumns {
  readonly epoch: string;
  readonly token: Uint8Array;
  readonly subject: string | null;
  readonly restricted: boolean | null;
}

export class PostgresVaultIndex implements IndexStore {
  async taken(
    unit: Unit,
    epoch: string,
    tokens: readonly Uint8Array[],
  ): Promise<readonly boolean[]> {
    const rows = await rowsOf<{ readonly token: Uint8Array }>(
      unit,
      sql`select token from vault_index where tenant = ${unit.tenant} and epoch = ${epoch}
            and token = any(${buffers(tokens)}::bytea[])`,
    );
    return among(rows, tokens);
  }

  async add(unit: Unit, epoch: string, rows: readonly IndexRow[]): Promise<readonly boolean[]> {
    if (rows.length === 0) return [];
    const tokens = rows.map(({ token }) => token);
    const added = await rowsOf<{ readonly token: Uint8Array }>(
      unit,
      sql`insert into vault_index (tenant, epoch, token, field, subject)
          select ${unit.tenant}, ${epoch}, token, field, subject
          from unnest(${buffers(tokens)}::bytea[], ${rows.map(({ field }) => field)}::text[],
            ${rows.map(({ subject }) => subject)}::text[]) as one (token, field, subject)
          on conflict do nothing returning token`,
    );
    return among(added, tokens);
  }

  async untie(unit: Unit, { subject, field }: StoredPlace): Promise<void> {
    await rowsOf(
      unit,
      sql`update vault_index set subject = null
          where tenant = ${unit.tenant} and subject = ${subject} and field = ${field}`,
    );
  }

  async hits(
    unit: Unit,
    asked: readonly { readonly epoch: string; readonly tokens: readonly Uint8Array[] }[],
  ): Promise<{ readonly newest: string | undefined; readonly hits: readonly IndexHit[] }> {
    const epochs = asked.flatMap(({ epoch, tokens }) => tokens.map(() => epoch));
    const tokens = buffers(asked.flatMap((one) => one.tokens));
    // One statement is one view of the rows: whoever is being moved is seen here or there.
    const rows = await rowsOf<HitColumns & { readonly newest: string | null }>(
      unit,
      sql`select known.newest, hit.* from
            (select max(epoch) as newest from vault_epoch where tenant = ${unit.tenant}) known
            left join lateral (
              select i.epoch, i.token, i.subject, s.restricted
              from unnest(${epochs}::text[], ${tokens}::bytea[]) as one (epoch, token)
              join vault_index i
                on i.tenant = ${unit.tenant} and i.epoch = one.epoch and i.token = one.token
              left join vault_subject s on s.tenant = ${unit.tenant} and s.subject = i.subject
            ) hit on true`,
    );
    const hits = rows.flatMap(({ epoch, token, subject, restricted }) =>
      token === null
        ? []
        : [{ epoch, token, subject: subject ?? undefined, restricted: restricted === true }],
    );
    return { newest: rows[0]?.newest ?? undefined, hits };
  }
}

function among(
  rows: readonly { readonly token: Uint8Array }[],
  tokens: readonly Uint8Array[],
): boolean[] {
  const found = new Set(rows.map(({ token }) => toHex(token)));
  return tokens.map((token) => found.has(toHex(token)));
}

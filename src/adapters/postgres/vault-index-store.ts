/**
 * The vault's look-up rows. A row says nothing by itself: its token is a keyed digest.
 */
import { sql } from 'kysely';
import type { Unit } from '#base/unit';
import type { IndexHit, IndexRow, IndexStore, StoredPlace } from '#business/vault';
import { buffers, rowsOf } from './vault-store.ts';

interface HitColumns {
  readonly epoch: string;
  readonly token: Uint8Array;
  readonly subject: string | null;
  readonly restricted: boolean | null;
}

interface Placed {
  readonly place: number;
}

export class PostgresVaultIndex implements IndexStore {
  async taken(
    unit: Unit,
    epoch: string,
    tokens: readonly Uint8Array[],
  ): Promise<readonly boolean[]> {
    // No join: with statistics of yesterday the planner may walk the whole table for one.
    const rows = await rowsOf<{ readonly token: Uint8Array }>(
      unit,
      sql`select token from vault_index where tenant = ${unit.tenant} and epoch = ${epoch}
            and token = any(${buffers(tokens)}::bytea[])`,
    );
    const found = new Set(buffers(rows.map(({ token }) => token)).map(spelled));
    return buffers(tokens).map((token) => found.has(spelled(token)));
  }

  async add(unit: Unit, epoch: string, rows: readonly IndexRow[]): Promise<readonly boolean[]> {
    if (rows.length === 0) return [];
    const tokens = rows.map(({ token }) => token);
    const fields = rows.map(({ field }) => field);
    const added = await rowsOf<Placed>(
      unit,
      sql`with one as materialized (
            select * from unnest(${buffers(tokens)}::bytea[], ${fields}::text[],
              ${rows.map(({ subject }) => subject)}::text[])
              with ordinality as one (token, field, subject, place)),
          added as (
            insert into vault_index (tenant, epoch, token, field, subject)
            select ${unit.tenant}, ${epoch}, token, field, subject from one order by place
            on conflict do nothing returning token)
          select one.place::int from one join added on added.token = one.token`,
    );
    return placedIn(added, rows.length);
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

/** For each of so many asked about, whether its place (from 1 on) is among the rows. */
function placedIn(rows: readonly Placed[], count: number): boolean[] {
  const found = Array.from({ length: count }, () => false);
  for (const { place } of rows) found[place - 1] = true;
  return found;
}

/** A text that two tokens share only if they are the same bytes. */
function spelled(token: Buffer): string {
  return token.toString('latin1');
}

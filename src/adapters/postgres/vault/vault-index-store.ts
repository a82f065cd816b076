/**
 * The vault's look-up rows. A row says nothing by itself: its token is a keyed digest.
 */
import { sql } from 'kysely';
import { concat } from '#base/bytes';
import type { Unit } from '#base/unit';
import {
  type IndexHit,
  type IndexRow,
  type IndexStore,
  type StoredPlace,
  tokenBytes,
} from '#business/vault';
import { bytesArray, intsArray, textsArray } from '../binary-array.ts';
import { rowsOf } from './vault-store.ts';

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
    // No join: with statistics of yesterday the planner may walk the whole table for one.
    const rows = await rowsOf<{ readonly token: Uint8Array }>(
      unit,
      sql`select token from vault_index where tenant = ${unit.tenant} and epoch = ${epoch}
            and token = any(${bytesArray(tokens)}::bytea[])`,
    );
    const found = new Set(rows.map(({ token }) => spelled(token)));
    return tokens.map((token) => found.has(spelled(token)));
  }

  async add(
    unit: Unit,
    epoch: string,
    rows: readonly IndexRow[],
  ): Promise<readonly (number | undefined)[]> {
    if (rows.length === 0) return [];
    if (rows.every(isDecided)) return this.#addDecided(unit, epoch, rows);
    const tokens = concat(...rows.map((row) => row.tokens));
    const owners = rows.flatMap((row, at) => ownerOf(row, at));
    // The question about each token stands in the select list: so it is one look by the index,
    // whatever the statistics of yesterday say. All units add in the order of tokens, so that two
    // of them wait for each other one way round only.
    const added = await rowsOf<{ readonly row: number; readonly chosen: number }>(
      unit,
      sql`with given as materialized (select ${tokens}::bytea as whole),
          ends as materialized (
            select row, min(place) as first, max(place) as final,
              max(place) filter (where taken) as last, min(place) filter (where taken) as least
            from (select row, place::int, (
                  select true from vault_index i
                  where i.tenant = ${unit.tenant} and i.epoch = ${epoch}
                    and i.token = substr((select whole from given), (place::int - 1) * 32 + 1, 32)
                ) is not null as taken
              from unnest(${intsArray(owners)}::int[]) with ordinality as o (row, place)) c
            group by row),
          chosen as materialized (
            select substr(whole, (place - 1) * 32 + 1, 32) as token, field, subject, row,
              place - first as chosen
            from (select ends.*, field, subject, follows,
                coalesce(last, first - 1) + 1 + gap as place
              from unnest(${textsArray(rows.map(({ field }) => field))}::text[],
                ${textsArray(rows.map(({ subject }) => subject))}::text[],
                ${intsArray(rows.map(({ gap }) => gap))}::int[],
                ${intsArray(rows.map(({ follows }) => Number(follows)))}::int[])
                with ordinality as one (field, subject, gap, follows, number)
              join ends on ends.row = one.number - 1) one, given
            where place <= final and (follows = 0 or least = first)),
          added as (
            insert into vault_index (tenant, epoch, token, field, subject)
            select ${unit.tenant}, ${epoch}, token, field, subject from chosen order by token
            on conflict do nothing returning token)
          select row, chosen from chosen where token in (select token from added)`,
    );
    const chosen = new Map(added.map((one) => [one.row, one.chosen]));
    return rows.map((_row, at) => chosen.get(at));
  }

  /** Rows that have one token to take or none. */
  async #addDecided(
    unit: Unit,
    epoch: string,
    rows: readonly IndexRow[],
  ): Promise<readonly (number | undefined)[]> {
    // Told are those that were not added: mostly nobody.
    const refused = await rowsOf<{ readonly place: number }>(
      unit,
      sql`with one as materialized (
            select * from unnest(${bytesArray(rows.map(({ tokens }) => tokens))}::bytea[],
              ${textsArray(rows.map(({ field }) => field))}::text[],
              ${textsArray(rows.map(({ subject }) => subject))}::text[])
              with ordinality as one (token, field, subject, place)),
          added as (
            insert into vault_index (tenant, epoch, token, field, subject)
            select ${unit.tenant}, ${epoch}, token, field, subject from one order by token
            on conflict do nothing returning token)
          select place::int from one where token not in (select token from added)`,
    );
    const missing = new Set(refused.map(({ place }) => place - 1));
    return rows.map((_row, at) => (missing.has(at) ? undefined : 0));
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
    const tokens = bytesArray(asked.flatMap((one) => one.tokens));
    // One statement is one view of the rows: whoever is being moved is seen here or there.
    const rows = await rowsOf<HitColumns & { readonly newest: string | null }>(
      unit,
      sql`select known.newest, hit.* from
            (select max(epoch) as newest from vault_epoch where tenant = ${unit.tenant}) known
            left join lateral (
              select i.epoch, i.token, i.subject, s.restricted
              from unnest(${textsArray(epochs)}::text[], ${tokens}::bytea[]) as one (epoch, token)
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

function isDecided({ tokens, gap, follows }: IndexRow): boolean {
  return tokens.length === tokenBytes && gap === 0 && !follows;
}

/** The row's number, once for each of its tokens. */
function ownerOf({ tokens }: IndexRow, at: number): readonly number[] {
  return Array.from({ length: tokens.length / tokenBytes }, () => at);
}

/** A text that two tokens share only if they are the same bytes. */
function spelled({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}

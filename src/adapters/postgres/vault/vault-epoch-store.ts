/**
 * The rows of an epoch change: who is of which epoch, and which epochs are still open.
 */
import { sql } from 'kysely';
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { EpochStore, WrappedKey } from '#business/vault';
import { bytesArray, textsArray } from '../binary-array.ts';
import { stateOf } from '../failure.ts';
import { rowsOf } from './vault-store.ts';

const foreignKeyViolation = '23503';
const sweptPages = 500; // some 20,000 index rows in one unit

export class PostgresVaultEpochs implements EpochStore {
  async newest(unit: Unit): Promise<{ epoch: string; at: Instant } | undefined> {
    const [row] = await rowsOf<{ readonly epoch: string; readonly opened_at: bigint }>(
      unit,
      sql`select epoch, opened_at from vault_epoch where tenant = ${unit.tenant}
          order by epoch desc limit 1`,
    );
    return row && { epoch: row.epoch, at: instantFromMs(Number(row.opened_at)) };
  }

  async open(unit: Unit, epoch: string, at: Instant): Promise<void> {
    await rowsOf(
      unit,
      sql`insert into vault_epoch (tenant, epoch, opened_at)
          select ${unit.tenant}, ${epoch}, ${BigInt(at)}
          where not exists (
            select 1 from vault_epoch where tenant = ${unit.tenant} and epoch >= ${epoch})
          on conflict do nothing`,
    );
  }

  async count(unit: Unit, epochs: readonly string[]): Promise<number> {
    const [row] = await rowsOf<{ readonly count: bigint }>(
      unit,
      sql`select count(*) as count from vault_subject
          where tenant = ${unit.tenant} and epoch = any(${[...epochs]})`,
    );
    return Number(row?.count ?? 0n);
  }

  subjectsOf(
    unit: Unit,
    asked: { epochs: readonly string[]; after: string; countMax: number },
  ): Promise<readonly (WrappedKey & { readonly subject: string })[]> {
    return rowsOf<WrappedKey & { readonly subject: string }>(
      unit,
      sql`select subject, epoch, wrapped from vault_subject
          where tenant = ${unit.tenant} and subject > ${asked.after}
            and epoch = any(${[...asked.epochs]})
          order by subject limit ${asked.countMax} for update skip locked`,
    );
  }

  async replaceKeys(
    unit: Unit,
    epoch: string,
    keys: readonly { readonly subject: string; readonly wrapped: Uint8Array }[],
  ): Promise<void> {
    await rowsOf(
      unit,
      sql`update vault_subject s set epoch = ${epoch}, wrapped = one.wrapped
          from unnest(${textsArray(keys.map(({ subject }) => subject))}::text[],
            ${bytesArray(keys.map(({ wrapped }) => wrapped))}::bytea[]) as one (subject, wrapped)
          where s.tenant = ${unit.tenant} and s.subject = one.subject
            and s.wrapped is not null`,
    );
  }

  async sweep(unit: Unit, epoch: string, from: number): Promise<number | undefined> {
    // Page by page: a search for the next old rows would walk over all it deleted before.
    const to = from + sweptPages;
    await rowsOf(
      unit,
      sql`delete from vault_index
          where tenant = ${unit.tenant} and epoch < ${epoch}
            and ctid >= ${`(${from},0)`}::tid and ctid < ${`(${to},0)`}::tid`,
    );
    const [row] = await rowsOf<{ readonly pages: number }>(
      unit,
      sql`select (pg_relation_size('vault_index') / current_setting('block_size')::int)::int
            as pages`,
    );
    return row !== undefined && to < row.pages ? to : undefined;
  }

  async close(unit: Unit, epochs: readonly string[]): Promise<readonly string[]> {
    try {
      const rows = await rowsOf<{ readonly epoch: string }>(
        unit,
        sql`delete from vault_epoch
            where tenant = ${unit.tenant} and epoch = any(${[...epochs]}) returning epoch`,
      );
      return rows.map(({ epoch }) => epoch).toSorted();
    } catch (cause) {
      if (stateOf(cause) !== foreignKeyViolation) throw cause;
      throw new Fault('vault.epoch_unfinished', {}, { cause, retryable: true });
    }
  }
}

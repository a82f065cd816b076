/**
 * The twin of one tenant's log, read in the transaction of a unit.
 */
import { sql } from 'kysely';
import { fromBase64 } from '#base/bytes';
import type { Unit } from '#base/unit';
import { parseEntry } from '#formats/entry';
import type { TwinHeads } from '#trust/evidence';
import { twinNoteNames } from '#trust/evidence';
import type { TwinLink, TwinStore } from '#trust/receipt';
import { txOf } from '../database.ts';

interface PairRow {
  readonly size: bigint;
  readonly text: string;
  readonly twinText: string;
}

/** A literal, so that the partial index of migration 17 is used. */
const linkType = sql.raw(`'log.twinned'`);

export class PostgresTwins implements TwinStore {
  async note(unit: Unit, size: number): Promise<string | undefined> {
    const { rows } = await sql<{ note: string }>`
      select twin_text || E'\n' || twin_line as note from log.checkpoint
      where tenant = ${unit.tenant} and size = ${size} and twin_line is not null`.execute(
      txOf(unit),
    );
    return rows[0]?.note;
  }

  async newestPair(unit: Unit): Promise<(TwinHeads & { readonly size: number }) | undefined> {
    const { rows } = await sql<PairRow>`
      select size, text, twin_text as "twinText" from log.checkpoint
      where tenant = ${unit.tenant} and twin_line is not null
      order by size desc limit 1`.execute(txOf(unit));
    const [row] = rows;
    return row && { ...row, size: Number(row.size) };
  }

  async link(unit: Unit, size: number, from = 0): Promise<TwinLink | undefined> {
    const { rows } = await sql<{ bytes: Uint8Array; index: bigint }>`
      select bytes, log_index as index from evidence_entry
      where tenant = ${unit.tenant} and type = ${linkType}
        and log_index >= ${from} and log_index < ${size}
      order by log_index desc limit 1`.execute(txOf(unit));
    const [row] = rows;
    if (row === undefined) return undefined;
    const index = Number(row.index);
    const { at, of } = parseEntry(row.bytes);
    const named = of.find(({ name }) => name === twinNoteNames.log)?.sha256 ?? '';
    const pair = await this.#named(unit, { sha256: fromBase64(named), from, sizeMax: index });
    return pair && { ...pair, index, at, bytes: row.bytes };
  }

  async linkWaits(unit: Unit): Promise<boolean> {
    const { rows } = await sql<{ waits: boolean }>`
      select exists (select from evidence_entry where tenant = ${unit.tenant}
        and type = ${linkType} and log_index is null) as waits`.execute(txOf(unit));
    return rows[0]?.waits === true;
  }

  /** The pair lies close below its link: the newest one was named. */
  async #named(
    unit: Unit,
    by: { readonly sha256: Uint8Array; readonly from: number; readonly sizeMax: number },
  ): Promise<TwinHeads | undefined> {
    const { rows } = await sql<PairRow>`
      select text, twin_text as "twinText" from log.checkpoint
      where tenant = ${unit.tenant} and twin_text is not null
        and size > ${by.from} and size <= ${by.sizeMax}
        and sha256(convert_to(text, 'UTF8')) = ${by.sha256}
      order by size desc limit 1`.execute(txOf(unit));
    const [row] = rows;
    return row && { text: row.text, twinText: row.twinText };
  }
}

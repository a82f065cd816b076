/**
 * The stored log of one tenant for an auditor: read only, without a lease, in one unit.
 *
 * It reads as the rooms' own role does: what row security would hide from them it cannot see.
 */
import { sql } from 'kysely';

import type { Unit } from '#base/unit';
import type { AuditedEntry, LogAudit, UnplacedEntry } from '#trust/evidence';
import { txOf } from '../database.ts';

interface EntryRow {
  readonly place: bigint | null;
  readonly caseId: string | null;
  readonly bytes: Uint8Array;
}

export class PostgresLogAudit implements LogAudit {
  readonly #unit: Unit;

  /** In a unit of a `snapshot` database everything read is of one moment. */
  constructor(unit: Unit) {
    this.#unit = unit;
  }

  async entries(start: number, countMax: number): Promise<readonly AuditedEntry[]> {
    const { rows } = await sql<EntryRow>`
      (select log_index as place, case_id as "caseId", bytes from evidence_entry
        where tenant = ${this.#unit.tenant} and log_index >= ${start}
        order by log_index limit ${countMax})
      union all
      (select log_index, null, bytes from log.loose_entry
        where tenant = ${this.#unit.tenant} and log_index >= ${start}
        order by log_index limit ${countMax})
      order by place limit ${countMax}`.execute(txOf(this.#unit));
    return rows.map(({ place, caseId, bytes }) => ({
      index: Number(place),
      caseId: caseId ?? undefined,
      bytes,
    }));
  }

  async unplaced(): Promise<readonly UnplacedEntry[]> {
    const { rows } = await sql<UnplacedEntry>`
      select case_id as "caseId", bytes from evidence_entry
      where tenant = ${this.#unit.tenant} and log_index is null order by arrival`.execute(
      txOf(this.#unit),
    );
    return rows;
  }

  async checkpoints(): ReturnType<LogAudit['checkpoints']> {
    const { rows } = await sql<{
      size: bigint;
      text: string;
      twin: string | null;
      lines: string | null;
    }>`
      select c.size, c.text, c.twin_text || E'\\n' || c.twin_line as twin,
        string_agg(s.text, '' order by s.is_log desc, s.by collate "C") as lines
      from log.checkpoint c left join log.signature s using (tenant, size)
      where c.tenant = ${this.#unit.tenant}
      group by c.size, c.text, c.twin_text, c.twin_line order by c.size`.execute(txOf(this.#unit));
    return rows.map(({ size, text, twin, lines }) => ({
      size: Number(size),
      text,
      signatures: lines ?? '',
      ...(twin !== null && { twin }),
    }));
  }
}

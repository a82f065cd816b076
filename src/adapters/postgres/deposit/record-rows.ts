/**
 * What the log and the rows say of one number: whose case it is, and how its right stands.
 */
import { sql } from 'kysely';
import type { Unit } from '#base/unit';
import type { Reference, ReferenceRows } from '#business/archive';
import type { RightEntry, RightRows } from '#business/lending';
import { parseEntry } from '#formats/entry';
import { txOf } from '../database.ts';

/** Reads the entries about rights, case by case, and finds the case of a number or an entry. */
export class PostgresRecordRows implements RightRows, ReferenceRows {
  async ofCases(
    unit: Unit,
    caseIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly RightEntry[]>> {
    const { rows } = await sql<{ case_id: string; hash: string; bytes: Uint8Array }>`
      select case_id, hash, bytes from evidence_entry
      where tenant = ${unit.tenant} and case_id = any(${[...caseIds]}) and type like 'right.%'
      order by case_id, seq`.execute(txOf(unit));
    const held = new Map<string, RightEntry[]>();
    for (const { case_id: caseId, hash, bytes } of rows) {
      const { type, seq, at } = parseEntry(bytes);
      held.set(caseId, [...(held.get(caseId) ?? []), { type, seq, hash, at }]);
    }
    return held;
  }

  async caseOf(unit: Unit, reference: Reference): Promise<string | undefined> {
    const { tenant } = unit;
    const { rows } = await ('entry' in reference
      ? sql<{ id: string }>`select case_id as id from evidence_entry
          where tenant = ${tenant} and hash = ${reference.entry}`
      : sql<{ id: string }>`select id from loan_case where tenant = ${tenant} and ${
          'number' in reference
            ? sql`preservation_number = ${reference.number}`
            : sql`contract_number = ${reference.contract}`
        }`
    ).execute(txOf(unit));
    return rows[0]?.id;
  }
}

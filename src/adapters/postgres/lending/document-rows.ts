/**
 * Documents of a case without their text, and which places for signatures are taken.
 */
import { sql } from 'kysely';
import { instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type { DocumentRows, ListedDocument } from '#business/desk';
import { txOf } from '../database.ts';

interface Columns {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly pages: number;
  readonly base_bytes: number;
  readonly base_sha256: string;
  readonly drafted_at: bigint;
  readonly read_at: bigint | null;
  readonly revision: number;
  /** `[field, revision | null]` of each place, in the order of the template. */
  readonly signatures: readonly (readonly [string, number | null])[] | null;
}

export class PostgresDocumentRows implements DocumentRows {
  async ofCase(unit: Unit, caseId: string): Promise<readonly ListedDocument[]> {
    const { tenant } = unit;
    // A seal is the revision after the one that it was prepared on: the key is a compare-and-swap.
    const { rows } = await sql<Columns>`
      select d.id, d.kind, d.title, d.pages, d.base_bytes, d.base_sha256, d.drafted_at, d.read_at,
        coalesce((select max(r.number) from revision r
          where r.tenant = ${tenant} and r.document = d.id::text), 0) as revision,
        (select json_agg(json_build_array(slot.value ->> 'field', t.prepared_on + 1)
            order by slot.ordinality)
          from jsonb_array_elements(d.slots) with ordinality slot
          left join ticket t on t.tenant = ${tenant} and t.document = d.id::text
            and t.field = slot.value ->> 'field' and t.standing = 'sealed') as signatures
      from document d where d.tenant = ${tenant} and d.case_id = ${caseId}
      order by d.drafted_at, d.id`.execute(txOf(unit));
    return rows.map(documentOf);
  }
}

function documentOf(row: Columns): ListedDocument {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    pages: row.pages,
    bytes: row.base_bytes,
    sha256: row.base_sha256,
    draftedAt: instantFromMs(Number(row.drafted_at)),
    readAt: row.read_at === null ? undefined : instantFromMs(Number(row.read_at)),
    revision: row.revision,
    signatures: (row.signatures ?? []).map(([field, revision]) => ({
      field,
      revision: revision ?? undefined,
    })),
  };
}

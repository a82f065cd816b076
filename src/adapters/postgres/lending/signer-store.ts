/**
 * Rows of the signer's room: tokens, hand-overs, photos and their parts, receipts, satisfaction.
 */
import { type Instant, instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type {
  AfterwardsStore,
  CaptureRow,
  CaptureStore,
  CaseToken,
  CaseTokenStore,
  Handover,
  HandoverStore,
} from '#business/signer';
import type { ObjectName } from '#business/tenancy';
import { txOf } from '../database.ts';
import { type ObjectColumns, objectColumns, objectName } from '../object-columns.ts';

interface CaptureColumns {
  id: string;
  case_id: string;
  subject: string;
  kind: string;
  bytes: number;
  opened_at: bigint;
  stored_at: bigint | null;
  place: ObjectColumns['place'] | null;
  object_sha256: string | null;
  object_bytes: number | null;
}

interface Tables {
  case_token: {
    tenant: string;
    sha256: Uint8Array;
    case_id: string;
    made_at: bigint;
    until: bigint;
  };
  handover: {
    tenant: string;
    case_id: string;
    sha256: Uint8Array;
    until: bigint;
    staff: string | null;
  };
  capture: CaptureColumns & { tenant: string };
  capture_chunk: { tenant: string; capture: string; number: number; sealed: Uint8Array };
  receipt: { tenant: string; case_id: string; secret_sha256: Uint8Array };
  satisfaction: { tenant: string; case_id: string; score: number; at: bigint };
  loan_case: { tenant: string; id: string; preservation_number: string };
}

class PostgresCaseTokens implements CaseTokenStore {
  async put(unit: Unit, { sha256, caseId, madeAt, until }: CaseToken): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('case_token')
      .values({
        tenant: unit.tenant,
        sha256,
        case_id: caseId,
        made_at: BigInt(madeAt),
        until: BigInt(until),
      })
      .onConflict((clash) =>
        clash.columns(['tenant', 'sha256']).doUpdateSet({ until: BigInt(until) }),
      )
      .execute();
  }

  async find(unit: Unit, sha256: Uint8Array): Promise<CaseToken | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('case_token')
      .selectAll()
      .where('sha256', '=', sha256)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { case_id: caseId, made_at: madeAt, until } = row;
    return { sha256: row.sha256, caseId, madeAt: instantOf(madeAt), until: instantOf(until) };
  }

  async sweep(unit: Unit, caseId: string, before: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('case_token')
      .where('case_id', '=', caseId)
      .where('until', '<', BigInt(before))
      .execute();
  }
}

class PostgresHandovers implements HandoverStore {
  async put(unit: Unit, { caseId, sha256, until, staff }: Handover): Promise<void> {
    const fresh = { sha256, until: BigInt(until), staff: staff ?? null };
    await txOf<Tables>(unit)
      .insertInto('handover')
      .values({ tenant: unit.tenant, case_id: caseId, ...fresh })
      .onConflict((clash) => clash.columns(['tenant', 'case_id']).doUpdateSet(fresh))
      .execute();
  }

  async take(unit: Unit, sha256: Uint8Array): Promise<Handover | undefined> {
    const row = await txOf<Tables>(unit)
      .deleteFrom('handover')
      .where('sha256', '=', sha256)
      .returning(['case_id', 'sha256', 'until', 'staff'])
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { case_id: caseId, until, staff } = row;
    return { caseId, sha256: row.sha256, until: instantOf(until), staff: staff ?? undefined };
  }
}

class PostgresCaptures implements CaptureStore {
  async add(unit: Unit, { id, caseId, subject, kind, bytes, openedAt }: CaptureRow): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('capture')
      .values({
        tenant: unit.tenant,
        id,
        case_id: caseId,
        subject,
        kind,
        bytes,
        opened_at: BigInt(openedAt),
        stored_at: null,
        place: null,
        object_sha256: null,
        object_bytes: null,
      })
      .execute();
  }

  async lock(unit: Unit, id: string): Promise<CaptureRow | undefined> {
    const rows = txOf<Tables>(unit).selectFrom('capture').selectAll().where('id', '=', id);
    const row = await rows.forUpdate().executeTakeFirst();
    return row && captureOf(row);
  }

  async ofCase(unit: Unit, caseId: string): Promise<readonly CaptureRow[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('capture')
      .selectAll()
      .where('case_id', '=', caseId)
      .orderBy('opened_at')
      .orderBy('id')
      .execute();
    return rows.map(captureOf);
  }

  async putChunk(
    unit: Unit,
    chunk: { capture: string; number: number; sealed: Uint8Array },
  ): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('capture_chunk')
      .values({ tenant: unit.tenant, ...chunk })
      .onConflict((clash) => clash.doNothing())
      .execute();
  }

  async chunkNumbers(unit: Unit, capture: string): Promise<readonly number[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('capture_chunk')
      .select('number')
      .where('capture', '=', capture)
      .orderBy('number')
      .execute();
    return rows.map(({ number }) => number);
  }

  async chunk(unit: Unit, capture: string, number: number): Promise<Uint8Array | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('capture_chunk')
      .select('sealed')
      .where('capture', '=', capture)
      .where('number', '=', number)
      .executeTakeFirst();
    return row?.sealed;
  }

  async store(
    unit: Unit,
    { id, at, object }: { id: string; at: Instant; object: ObjectName },
  ): Promise<void> {
    const tx = txOf<Tables>(unit);
    await tx
      .updateTable('capture')
      .set({ stored_at: BigInt(at), ...objectColumns(object) })
      .where('id', '=', id)
      .execute();
    await tx.deleteFrom('capture_chunk').where('capture', '=', id).execute();
  }
}

export class PostgresAfterwards implements AfterwardsStore {
  async keepReceipt(unit: Unit, caseId: string, secretSha256: Uint8Array): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('receipt')
      .values({ tenant: unit.tenant, case_id: caseId, secret_sha256: secretSha256 })
      .onConflict((clash) => clash.columns(['tenant', 'case_id']).doNothing())
      .execute();
  }

  async receiptOf(unit: Unit, preservationNumber: string) {
    const row = await txOf<Tables>(unit)
      .selectFrom('receipt')
      .innerJoin('loan_case', 'loan_case.id', 'receipt.case_id')
      .select(['case_id', 'secret_sha256'])
      .where('preservation_number', '=', preservationNumber)
      .executeTakeFirst();
    return row && { caseId: row.case_id, secretSha256: row.secret_sha256 };
  }

  async rate(
    unit: Unit,
    { caseId, score, at }: { caseId: string; score: number; at: Instant },
  ): Promise<void> {
    const said = { score, at: BigInt(at) };
    await txOf<Tables>(unit)
      .insertInto('satisfaction')
      .values({ tenant: unit.tenant, case_id: caseId, ...said })
      .onConflict((clash) => clash.columns(['tenant', 'case_id']).doUpdateSet(said))
      .execute();
  }
}

/** The stores of the signer's room, which are always wanted together. */
export function signerStores() {
  return {
    tokens: new PostgresCaseTokens(),
    handovers: new PostgresHandovers(),
    captures: new PostgresCaptures(),
    afterwards: new PostgresAfterwards(),
  };
}

function captureOf(row: CaptureColumns): CaptureRow {
  const { place, object_sha256, object_bytes } = row;
  const isStored = place !== null && object_sha256 !== null && object_bytes !== null;
  return {
    id: row.id,
    caseId: row.case_id,
    subject: row.subject,
    kind: row.kind,
    bytes: row.bytes,
    openedAt: instantOf(row.opened_at),
    storedAt: row.stored_at === null ? undefined : instantOf(row.stored_at),
    object: isStored ? objectName({ place, object_sha256, object_bytes }) : undefined,
  };
}

function instantOf(column: bigint): Instant {
  return instantFromMs(Number(column));
}

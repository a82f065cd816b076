/**
 * Rows of document revisions and of signing tickets. Nothing here can be read as it is.
 */
import { type RawBuilder, sql } from 'kysely';

import { type Instant, instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type { DocumentObjects } from '#business/tenancy';
import type {
  RevisionStore,
  StoredHead,
  StoredRevision,
  StoredTicket,
  TicketEnd,
  TicketPlace,
  TicketStanding,
  TicketStore,
  VoidReason,
} from '#trust/signing';
import { bytesArray, intsArray, textsArray } from '../binary-array.ts';
import { txOf } from '../database.ts';
import { type ObjectColumns, objectColumns, objectName } from '../object-columns.ts';

interface TicketRow {
  readonly id: string;
  readonly document: string;
  readonly field: string;
  readonly case_id: string;
  readonly subject: string;
  readonly standing: TicketStanding;
  readonly because: VoidReason | null;
  readonly prepared_on: number;
  readonly lease_until: bigint;
  readonly intended: string;
  readonly sealed: Uint8Array;
}

interface RevisionRow extends ObjectColumns {
  readonly document: string;
  readonly number: number;
  readonly subject: string;
  readonly bytes: number;
  readonly sha256: Uint8Array;
}

interface HeadRow extends RevisionRow {
  readonly base_bytes: number;
  readonly base_sha256: Uint8Array;
}

const revisionColumns = sql.raw(
  'r.document, r.number, r.subject, r.bytes, r.sha256, r.place, r.object_sha256, r.object_bytes',
);

export class PostgresRevisions implements RevisionStore {
  readonly #objects: DocumentObjects;

  constructor(parts: { objects: DocumentObjects }) {
    this.#objects = parts.objects;
  }

  async append(unit: Unit, revisions: readonly StoredRevision[]): Promise<readonly boolean[]> {
    // The objects first: a row that names one is never without it. Without the row it is an orphan.
    const objects = await Promise.all(
      revisions.map(({ sealed }) => this.#objects.put(unit, sealed)),
    );
    const named = objects.map(objectColumns);
    const of = <T>(column: (revision: StoredRevision) => T): T[] => revisions.map(column);
    // A concurrent unit with the same number makes this one wait; if it commits, this one is late.
    const { rows } = await sql<{ document: string; number: number }>`
      insert into revision (tenant, document, number, subject, bytes, sha256,
        place, object_sha256, object_bytes)
      select ${unit.tenant}, n.* from unnest(
        ${textsArray(of(({ document }) => document))}::text[],
        ${intsArray(of(({ number }) => number))}::integer[],
        ${textsArray(of(({ subject }) => subject))}::text[],
        ${intsArray(of(({ bytes }) => bytes))}::integer[],
        ${bytesArray(of(({ sha256 }) => sha256))}::bytea[],
        ${textsArray(named.map(({ place }) => place))}::text[],
        ${textsArray(named.map(({ object_sha256: sha256 }) => sha256))}::text[],
        ${intsArray(named.map(({ object_bytes: bytes }) => bytes))}::integer[])
        as n (document, number)
      order by n.document, n.number
      on conflict do nothing returning document, number`.execute(txOf(unit));
    const added = new Set(rows.map(({ document, number }) => `${number} ${document}`));
    return revisions.map(({ document, number }) => added.has(`${number} ${document}`));
  }

  async find(unit: Unit, document: string, number?: number): Promise<StoredRevision | undefined> {
    const which =
      number === undefined ? sql`order by r.number desc limit 1` : sql`and r.number = ${number}`;
    const { rows } = await sql<RevisionRow>`select ${revisionColumns} from revision r
      where r.tenant = ${unit.tenant} and r.document = ${document} ${which}`.execute(txOf(unit));
    const [row] = rows;
    if (row === undefined) return undefined;
    return { ...revisionOf(row), sealed: await this.#objects.get(unit, objectName(row)) };
  }

  async heads(unit: Unit, documents: readonly string[]): Promise<readonly StoredHead[]> {
    const { rows } = await sql<HeadRow>`
      select ${revisionColumns}, b.bytes as base_bytes, b.sha256 as base_sha256
      from unnest(${textsArray(documents)}::text[]) as d (document)
      cross join lateral (select * from revision n
        where n.tenant = ${unit.tenant} and n.document = d.document
        order by n.number desc limit 1) r
      join revision b
        on b.tenant = ${unit.tenant} and b.document = d.document and b.number = 0`.execute(
      txOf(unit),
    );
    return rows.map((row) => ({
      base: { bytes: row.base_bytes, sha256: row.base_sha256 },
      newest: revisionOf(row),
      sealed: () => this.#objects.get(unit, objectName(row)),
    }));
  }

  async newest(unit: Unit, document: string): Promise<number | undefined> {
    const { rows } = await sql<{ number: number | null }>`
      select max(number) as number from revision
      where tenant = ${unit.tenant} and document = ${document}`.execute(txOf(unit));
    return rows[0]?.number ?? undefined;
  }
}

const ticketColumns = sql.raw(
  't.id, t.document, t.field, t.case_id, t.subject, t.standing, t.because, ' +
    't.prepared_on, t.lease_until, t.intended, t.sealed',
);

export class PostgresTickets implements TicketStore {
  async add(unit: Unit, tickets: readonly StoredTicket[]): Promise<void> {
    const of = <T>(column: (ticket: StoredTicket) => T): T[] => tickets.map(column);
    await sql`
      insert into ticket (tenant, id, document, field, case_id, subject, standing, prepared_on,
        lease_until, intended, sealed)
      select ${unit.tenant}, n.id::uuid, n.document, n.field, n.case_id, n.subject, 'open',
        n.prepared_on, n.lease_until, n.intended, n.sealed
      from unnest(${textsArray(of(({ id }) => id))}::text[],
        ${textsArray(of(({ document }) => document))}::text[],
        ${textsArray(of(({ field }) => field))}::text[],
        ${textsArray(of(({ caseId }) => caseId))}::text[],
        ${textsArray(of(({ subject }) => subject))}::text[],
        ${intsArray(of(({ on }) => on))}::integer[],
        ${intsArray(of(({ leaseUntil }) => leaseUntil))}::bigint[],
        ${textsArray(of(({ intended }) => intended))}::text[],
        ${bytesArray(of(({ sealed }) => sealed))}::bytea[])
        as n (id, document, field, case_id, subject, prepared_on, lease_until, intended,
          sealed)`.execute(txOf(unit));
  }

  lock(unit: Unit, ids: readonly string[]): Promise<readonly StoredTicket[]> {
    return ticketsIn(
      unit,
      sql`and t.id = any (${textsArray(ids)}::text[]::uuid[]) order by t.id for update`,
    );
  }

  async end(unit: Unit, ids: readonly string[], end: TicketEnd): Promise<void> {
    const because = end.standing === 'void' ? end.because : null;
    await sql`update ticket set standing = ${end.standing}, because = ${because}
      where tenant = ${unit.tenant} and id = any (${textsArray(ids)}::text[]::uuid[])
        and standing = 'open'`.execute(txOf(unit));
  }

  openFor(unit: Unit, places: readonly TicketPlace[]): Promise<readonly StoredTicket[]> {
    return ticketsIn(
      unit,
      sql`and t.standing = 'open' and (t.document, t.field) in (
        select * from unnest(${textsArray(places.map(({ document }) => document))}::text[],
          ${textsArray(places.map(({ field }) => field))}::text[]))
        order by t.id for update of t`,
    );
  }

  openBefore(unit: Unit, at: Instant, countMax: number): Promise<readonly StoredTicket[]> {
    return ticketsIn(
      unit,
      sql`and t.standing = 'open' and t.lease_until < ${BigInt(at)}
        order by t.lease_until limit ${countMax} for update skip locked`,
    );
  }
}

async function ticketsIn(unit: Unit, which: RawBuilder<unknown>): Promise<readonly StoredTicket[]> {
  const { rows } = await sql<TicketRow>`select ${ticketColumns} from ticket t
    where t.tenant = ${unit.tenant} ${which}`.execute(txOf(unit));
  return rows.map(ticketOf);
}

function revisionOf({ document, number, subject, bytes, sha256 }: RevisionRow) {
  return { document, number, subject, bytes, sha256 };
}

function ticketOf(row: TicketRow): StoredTicket {
  const { id, document, field, subject, standing, intended, sealed } = row;
  return {
    id,
    document,
    field,
    subject,
    standing,
    intended,
    sealed,
    caseId: row.case_id,
    because: row.because ?? undefined,
    on: row.prepared_on,
    leaseUntil: instantFromMs(Number(row.lease_until)),
  };
}

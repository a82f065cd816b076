/**
 * Rows of document revisions and of signing tickets. Nothing here can be read as it is.
 */
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { DocumentObjects } from '#business/tenancy';
import type {
  RevisionStore,
  StoredRevision,
  StoredTicket,
  TicketEnd,
  TicketStanding,
  TicketStore,
  VoidReason,
} from '#trust/signing';
import { txOf } from './database.ts';
import { type ObjectColumns, objectColumns, objectName } from './object-columns.ts';

interface TicketRow {
  id: string;
  document: string;
  field: string;
  case_id: string;
  subject: string;
  standing: TicketStanding;
  because: VoidReason | null;
  prepared_on: number;
  lease_until: bigint;
  intended: string;
  sealed: Uint8Array;
}

interface Tables {
  revision: {
    tenant: string;
    document: string;
    number: number;
    subject: string;
    bytes: number;
    sha256: Uint8Array;
  } & ObjectColumns;
  ticket: TicketRow & { tenant: string };
}

export class PostgresRevisions implements RevisionStore {
  readonly #objects: DocumentObjects;

  constructor(parts: { objects: DocumentObjects }) {
    this.#objects = parts.objects;
  }

  async append(unit: Unit, { sealed, ...revision }: StoredRevision): Promise<void> {
    // The object first: a row that names it is never without it. Without the row it is an orphan.
    const object = await this.#objects.put(unit, sealed);
    // A concurrent unit with the same number makes this one wait; if it commits, this one is late.
    const done = await txOf<Tables>(unit)
      .insertInto('revision')
      .values({ tenant: unit.tenant, ...revision, ...objectColumns(object) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (done.numInsertedOrUpdatedRows !== 1n) {
      const { document, number } = revision;
      throw new Fault('signing.ticket_stale', { document, number });
    }
  }

  async find(unit: Unit, document: string, number?: number): Promise<StoredRevision | undefined> {
    const rows = txOf<Tables>(unit)
      .selectFrom('revision')
      .select(['document', 'number', 'subject', 'bytes', 'sha256'])
      .select(['place', 'object_sha256', 'object_bytes'])
      .where('tenant', '=', unit.tenant)
      .where('document', '=', document);
    const wanted =
      number === undefined
        ? rows.orderBy('number', 'desc').limit(1)
        : rows.where('number', '=', number);
    const row = await wanted.executeTakeFirst();
    if (row === undefined) return undefined;
    const { subject, bytes, sha256 } = row;
    const sealed = await this.#objects.get(unit, objectName(row));
    return { document, number: row.number, subject, bytes, sha256, sealed };
  }

  async newest(unit: Unit, document: string): Promise<number | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('revision')
      .select((of) => of.fn.max('number').as('number'))
      .where('tenant', '=', unit.tenant)
      .where('document', '=', document)
      .executeTakeFirst();
    return row?.number ?? undefined;
  }
}

export class PostgresTickets implements TicketStore {
  async add(unit: Unit, ticket: StoredTicket): Promise<void> {
    const { id, document, field, subject, standing, intended, sealed } = ticket;
    await txOf<Tables>(unit)
      .insertInto('ticket')
      .values({
        tenant: unit.tenant,
        id,
        document,
        field,
        subject,
        standing,
        intended,
        sealed,
        case_id: ticket.caseId,
        because: ticket.because ?? null,
        prepared_on: ticket.on,
        lease_until: BigInt(ticket.leaseUntil),
      })
      .execute();
  }

  async lock(unit: Unit, id: string): Promise<StoredTicket | undefined> {
    const row = await this.#tickets(unit).where('id', '=', id).forUpdate().executeTakeFirst();
    return row === undefined ? undefined : ticketOf(row);
  }

  async end(unit: Unit, id: string, end: TicketEnd): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('ticket')
      .set({ standing: end.standing, because: end.standing === 'void' ? end.because : null })
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .where('standing', '=', 'open')
      .execute();
  }

  async openFor(
    unit: Unit,
    place: { document: string; field: string },
  ): Promise<readonly StoredTicket[]> {
    const rows = await this.#tickets(unit)
      .where('document', '=', place.document)
      .where('field', '=', place.field)
      .where('standing', '=', 'open')
      .orderBy('id')
      .forUpdate()
      .execute();
    return rows.map(ticketOf);
  }

  async openBefore(unit: Unit, at: Instant, countMax: number): Promise<readonly StoredTicket[]> {
    const rows = await this.#tickets(unit)
      .where('standing', '=', 'open')
      .where('lease_until', '<', BigInt(at))
      .orderBy('lease_until')
      .limit(countMax)
      .forUpdate()
      .skipLocked()
      .execute();
    return rows.map(ticketOf);
  }

  #tickets(unit: Unit) {
    return txOf<Tables>(unit)
      .selectFrom('ticket')
      .select(['id', 'document', 'field', 'case_id', 'subject', 'standing', 'because'])
      .select(['prepared_on', 'lease_until', 'intended', 'sealed'])
      .where('tenant', '=', unit.tenant);
  }
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

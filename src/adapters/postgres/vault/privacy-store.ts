/**
 * Rows of requests, holds and retention runs, and cases as the privacy room sees them.
 */
import { sql } from 'kysely';

import { chinaDate, type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import { type CalendarDate, isCaseState, parseDate } from '#business/lending';
import {
  type CaseBook,
  type CaseFacts,
  type FaceBook,
  type Hold,
  holdAuthorities,
  type PrivacyStore,
  type RightsRequest,
  type RunRow,
  requestKinds,
  requestStandings,
} from '#business/privacy';
import { parseEntry } from '#formats/entry';
import { txOf } from '../database.ts';
import { rowsOf } from './vault-store.ts';

interface RequestColumns {
  tenant: string;
  id: string;
  case_id: string;
  kind: string;
  standing: string;
  made_by: string;
  received_at: bigint;
  due_on: string;
  answered_at: bigint | null;
}

interface HoldColumns {
  tenant: string;
  id: string;
  case_id: string;
  authority: string;
  placed_at: bigint;
  placed_by: string;
  lifted_at: bigint | null;
  lifted_by: string | null;
}

interface RunColumns {
  tenant: string;
  id: string;
  at: bigint;
  cursor: string;
  judged: number;
  erased: number;
  held: number;
  done: boolean;
}

interface Tables {
  rights_request: RequestColumns;
  legal_hold: HoldColumns;
  retention_run: RunColumns;
  loan_case: {
    id: string;
    subject: string;
    product: string;
    product_version: string;
    state: string;
    opened_at: bigint;
  };
  instalment: { case_id: string; paid_on: string | null };
  evidence_entry: { case_id: string; seq: number; type: string; bytes: Uint8Array };
  vault_subject: { subject: string; wrapped: Uint8Array | null; restricted: boolean };
}

const requestsOfCaseMax = 200;

export class PostgresPrivacy implements PrivacyStore {
  async putRequest(unit: Unit, request: RightsRequest): Promise<void> {
    const columns: RequestColumns = {
      tenant: unit.tenant,
      id: request.id,
      case_id: request.caseId,
      kind: request.kind,
      standing: request.standing,
      made_by: request.by,
      received_at: BigInt(request.receivedAt),
      due_on: request.dueOn,
      answered_at: msOf(request.answeredAt),
    };
    const { standing, answered_at } = columns;
    await txOf<Tables>(unit)
      .insertInto('rights_request')
      .values(columns)
      .onConflict((clash) => clash.columns(['tenant', 'id']).doUpdateSet({ standing, answered_at }))
      .execute();
  }

  async request(unit: Unit, id: string): Promise<RightsRequest | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('rights_request')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row === undefined ? undefined : requestOf(row);
  }

  async requests(
    unit: Unit,
    asked: { readonly caseId: string } | { readonly openMax: number },
  ): Promise<readonly RightsRequest[]> {
    const all = txOf<Tables>(unit).selectFrom('rights_request').selectAll();
    const chosen =
      'caseId' in asked
        ? all.where('case_id', '=', asked.caseId).orderBy('received_at').limit(requestsOfCaseMax)
        : all.where('standing', '=', 'open').orderBy('due_on').limit(asked.openMax);
    return (await chosen.orderBy('id').execute()).map(requestOf);
  }

  async putHold(unit: Unit, hold: Hold): Promise<void> {
    const columns: HoldColumns = {
      tenant: unit.tenant,
      id: hold.id,
      case_id: hold.caseId,
      authority: hold.authority,
      placed_at: BigInt(hold.placedAt),
      placed_by: hold.placedBy,
      lifted_at: msOf(hold.liftedAt),
      lifted_by: hold.liftedBy ?? null,
    };
    const { lifted_at, lifted_by } = columns;
    await txOf<Tables>(unit)
      .insertInto('legal_hold')
      .values(columns)
      .onConflict((clash) => clash.columns(['tenant', 'id']).doUpdateSet({ lifted_at, lifted_by }))
      .execute();
  }

  async hold(unit: Unit, id: string): Promise<Hold | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('legal_hold')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row === undefined ? undefined : holdOf(row);
  }

  async standingHolds(unit: Unit, caseId: string): Promise<readonly Hold[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('legal_hold')
      .selectAll()
      .where('case_id', '=', caseId)
      .where('lifted_at', 'is', null)
      .orderBy('placed_at')
      .execute();
    return rows.map(holdOf);
  }

  async putRun(unit: Unit, run: RunRow): Promise<void> {
    const { id, at, cursor, judged, erased, held, done } = run;
    const progress = { cursor, judged, erased, held, done };
    await txOf<Tables>(unit)
      .insertInto('retention_run')
      .values({ tenant: unit.tenant, id, at: BigInt(at), ...progress })
      .onConflict((clash) => clash.columns(['tenant', 'id']).doUpdateSet(progress))
      .execute();
  }

  async openRun(unit: Unit): Promise<RunRow | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('retention_run')
      .selectAll()
      .where('done', '=', false)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { id, at, cursor, judged, erased, held, done } = row;
    return { id, at: instantFromMs(Number(at)), cursor, judged, erased, held, done };
  }
}

/** What retention reads of a case, from the rows that other rooms keep. */
export class PostgresCaseBook implements CaseBook {
  async lock(unit: Unit, caseId: string): Promise<CaseFacts | undefined> {
    const tx = txOf<Tables>(unit);
    const row = await tx
      .selectFrom('loan_case')
      .select(['id', 'subject', 'product', 'product_version', 'state', 'opened_at'])
      .where('id', '=', caseId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { state } = row;
    if (!isCaseState(state)) throw new Fault('postgres.row_malformed', { state });
    const paid = await tx
      .selectFrom('instalment')
      .select(sql<string | null>`max(paid_on)`.as('last'))
      .where('case_id', '=', caseId)
      .executeTakeFirst();
    return {
      caseId: row.id,
      subject: row.subject,
      product: row.product,
      productVersion: row.product_version,
      state,
      openedOn: parseDate(chinaDate(instantFromMs(Number(row.opened_at)))),
      decidedOn: await this.#decidedOn(unit, caseId),
      endedOn: state === 'settled' ? await this.#endedOn(unit, caseId, paid?.last) : undefined,
      standing: await this.#standing(unit, row.subject),
    };
  }

  async page(unit: Unit, after: string, countMax: number): Promise<readonly string[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('loan_case')
      .select('id')
      .where('id', '>', after)
      // Erased persons are tombstones; a run has nothing left to do with them.
      .where(
        sql<boolean>`not exists (select 1 from vault_subject
          where vault_subject.tenant = loan_case.tenant
            and vault_subject.subject = loan_case.subject and wrapped is null)`,
      )
      .orderBy('id')
      .limit(countMax)
      .execute();
    return rows.map(({ id }) => id);
  }

  async portions(unit: Unit, subject: string): Promise<readonly string[]> {
    // A slash follows a dot: all names that begin with hers and a dot.
    const rows = await rowsOf<{ readonly subject: string }>(
      unit,
      sql`select subject from vault_subject
          where tenant = ${unit.tenant} and position('.' in subject) > 0
            and subject collate "C" > ${`${subject}.`} and subject collate "C" < ${`${subject}/`}
            and wrapped is not null
          order by subject collate "C"`,
    );
    return rows.map((row) => row.subject);
  }

  /** The entry's own time: the row of the loan says what was decided, not when. */
  #decidedOn(unit: Unit, caseId: string): Promise<CalendarDate | undefined> {
    return this.#dayOfLast(unit, caseId, ['risk.decided', 'decision.reviewed']);
  }

  /**
   * The day of the last repayment, and not before the house knew of it: a date that an operator
   * types in does not bring the day of erasure nearer.
   */
  async #endedOn(
    unit: Unit,
    caseId: string,
    paidOn: string | null | undefined,
  ): Promise<CalendarDate | undefined> {
    const told = await this.#dayOfLast(unit, caseId, ['repaid']);
    const days = [told, paidOn ? parseDate(paidOn) : undefined].filter((day) => day !== undefined);
    return days.toSorted().at(-1);
  }

  /** The day in China of the newest entry of one of these types. */
  async #dayOfLast(
    unit: Unit,
    caseId: string,
    types: readonly string[],
  ): Promise<CalendarDate | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('evidence_entry')
      .select('bytes')
      .where('case_id', '=', caseId)
      .where('type', 'in', types)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return parseDate(chinaDate(parseEntry(new Uint8Array(row.bytes)).at));
  }

  async #standing(unit: Unit, subject: string): Promise<CaseFacts['standing']> {
    const row = await txOf<Tables>(unit)
      .selectFrom('vault_subject')
      .select(['wrapped', 'restricted'])
      .where('subject', '=', subject)
      .executeTakeFirst();
    if (row === undefined) return 'open';
    if (row.wrapped === null) return 'erased';
    return row.restricted ? 'restricted' : 'open';
  }
}

function requestOf(row: RequestColumns): RightsRequest {
  return {
    id: row.id,
    caseId: row.case_id,
    kind: known(requestKinds, row.kind),
    standing: known(requestStandings, row.standing),
    by: row.made_by,
    receivedAt: instantFromMs(Number(row.received_at)),
    dueOn: row.due_on,
    answeredAt: instantOf(row.answered_at),
  };
}

function holdOf(row: HoldColumns): Hold {
  return {
    id: row.id,
    caseId: row.case_id,
    authority: known(holdAuthorities, row.authority),
    placedAt: instantFromMs(Number(row.placed_at)),
    placedBy: row.placed_by,
    liftedAt: instantOf(row.lifted_at),
    liftedBy: row.lifted_by ?? undefined,
  };
}

/** A word of a closed list, or a row that this program did not write. */
function known<Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) throw new Fault('postgres.row_malformed', { word: text });
  return word;
}

function msOf(instant: Instant | undefined): bigint | null {
  return instant === undefined ? null : BigInt(instant);
}

function instantOf(ms: bigint | null): Instant | undefined {
  return ms === null ? undefined : instantFromMs(Number(ms));
}

/** Whose faces are kept: photos by person, without those who were erased. */
export class PostgresFaceBook implements FaceBook {
  async persons(unit: Unit, { kinds, nth }: Parameters<FaceBook['persons']>[1]) {
    const [row] = await rowsOf<{ readonly count: number; readonly nth: bigint | null }>(
      unit,
      sql`with first as (
            select c.subject, min(c.stored_at) as at from capture c
            join vault_subject s on s.tenant = c.tenant and s.subject = c.subject
            where c.tenant = ${unit.tenant} and c.kind = any(${[...kinds]})
              and c.stored_at is not null and s.wrapped is not null
            group by c.subject)
          select (select count(*)::int from first) as count,
            (select at from first order by at offset ${nth - 1} limit 1) as nth`,
    );
    const at = row?.nth ?? null;
    return { count: row?.count ?? 0, nthAt: at === null ? undefined : instantFromMs(Number(at)) };
  }
}

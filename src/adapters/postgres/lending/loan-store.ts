/**
 * Rows of loans, their instalments and their jobs.
 */
import { sql } from 'kysely';
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { fen } from '#base/money';
import type { TenantId, Unit } from '#base/unit';
import type { Job, JobStore } from '#business/integration';
import {
  type InstalmentRow,
  type InstalmentStore,
  isCaseState,
  type JobQueue,
  type Loan,
  type LoanStore,
  parseDate,
} from '#business/lending';
import { txOf } from '../database.ts';
import { entranceOf } from './entrance-column.ts';

interface LoanColumns {
  tenant: TenantId;
  id: string;
  unit: string;
  application: string;
  preservation_number: string;
  product: string;
  product_version: string;
  state: string;
  subject: string;
  token_sha256: Uint8Array;
  opened_at: bigint;
  amount_fen: bigint | null;
  term_months: number | null;
  purpose: string | null;
  contract_number: string | null;
  disbursed_on: string | null;
  decision: string | null;
  entrance: string | null;
}

interface Tables {
  loan_case: LoanColumns;
  instalment: {
    tenant: string;
    case_id: string;
    number: number;
    due_on: string;
    principal_fen: bigint;
    interest_fen: bigint;
    penalty_fen: bigint;
    paid_on: string | null;
  };
  job: {
    tenant: string;
    case_id: string;
    kind: string;
    due_at: bigint;
    tries: number;
    waiting: string | null;
    done_at: bigint | null;
  };
}

export class PostgresLoans implements LoanStore {
  async add(unit: Unit, loan: Loan): Promise<void> {
    await txOf<Tables>(unit).insertInto('loan_case').values(columnsOf(unit, loan)).execute();
  }

  async lock(unit: Unit, id: string): Promise<Loan | undefined> {
    const row = await rowWith(unit, id).forUpdate().executeTakeFirst();
    return row === undefined ? undefined : loanOf(row);
  }

  async find(unit: Unit, id: string): Promise<Loan | undefined> {
    const row = await rowWith(unit, id).executeTakeFirst();
    return row === undefined ? undefined : loanOf(row);
  }

  async save(unit: Unit, loan: Loan): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('loan_case')
      .set(columnsOf(unit, loan))
      .where('id', '=', loan.id)
      .execute();
  }

  async byToken(unit: Unit, tokenSha256: Uint8Array): Promise<Loan | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('loan_case')
      .selectAll()
      .where('token_sha256', '=', tokenSha256)
      .executeTakeFirst();
    return row === undefined ? undefined : loanOf(row);
  }
}

function rowWith(unit: Unit, id: string) {
  return txOf<Tables>(unit).selectFrom('loan_case').selectAll().where('id', '=', id);
}

/** Every loan of the tenant as it stands, unlocked: for who compares rows with entries. */
export async function loansOf(unit: Unit): Promise<readonly Loan[]> {
  const rows = await txOf<Tables>(unit).selectFrom('loan_case').selectAll().orderBy('id').execute();
  return rows.map(loanOf);
}

/** Ids of every loan of the tenant. */
export async function loanIds(unit: Unit): Promise<readonly string[]> {
  return (await loansOf(unit)).map(({ id }) => id);
}

export class PostgresInstalments implements InstalmentStore {
  async plan(unit: Unit, caseId: string, rows: readonly InstalmentRow[]): Promise<void> {
    const values = rows.map((row) => ({
      tenant: unit.tenant,
      case_id: caseId,
      number: row.number,
      due_on: row.dueOn,
      principal_fen: row.principal,
      interest_fen: row.interest,
      penalty_fen: row.penalty,
      paid_on: row.paidOn ?? null,
    }));
    await txOf<Tables>(unit).insertInto('instalment').values(values).execute();
  }

  async ofCase(unit: Unit, caseId: string): Promise<readonly InstalmentRow[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('instalment')
      .selectAll()
      .where('case_id', '=', caseId)
      .orderBy('number')
      .execute();
    return rows.map((row) => ({
      number: row.number,
      dueOn: parseDate(row.due_on),
      principal: fen(row.principal_fen),
      interest: fen(row.interest_fen),
      penalty: fen(row.penalty_fen),
      paidOn: row.paid_on === null ? undefined : parseDate(row.paid_on),
    }));
  }

  async pay(unit: Unit, caseId: string, row: InstalmentRow): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('instalment')
      .set({ penalty_fen: row.penalty, paid_on: row.paidOn ?? null })
      .where('case_id', '=', caseId)
      .where('number', '=', row.number)
      .execute();
  }
}

export class PostgresJobs implements JobStore, JobQueue {
  /** Where a tenant is named when a job of its was added. */
  static readonly channel = 'fubie_job';

  async add(unit: Unit, job: { caseId: string; kind: string; dueAt: Instant }): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('job')
      .values({
        tenant: unit.tenant,
        case_id: job.caseId,
        kind: job.kind,
        due_at: BigInt(job.dueAt),
        tries: 0,
        waiting: null,
        done_at: null,
      })
      .onConflict((clash) => clash.columns(['tenant', 'case_id', 'kind']).doNothing())
      .execute();
    // Said when the unit commits, and only then.
    await sql`select pg_notify(${PostgresJobs.channel}, ${unit.tenant})`.execute(
      txOf<Tables>(unit),
    );
  }

  async take(unit: Unit, now: Instant, leaseUntil: Instant): Promise<Job | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('job')
      .selectAll()
      .where('done_at', 'is', null)
      .where('due_at', '<=', BigInt(now))
      .orderBy('due_at')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (row === undefined) return undefined;
    await this.#set(unit, row.case_id, row.kind)
      .set({
        due_at: BigInt(leaseUntil),
        tries: sql`tries + 1`,
      })
      .execute();
    return { caseId: row.case_id, kind: row.kind, tries: row.tries };
  }

  async done(unit: Unit, job: Job, at: Instant): Promise<void> {
    await this.#set(unit, job.caseId, job.kind)
      .set({ done_at: BigInt(at), waiting: null })
      .execute();
  }

  async later(unit: Unit, job: Job, wait: { dueAt: Instant; because: string }): Promise<void> {
    await this.#set(unit, job.caseId, job.kind)
      .set({ due_at: BigInt(wait.dueAt), waiting: wait.because })
      .execute();
  }

  #set(unit: Unit, caseId: string, kind: string) {
    return txOf<Tables>(unit)
      .updateTable('job')
      .where('case_id', '=', caseId)
      .where('kind', '=', kind);
  }
}

function columnsOf(unit: Unit, loan: Loan): LoanColumns {
  return {
    tenant: unit.tenant,
    id: loan.id,
    unit: loan.unit,
    application: loan.application,
    preservation_number: loan.preservationNumber,
    product: loan.product,
    product_version: loan.productVersion,
    state: loan.state,
    subject: loan.subject,
    token_sha256: loan.tokenSha256,
    opened_at: BigInt(loan.openedAt),
    amount_fen: loan.amount ?? null,
    term_months: loan.termMonths ?? null,
    purpose: loan.purpose ?? null,
    contract_number: loan.contractNumber ?? null,
    disbursed_on: loan.disbursedOn ?? null,
    decision: loan.decision ?? null,
    entrance: loan.entrance ?? null,
  };
}

function loanOf(row: LoanColumns): Loan {
  if (!isCaseState(row.state)) throw new Fault('postgres.row_malformed', { state: row.state });
  return {
    id: row.id,
    tenant: row.tenant,
    unit: row.unit,
    application: row.application,
    preservationNumber: row.preservation_number,
    product: row.product,
    productVersion: row.product_version,
    state: row.state,
    subject: row.subject,
    tokenSha256: row.token_sha256,
    openedAt: instantFromMs(Number(row.opened_at)),
    amount: row.amount_fen === null ? undefined : fen(row.amount_fen),
    termMonths: row.term_months ?? undefined,
    purpose: row.purpose ?? undefined,
    contractNumber: row.contract_number ?? undefined,
    disbursedOn: row.disbursed_on === null ? undefined : parseDate(row.disbursed_on),
    decision: row.decision ?? undefined,
    entrance: entranceOf(row.entrance),
  };
}

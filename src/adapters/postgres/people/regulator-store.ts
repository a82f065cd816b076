/**
 * Sums and contracts as supervisors see them: read only, and no column that names anybody.
 */
import { type ExpressionBuilder, type Selectable, sql } from 'kysely';

import { toHex } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { fen } from '#base/money';
import type { Unit } from '#base/unit';
import { type CaseState, isCaseState, parseDate } from '#business/lending';
import type {
  ContractRow,
  DebtSum,
  RegulatorRows,
  RevisionDigest,
  Span,
  StateSum,
} from '#business/regulator';
import { txOf } from '../database.ts';

interface CaseColumns {
  tenant: string;
  id: string;
  subject: string;
  contract_number: string | null;
  preservation_number: string;
  product: string;
  product_version: string;
  state: string;
  opened_at: bigint;
  disbursed_on: string | null;
  term_months: number | null;
  amount_fen: bigint | null;
}

interface Tables {
  loan_case: CaseColumns;
  instalment: {
    tenant: string;
    case_id: string;
    due_on: string;
    principal_fen: bigint;
    interest_fen: bigint;
    paid_on: string | null;
  };
  document: { tenant: string; id: string; case_id: string };
  revision: { tenant: string; document: string; number: number; bytes: number; sha256: Uint8Array };
}

type ListQuestion = Parameters<RegulatorRows['contracts']>[1];

/** What supervisors see of rows, within the unit's tenant. */
export class PostgresRegulatorRows implements RegulatorRows {
  async states(unit: Unit, opened: Span | undefined): Promise<readonly StateSum[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('loan_case')
      .select(['product', 'product_version', 'state'])
      .select(sql<bigint>`count(*)`.as('cases'))
      .select(sql<bigint>`coalesce(sum(amount_fen), 0)::bigint`.as('amount'))
      .where('tenant', '=', unit.tenant)
      .where((of) => openedIn(of, opened))
      .groupBy(['product', 'product_version', 'state'])
      .execute();
    return rows.map(({ product, product_version: version, state, cases, amount }) => {
      return { product, version, state: stateOf(state), cases: Number(cases), amount: fen(amount) };
    });
  }

  async debts(
    unit: Unit,
    of: { readonly today: string; readonly opened: Span | undefined },
  ): Promise<readonly DebtSum[]> {
    const late = sql`(principal_fen + interest_fen) filter (where due_on < ${of.today})`;
    const rows = await txOf<Tables>(unit)
      .selectFrom('loan_case')
      .innerJoin('instalment', (join) =>
        join
          .onRef('instalment.tenant', '=', 'loan_case.tenant')
          .onRef('instalment.case_id', '=', 'loan_case.id'),
      )
      .select(['product', 'product_version'])
      .select(sql<bigint>`sum(principal_fen)::bigint`.as('outstanding'))
      .select(sql<bigint>`coalesce(sum${late}, 0)::bigint`.as('overdue'))
      .where('loan_case.tenant', '=', unit.tenant)
      .where('paid_on', 'is', null)
      .where((from) => openedIn(from, of.opened))
      .groupBy(['product', 'product_version'])
      .execute();
    return rows.map(({ product, product_version: version, outstanding, overdue }) => {
      return { product, version, outstanding: fen(outstanding), overdue: fen(overdue) };
    });
  }

  async contracts(unit: Unit, question: ListQuestion): Promise<readonly ContractRow[]> {
    const { filter, after } = question;
    let query = contractsOf(unit).where((of) => openedIn(of, filter.opened));
    if (filter.product !== undefined) query = query.where('product', '=', filter.product);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    if (after !== undefined) {
      const place = sql`(${BigInt(after.openedAt)}, ${after.contractNumber})`;
      query = query.where(sql<boolean>`(opened_at, contract_number) < ${place}`);
    }
    const rows = await query
      .orderBy('opened_at', 'desc')
      .orderBy('contract_number', 'desc')
      .limit(question.countMax)
      .execute();
    return rows.map(contractOf);
  }

  async contract(unit: Unit, contractNumber: string): Promise<ContractRow | undefined> {
    const row = await contractsOf(unit)
      .where('contract_number', '=', contractNumber)
      .executeTakeFirst();
    return row === undefined ? undefined : contractOf(row);
  }

  async revisions(unit: Unit, caseId: string): Promise<readonly RevisionDigest[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('document')
      .innerJoin('revision', (join) =>
        join
          .onRef('revision.tenant', '=', 'document.tenant')
          // The shelf knows documents by text, for not all it keeps is a document of a case.
          .on(sql<boolean>`revision.document = document.id::text`),
      )
      .select(['revision.document', 'revision.number', 'revision.bytes', 'revision.sha256'])
      .where('document.tenant', '=', unit.tenant)
      .where('document.case_id', '=', caseId)
      .orderBy('revision.document')
      .orderBy('revision.number')
      .execute();
    return rows.map((row) => ({ ...row, sha256: toHex(row.sha256) }));
  }
}

function contractsOf(unit: Unit) {
  return txOf<Tables>(unit)
    .selectFrom('loan_case')
    .select([
      'id',
      'subject',
      'contract_number',
      'preservation_number',
      'product',
      'product_version',
      'state',
      'opened_at',
      'disbursed_on',
      'term_months',
      'amount_fen',
    ])
    .select(
      sql<bigint>`coalesce((select sum(principal_fen) from instalment
        where instalment.tenant = loan_case.tenant and case_id = loan_case.id
          and paid_on is null), 0)::bigint`.as('outstanding'),
    )
    .where('loan_case.tenant', '=', unit.tenant)
    .where('contract_number', 'is not', null);
}

function openedIn(of: ExpressionBuilder<Tables, 'loan_case'>, opened: Span | undefined) {
  if (opened === undefined) return sql<boolean>`true`;
  return of.and([
    of('opened_at', '>=', BigInt(opened.from)),
    of('opened_at', '<', BigInt(opened.before)),
  ]);
}

type FoundRow = Omit<Selectable<CaseColumns>, 'tenant'> & { readonly outstanding: bigint };

function contractOf(row: FoundRow): ContractRow {
  return {
    caseId: row.id,
    subject: row.subject,
    contractNumber: row.contract_number ?? '',
    preservationNumber: row.preservation_number,
    product: row.product,
    version: row.product_version,
    state: stateOf(row.state),
    openedAt: instantFromMs(Number(row.opened_at)),
    disbursedOn: row.disbursed_on === null ? undefined : parseDate(row.disbursed_on),
    termMonths: row.term_months ?? undefined,
    amount: row.amount_fen === null ? undefined : fen(row.amount_fen),
    outstanding: fen(row.outstanding),
  };
}

function stateOf(text: string): CaseState {
  if (!isCaseState(text)) throw new Fault('postgres.row_malformed', { state: text });
  return text;
}

/**
 * What the rows of one tenant claim of its log, table by table, in one unit.
 *
 * Each table says it in the words of its own columns; whether it is so is for fsck to find out.
 */
import { sql } from 'kysely';

import { fromHex, toBase64 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import { entriesDemanded, type Loan, rowOriginal } from '#business/lending';
import type { Engine } from '#formats/crypto';
import type { EntryType } from '#formats/entry';
import type { Opened, RowClaim, RowClaims, RowDemand } from '#trust/evidence';
import type { CipherPlace } from '#trust/signing';
import { txOf } from '../database.ts';
import { certificatePlace } from '../lending/contract-store.ts';
import { loansOf } from '../lending/loan-store.ts';
import { registerClaims } from './register-claims.ts';

/** Opens ciphertext that stands in a row of a person; the vault is one. */
export interface RowCipher {
  open(unit: Unit, place: CipherPlace, sealed: Uint8Array): Promise<Uint8Array>;
}

/** The plan that follows from the loan's committed values; undefined where it cannot be made. */
export type PlanOf = (loan: Loan) => readonly PlannedRow[] | undefined;

interface PlannedRow {
  readonly number: number;
  readonly dueOn: string;
  readonly principal: bigint;
  readonly interest: bigint;
}

const none = { least: 0, most: 0 } as const;
/** Entries of the type of a photo that are none: strokes, and where and with what it was taken. */
const besidePhotos = [{ kind: 'handwriting' }, { kind: 'place' }, { kind: 'device' }] as const;

interface DocumentRow {
  readonly id: string;
  readonly caseId: string;
  readonly kind: string;
  /** hex */
  readonly base: string;
  readonly read: boolean;
}

interface RevisionRow {
  readonly document: string;
  readonly number: number;
  /** A ticket was redeemed for it; a raise for the long term needs none. */
  readonly signed: boolean;
  readonly sha256: Uint8Array;
  readonly caseId: string;
}

interface ConsentRow {
  readonly caseId: string;
  readonly kind: string;
  readonly recipient: string;
  readonly version: string;
  readonly sha256: string;
  readonly method: string;
  readonly accepted: boolean;
  readonly withdrawn: boolean;
}

interface InstalmentColumns {
  readonly caseId: string;
  readonly number: number;
  readonly dueOn: string;
  readonly principal: bigint;
  readonly interest: bigint;
  readonly penalty: bigint;
  readonly paidOn: string | null;
}

export class PostgresRowClaims implements RowClaims {
  readonly #unit: Unit;
  readonly #engine: Engine;
  readonly #planOf: PlanOf;
  readonly #cipher: RowCipher | undefined;

  constructor(parts: {
    unit: Unit;
    engine: Engine;
    planOf: PlanOf;
    /** Without it columns that are ciphertext are not compared. */
    cipher?: RowCipher | undefined;
  }) {
    this.#unit = parts.unit;
    this.#engine = parts.engine;
    this.#planOf = parts.planOf;
    this.#cipher = parts.cipher;
  }

  async *claims(): AsyncIterable<RowClaim> {
    const loans = await loansOf(this.#unit);
    for (const loan of loans) yield* this.#loan(loan);
    yield* await this.#erased();
    yield* await this.#consents(loans);
    yield* await this.#documents(loans);
    yield* await this.#intents(loans);
    yield* await this.#signer(loans);
    yield* await this.#instalments(loans);
    yield* await this.#holds(loans);
    yield* await registerClaims(this.#unit, this.#engine);
  }

  async *#loan(loan: Loan): AsyncIterable<RowClaim> {
    const { name, bytes } = rowOriginal(loan);
    const sha256 = toBase64(await this.#engine.digest('sha256', bytes));
    const claim = (demand: RowDemand): RowClaim => ({
      table: 'loan_case',
      key: loan.id,
      caseId: loan.id,
      demand,
    });
    yield claim({ is: 'state', name, sha256 });
    for (const demanded of entriesDemanded(loan.state)) yield claim({ is: 'count', ...demanded });
  }

  /** A person whose key is gone was erased by an order that is an entry; nobody else was. */
  async #erased(): Promise<RowClaim[]> {
    const rows = await this.#rows<{ subject: string; caseId: string; gone: boolean }>(sql`
      select s.subject, l.id as "caseId", s.wrapped is null as gone
      from vault_subject s join loan_case l using (tenant, subject)
      where s.tenant = ${this.#unit.tenant} order by s.subject`);
    return rows.map(({ subject, caseId, gone }) => {
      const demand = { is: 'count', type: 'erased', ...(gone ? { least: 1 } : none) } as const;
      return { table: 'vault_subject', key: subject, caseId, demand };
    });
  }

  async #consents(loans: readonly Loan[]): Promise<RowClaim[]> {
    const rows = await this.#rows<ConsentRow>(sql`
      select case_id as "caseId", kind, recipient, version, sha256, method, accepted,
        withdrawn_at is not null as withdrawn
      from consent where tenant = ${this.#unit.tenant} order by case_id, kind, recipient`);
    const byCase = Map.groupBy(rows, ({ caseId }) => caseId);
    const covers = loans.map(({ id }): RowClaim => {
      const by = (byCase.get(id) ?? []).map(({ kind, recipient }) => ({ kind, recipient }));
      const demand = { is: 'covered', among: ['consent.signed'], by } as const;
      return { table: 'consent', key: id, caseId: id, demand };
    });
    return [...rows.map(consentClaim), ...covers];
  }

  async #documents(loans: readonly Loan[]): Promise<RowClaim[]> {
    const documents = await this.#rows<DocumentRow>(sql`
      select id, case_id as "caseId", kind, base_sha256 as base, read_at is not null as read
      from document where tenant = ${this.#unit.tenant} order by case_id, id`);
    const revisions = await this.#rows<RevisionRow>(sql`
      select r.document, r.number, r.sha256, d.case_id as "caseId",
        exists (select from ticket t where t.tenant = r.tenant and t.document = r.document
          and t.prepared_on = r.number - 1 and t.standing = 'sealed') as signed
      from revision r join document d on d.tenant = r.tenant and d.id::text = r.document
      where r.tenant = ${this.#unit.tenant} order by r.document, r.number`);
    return [
      ...documents.flatMap(documentClaims),
      ...totals(loans, documents, ['document', 'document.drafted']),
      ...totals(
        loans,
        documents.filter(({ read }) => read),
        ['document', 'reading.completed'],
      ),
      ...totals(
        loans,
        revisions.filter(({ number, signed }) => number > 0 && !signed),
        ['revision', 'document.raised'],
      ),
      ...revisions.map(({ document, number, signed, sha256, caseId }): RowClaim => {
        const later = signed ? 'seal.done' : 'document.raised';
        const type = number === 0 ? 'document.drafted' : later;
        const demand = { is: 'original', type, sha256: toBase64(sha256) } as const;
        return { table: 'revision', key: `${document} ${number}`, caseId, demand };
      }),
    ];
  }

  async #intents(loans: readonly Loan[]): Promise<RowClaim[]> {
    const intents = await this.#rows<{ id: string; caseId: string; entry: string }>(sql`
      select id, case_id as "caseId", entry from intent
      where tenant = ${this.#unit.tenant} and entry is not null order by id`);
    const certificates = await this.#rows<{
      id: string;
      caseId: string;
      entry: string;
      der: Uint8Array;
      subject: string | null;
    }>(sql`select c.intent as id, c.case_id as "caseId", c.entry, c.der, l.subject
      from event_certificate c left join loan_case l on l.tenant = c.tenant and l.id = c.case_id
      where c.tenant = ${this.#unit.tenant} order by c.intent`);
    const tickets = await this.#rows<{ id: string; caseId: string; entry: string }>(sql`
      select id, case_id as "caseId", intended as entry from ticket
      where tenant = ${this.#unit.tenant} order by id`);
    const claims: RowClaim[] = [
      ...intents.map((row) => stands('intent', row, 'intent.confirmed')),
      ...totals(loans, intents, ['intent', 'intent.confirmed']),
      ...totals(loans, certificates, ['event_certificate', 'certificate.issued']),
      ...tickets.map((row) => stands('ticket', row, 'seal.intended')),
    ];
    for (const row of certificates) {
      const first = stands('event_certificate', row, 'certificate.issued');
      claims.push(first);
      const sha256 = await this.#openedDigest(certificatePlace(row.id, row.subject ?? ''), row.der);
      if (sha256 === undefined) continue;
      const demand = { is: 'original', type: 'certificate.issued', sha256 } as const;
      claims.push({ ...first, demand });
    }
    return claims;
  }

  /** Of what the ciphertext holds; undefined where nobody can open it, '' where it is damaged. */
  async #openedDigest(place: CipherPlace, sealed: Uint8Array): Promise<string | undefined> {
    if (this.#cipher === undefined) return undefined;
    try {
      const plain = await this.#cipher.open(this.#unit, place, sealed);
      return toBase64(await this.#engine.digest('sha256', plain));
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.retryable) throw thrown;
      return thrown.code === 'vault.erased' ? undefined : '';
    }
  }

  /** The plan follows from the loan's committed values; what was paid, from the entries. */
  async #instalments(loans: readonly Loan[]): Promise<RowClaim[]> {
    const rows = await this.#rows<InstalmentColumns>(sql`
      select case_id as "caseId", number, due_on as "dueOn", principal_fen as principal,
        interest_fen as interest, penalty_fen as penalty, paid_on as "paidOn"
      from instalment where tenant = ${this.#unit.tenant} order by case_id, number`);
    const byCase = Map.groupBy(rows, ({ caseId }) => caseId);
    const plans = loans.flatMap((loan): RowClaim[] => {
      const found = (byCase.get(loan.id) ?? []).map(printed);
      const plan = loan.disbursedOn === undefined ? [] : this.#planOf(loan)?.map(printed);
      const count = Math.max(found.length, plan?.length ?? 0);
      return Array.from({ length: plan === undefined ? 0 : count }, (_, at) => ({
        table: 'instalment',
        key: `${loan.id} ${at + 1}`,
        caseId: loan.id,
        demand: {
          is: 'follows',
          committed: plan?.[at] ?? 'nothing',
          found: found[at] ?? 'nothing',
        },
      }));
    });
    const paid = rows.filter(({ paidOn }) => paidOn !== null);
    return [...plans, ...paid.map(paidClaim), ...totals(loans, paid, ['instalment', 'repaid'])];
  }

  /** A clause nobody confirmed lets a code be sent; a photo that vanished takes its proof along. */
  async #signer(loans: readonly Loan[]): Promise<RowClaim[]> {
    const clauses = await this.#rows<{ caseId: string }>(sql`
      select d.case_id as "caseId" from clause_confirmation c
      join document d on d.tenant = c.tenant and d.id = c.document
      where c.tenant = ${this.#unit.tenant}`);
    const photos = await this.#rows<{ caseId: string }>(sql`
      select case_id as "caseId" from capture
      where tenant = ${this.#unit.tenant} and stored_at is not null`);
    return [
      ...totals(loans, clauses, ['clause_confirmation', 'clause.confirmed']),
      ...totals(loans, photos, ['capture', 'capture.stored', besidePhotos]),
    ];
  }

  /** A hold that vanished would let what a court wants be erased. */
  async #holds(loans: readonly Loan[]): Promise<RowClaim[]> {
    const holds = await this.#rows<{ caseId: string; lifted: boolean }>(sql`
      select case_id as "caseId", lifted_at is not null as lifted from legal_hold
      where tenant = ${this.#unit.tenant}`);
    const lifted = holds.filter((hold) => hold.lifted);
    return [
      ...totals(loans, holds, ['legal_hold', 'hold.placed']),
      ...totals(loans, lifted, ['legal_hold', 'hold.lifted']),
    ];
  }

  async #rows<Row>(query: ReturnType<typeof sql<Row>>): Promise<readonly Row[]> {
    return (await query.execute(txOf(this.#unit))).rows;
  }
}

/** The newest word about a kind and a recipient counts, whether given or taken back. */
function consentClaim(row: ConsentRow): RowClaim {
  const { caseId, kind, recipient, version, method, accepted } = row;
  const said = { version, text: row.sha256 };
  const end = row.withdrawn
    ? ({ type: 'consent.withdrawn', values: said } as const)
    : ({
        type: 'consent.signed',
        values: { ...said, method, decision: accepted ? 'accepted' : 'refused' },
      } as const);
  return {
    table: 'consent',
    key: [caseId, kind, recipient].join(' ').trimEnd(),
    caseId,
    demand: {
      is: 'opened',
      among: ['consent.signed', 'consent.withdrawn'],
      by: { kind, recipient },
      // A row that holds and was taken back says two things at once.
      ends: row.withdrawn && accepted ? [] : [end],
    },
  };
}

function documentClaims({ id, caseId, kind, base, read }: DocumentRow): RowClaim[] {
  const at = { table: 'document', key: id, caseId } as const;
  const sha256 = toBase64(fromHex(base));
  const drafted = { ...at, demand: { is: 'original', type: 'document.drafted', sha256 } } as const;
  if (!read) return [drafted];
  const type = 'reading.completed';
  const ends = [{ type, values: { base } }] as const;
  return [
    drafted,
    { ...at, demand: { is: 'opened', among: [type], by: { document: kind }, ends } },
  ];
}

/** The row names the entry that was made with it. */
function stands(
  table: string,
  row: { readonly id: string; readonly caseId: string; readonly entry: string },
  type: EntryType,
): RowClaim {
  const { id: key, caseId, entry: hash } = row;
  return { table, key, caseId, demand: { is: 'entry', type, hash } };
}

/** One entry for each row of a case, no more: a row taken away leaves its entry behind. */
function totals(
  loans: readonly Loan[],
  rows: readonly { readonly caseId: string }[],
  [table, type, apart = []]: readonly [string, EntryType, (readonly Opened[])?],
): RowClaim[] {
  const counts = Map.groupBy(rows, ({ caseId }) => caseId);
  return loans.map(({ id }) => {
    const count = counts.get(id)?.length ?? 0;
    const demand = { is: 'count', type, least: count, most: count, apart } as const;
    return { table, key: id, caseId: id, demand };
  });
}

function printed(row: PlannedRow): string {
  return `${row.number}: ${row.dueOn} ${row.principal} + ${row.interest}`;
}

function paidClaim({ caseId, number, penalty, paidOn }: InstalmentColumns): RowClaim {
  const type = 'repaid';
  const values = { paidOn, penaltyFen: String(penalty) };
  const demand = {
    is: 'opened',
    among: [type],
    by: { number },
    ends: [{ type, values }],
  } as const;
  return { table: 'instalment', key: `${caseId} ${number}`, caseId, demand };
}

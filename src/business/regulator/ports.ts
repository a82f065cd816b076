/**
 * What a supervisor's look leans on, with the promises: sums and rows that name nobody, the vault
 * for masks, the log for proofs.
 */
import type { Instant } from '#base/clock';
import type { Fen } from '#base/money';
import type { Unit } from '#base/unit';
import type { CalendarDate, CaseState } from '#business/lending';

/** A span of time in which cases were opened: at or after, and before. */
export interface Span {
  readonly from: Instant;
  readonly before: Instant;
}

/** All cases of one version of a product that stand in one state, added up by the database. */
export interface StateSum {
  readonly product: string;
  readonly version: string;
  readonly state: CaseState;
  readonly cases: number;
  /** What was applied for, in fen; cases without an application add nothing. */
  readonly amount: Fen;
}

/** What is still owed on one version of a product. */
export interface DebtSum {
  readonly product: string;
  readonly version: string;
  /** Principal of all instalments not yet paid, in fen. */
  readonly outstanding: Fen;
  /** Principal and interest of those that were due before the day asked for, in fen. */
  readonly overdue: Fen;
}

/** A contract as a supervisor's list shows it: numbers, dates, amounts, and nobody's name. */
export interface ContractRow {
  readonly caseId: string;
  readonly subject: string;
  readonly contractNumber: string;
  readonly preservationNumber: string;
  readonly product: string;
  readonly version: string;
  readonly state: CaseState;
  readonly openedAt: Instant;
  readonly disbursedOn: CalendarDate | undefined;
  readonly termMonths: number | undefined;
  readonly amount: Fen | undefined;
  /** Principal of instalments not yet paid; nought before anything was paid out. */
  readonly outstanding: Fen;
}

/** Where a page of contracts ends; the next one begins after it. */
export interface ContractCursor {
  readonly openedAt: Instant;
  readonly contractNumber: string;
}

/** Which contracts a supervisor asks for. */
export interface ContractFilter {
  readonly product?: string | undefined;
  readonly state?: CaseState | undefined;
  readonly opened?: Span | undefined;
}

/** A revision of a document by its digest, hex; the file itself stays closed. */
export interface RevisionDigest {
  readonly document: string;
  readonly number: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Rows of one tenant, read only, and no personal column among them. */
export interface RegulatorRows {
  states(unit: Unit, opened: Span | undefined): Promise<readonly StateSum[]>;
  debts(
    unit: Unit,
    of: { readonly today: string; readonly opened: Span | undefined },
  ): Promise<readonly DebtSum[]>;
  /** Newest first, after the cursor, at most `countMax`. */
  contracts(
    unit: Unit,
    question: {
      readonly filter: ContractFilter;
      readonly after: ContractCursor | undefined;
      readonly countMax: number;
    },
  ): Promise<readonly ContractRow[]>;
  contract(unit: Unit, contractNumber: string): Promise<ContractRow | undefined>;
  /** All revisions of the documents of a case, by document and number. */
  revisions(unit: Unit, caseId: string): Promise<readonly RevisionDigest[]>;
}

/** The vault as a supervisor's look uses it. */
export interface Parties {
  /** The values there are of these fields; refuses with vault.erased or vault.restricted. */
  valuesOf(
    unit: Unit,
    subject: string,
    fields: readonly string[],
  ): Promise<Readonly<Record<string, string>>>;
  /** From here on this unit opens restricted persons, for a lawful question (PIPL 47). */
  openForLaw(unit: Unit): void;
}

/**
 * What the lending room asks of others, with their promises.
 */
import type { Json } from '#base/canonical';
import type { Instant } from '#base/clock';
import type { Fen } from '#base/money';
import type { TenantId, Unit } from '#base/unit';
import type { CatalogProduct } from '#business/catalog';
import type { Lender } from '#business/tenancy';
import type { Attestation } from '#formats/entry';
import type { SealFigure } from '#formats/pdf';
import type { Intention } from '#trust/signing';
import type { CaseState } from './case.ts';
import type { CalendarDate } from './days.ts';
import type { Entrance } from './entrance.ts';
import type { Applicant } from './terms.ts';

/** One loan, from first contact on. Personal values stand in the vault under `subject`. */
export interface Loan {
  /** Who lends: the tenant whose row it is. */
  readonly tenant: TenantId;
  readonly id: string;
  /** The unit (网点) it belongs to, by its code in the tenant's tree. */
  readonly unit: string;
  readonly application: string;
  readonly preservationNumber: string;
  readonly product: string;
  readonly productVersion: string;
  readonly state: CaseState;
  readonly subject: string;
  readonly tokenSha256: Uint8Array;
  readonly openedAt: Instant;
  readonly amount: Fen | undefined;
  readonly termMonths: number | undefined;
  readonly purpose: string | undefined;
  readonly contractNumber: string | undefined;
  readonly disbursedOn: CalendarDate | undefined;
  readonly decision: string | undefined;
  /** Undefined in a case that is older than the question. */
  readonly entrance?: Entrance | undefined;
}

export interface LoanStore {
  add(unit: Unit, loan: Loan): Promise<void>;
  /** Locks the row until the unit ends: the moves of one case happen one after another. */
  lock(unit: Unit, id: string): Promise<Loan | undefined>;
  /** As it stands, unlocked: for who only looks. */
  find(unit: Unit, id: string): Promise<Loan | undefined>;
  save(unit: Unit, loan: Loan): Promise<void>;
  byToken(unit: Unit, tokenSha256: Uint8Array): Promise<Loan | undefined>;
}

/** The tenant's units as a new case needs them. */
export interface Outlets {
  isOpen(unit: Unit, code: string): Promise<boolean>;
}

export interface InstalmentRow {
  readonly number: number;
  readonly dueOn: CalendarDate;
  readonly principal: Fen;
  readonly interest: Fen;
  readonly penalty: Fen;
  readonly paidOn: CalendarDate | undefined;
}

export interface InstalmentStore {
  plan(unit: Unit, caseId: string, rows: readonly InstalmentRow[]): Promise<void>;
  ofCase(unit: Unit, caseId: string): Promise<readonly InstalmentRow[]>;
  pay(unit: Unit, caseId: string, row: InstalmentRow): Promise<void>;
}

/** A lending product as the catalogue has it in force on a day. */
export type LoanProduct = CatalogProduct;

export interface ProductShelf {
  /** Undefined when no version of the product is in force at that time. */
  product(id: string, at: Instant): LoanProduct | undefined;
  /** The product as it was when the case was opened, whatever is in force now. */
  version(id: string, version: string): LoanProduct | undefined;
}

type FourElements = Pick<Applicant, 'name' | 'idNumber' | 'card' | 'phone'>;

/** The four-element check: a signed statement about salted commitments, never the values. */
export interface IdentityChecker {
  /** The same request with the same question gets the first answer again. */
  check(question: { request: string; person: FourElements; salts: FourElements }): Promise<{
    result: 'match' | 'mismatch';
    attestation: Attestation;
  }>;
}

/** The credit bureau. It is asked only with the digest of a signed authorisation. */
export interface CreditBureau {
  query(question: {
    request: string;
    /** SHA-256 of the signed authorisation, standard base64. */
    authorisation: string;
    name: string;
    idNumber: string;
    salts: { name: string; idNumber: string; report: string };
  }): Promise<{
    report: { known: boolean; score: number; defaults: number };
    reportText: string;
    attestation: Attestation;
  }>;
}

/** The core banking system. Every order carries an id; the same id is executed once. */
export interface CoreBanking {
  checkPassword(question: {
    order: string;
    card: string;
    password: string;
    salts: { card: string };
  }): Promise<{ accepted: boolean; attestation: Attestation }>;
  disburse(order: {
    order: string;
    /** SHA-256 of the fully signed contract, standard base64. */
    contract: string;
    amount: Fen;
    card: string;
    salts: { card: string; amountFen: string };
  }): Promise<{ attestation: Attestation }>;
  repay(order: {
    order: string;
    disbursement: string;
    number: number;
    amount: Fen;
    paidOn: CalendarDate;
    salts: { amountFen: string; paidOn: string };
  }): Promise<{ attestation: Attestation }>;
}

/** What the tenancy says of who lends: by whom, which products, whether there is room for more. */
export interface LendingTenancy {
  lenderOf(tenant: TenantId): Promise<Lender>;
  /**
   * Refuses with tenancy.not_a_lender, tenancy.product_not_offered, or with
   * tenancy.quota_exceeded when it is enough.
   */
  admit(unit: Unit, product: string): Promise<void>;
  /** One more contract was concluded, and is counted with that fact. */
  concluded(unit: Unit): Promise<void>;
  /** One more message was sent to a telephone. */
  messageSent(unit: Unit): Promise<void>;
  /** Where the institution's own pages are: `https://bank.example`. */
  pagesOf(tenant: TenantId): Promise<string>;
}

/** Keeps the digest of the secret half by which whoever holds the paper looks a case up. */
export interface ReceiptKeeper {
  /** The first one of a case stands. */
  keepReceipt(unit: Unit, caseId: string, secretSha256: Uint8Array): Promise<void>;
}

/** One seal of the lender's: its key lives in the key store and signs tickets only. */
export interface ChosenSeal {
  /** DER of the seal's certificate. */
  readonly certificate: Uint8Array;
  /** The institution's name, and the kind such as 合同专用章. */
  readonly words: { readonly organisation: string; readonly kind: string };
  readonly figure: SealFigure;
  /** DER signature over the ticket's attributes. The same ticket gets the same signature. */
  sign(ticket: Json, order: { kind: string; intention: Intention }): Promise<Uint8Array>;
}

/** The lender's seals. */
export interface LenderSeal {
  /** The one that is put on documents of this kind now; refuses where none may be. */
  chosen(tenant: TenantId, kind: string): Promise<ChosenSeal>;
}

/** Work to be done after commit, once per case and kind. */
export interface JobQueue {
  add(unit: Unit, job: { caseId: string; kind: string; dueAt: Instant }): Promise<void>;
}

/** Where personal values are kept; both answers and questions are plain text. */
export interface PersonalValues {
  put(unit: Unit, place: { subject: string; field: string }, value: string): Promise<void>;
  get(unit: Unit, place: { subject: string; field: string }): Promise<string | undefined>;
}

/**
 * What the HTTP door opens onto: the desks of the house that its own routes ask.
 */
import type { Json } from '#base/canonical';
import type { Clock } from '#base/clock';
import type { Commit, TenantId, Unit, Units } from '#base/unit';
import type { Caller, Permission } from '#business/access';
import type { CaseSlots, Dossier, Reference, Trace } from '#business/archive';
import type { Consents } from '#business/consent';
import type { ContractDesk, IntentDesk } from '#business/contract';
import type {
  Assessment,
  Conclusion,
  Disbursement,
  LoanFile,
  LoanProduct,
  Reception,
  SigningDesk,
} from '#business/lending';
import type { Afterwards, Captures, Handwriting, Progress, Visits } from '#business/signer';
import type { Pages } from './pages.ts';

/** What the signer's page asks for. */
export interface SignerDesk {
  readonly visits: Visits;
  readonly captures: Captures;
  readonly progress: Progress;
  readonly handwriting: Pick<Handwriting, 'keep'>;
  readonly afterwards: Afterwards;
  /** The newest checkpoint that a quorum of witnesses has signed. */
  checkpoint(unit: Unit): Promise<{ size: number; note: string; level: string } | undefined>;
  packageOf(unit: Unit, caseId: string): Promise<{ sha256: string; bytes: number } | undefined>;
  /** The products that the institution offers today. */
  offered(tenant: TenantId): Promise<readonly LoanProduct[]>;
  /** A sample contract, marked as one. */
  rehearsal(): Promise<Uint8Array>;
  /** SPKI of the authority whose receipts and certificates count. */
  authority(): Promise<Uint8Array>;
  /** The public trust folder as this institution's readers need it: bytes by path. */
  trust(tenant: TenantId): Promise<ReadonlyMap<string, Uint8Array>>;
}

export interface Desks {
  readonly signer: SignerDesk;
  readonly units: Units;
  readonly clock: Clock;
  readonly consents: Consents;
  readonly contracts: ContractDesk;
  readonly intents: IntentDesk;
  readonly file: LoanFile;
  readonly reception: Reception;
  readonly assessment: Assessment;
  readonly conclusion: Conclusion;
  readonly disbursement: Disbursement;
  readonly signing: SigningDesk;
  readonly archive: Archive;
  readonly cases: CaseAccess;
  /** What is configured, simulated, alarming: shown to operators and to `doctor`. */
  readonly status: (tenant: TenantId) => Promise<Json>;
  readonly pages: Pick<Pages, 'build'>;
}

/** Says whether a member of staff or a machine may have to do with one case. */
export interface CaseAccess {
  /** Refuses a case out of the caller's reach; a borrower never gets here. */
  require(
    asked: { readonly tenant: TenantId; readonly caller: Caller },
    caseId: string,
    permission?: Permission,
  ): Promise<void>;
  /** Is `purpose` one for which this caller may have a restricted person's record opened? */
  isLegal(asked: { readonly caller: Caller }, purpose: string | undefined): boolean;
  /** In the unit of the act; access.duties_apart when he did another step of this case. */
  acted(
    asked: { readonly tenant: TenantId; readonly caller: Caller },
    done: { readonly caseId: string; readonly act: string },
  ): Commit<void>;
}

/** A case of a tenant, and for whom it is opened. */
export interface Wanted {
  readonly tenant: TenantId;
  readonly caseId: string;
  readonly lawful: Lawful | undefined;
}

/** For whom a restricted person's record is opened: for herself, or because the law asks. */
export type Lawful = 'subject' | 'legal';

/**
 * Reads what happened in a case, and makes its evidence package. Without `lawful` a restricted
 * person's record stays closed: vault.restricted.
 */
export interface Archive {
  timeline(of: Wanted): Promise<Json>;
  /** Builds the package, or answers the one already built for this state of the case. */
  build(of: Wanted): Promise<{ package: string; sha256: string; bytes: number }>;
  /** Closes the chain of a case for good, or lists every link that is missing. */
  close(of: Wanted): Promise<{ seq: number; hash: string }>;
  /** The steps of one or more cases in the order in which they happened, with their proofs. */
  trace(of: {
    readonly tenant: TenantId;
    readonly caseIds: readonly string[];
    readonly lawful: Lawful | undefined;
  }): Promise<Trace>;
  /** Everything that the number of a case stands for. */
  dossier(of: Wanted): Promise<Dossier>;
  /** One more thing that the chain must hold; only ever added. */
  addSlot: CaseSlots['add'];
  /** Says why a slot stays empty. */
  explain: CaseSlots['explain'];
  caseOfReference(tenant: TenantId, reference: Reference): Promise<string | undefined>;
  /** Whose package it is, without opening it; undefined when there is none. */
  caseOf(tenant: TenantId, packageId: string): Promise<string | undefined>;
  read(of: Omit<Wanted, 'caseId'> & { readonly package: string }): Promise<Uint8Array>;
  /** A document of hers, which she may read however restricted its processing is. */
  revision: SigningDesk['revision'];
}

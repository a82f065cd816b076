/**
 * What the privacy room asks of others, with their promises.
 */
import type { Json } from '#base/canonical';
import type { Instant } from '#base/clock';
import type { TenantId, Unit } from '#base/unit';
import type { LawOfDay, Minimisation } from '#business/catalog';
import type { CaseFacts } from './case-facts.ts';

/** The vault as this room uses it. */
export interface PersonalRecords {
  /** All values there are of a subject, or those of the fields named. */
  getAll(
    unit: Unit,
    subject: string,
    fields?: readonly string[],
  ): Promise<Readonly<Record<string, Uint8Array>>>;
  putAll(unit: Unit, subject: string, values: Readonly<Record<string, Uint8Array>>): Promise<void>;
  /** Destroys her key. A restricted person only goes under a lawful purpose. */
  erase(unit: Unit, subject: string): Promise<void>;
  restrict(unit: Unit, subject: string): Promise<void>;
  /** From here on the unit opens restricted persons for this purpose (PIPL 47). */
  under(unit: Unit, purpose: 'legal' | 'subject'): void;
}

/**
 * Asks for a new epoch, so that no copy of what was erased opens. The wish is durable with the
 * erasure; the worker that turns epochs comes to it at once, and weekly without one.
 */
export interface EpochWishes {
  order(unit: Unit): Promise<void>;
}

/** Cases as retention sees them. */
export interface CaseBook {
  /** Locks the case until the unit ends: nobody places a hold while she is being erased. */
  lock(unit: Unit, caseId: string): Promise<CaseFacts | undefined>;
  /** Ids after `after` in their order, whose person is not erased. */
  page(unit: Unit, after: string, countMax: number): Promise<readonly string[]>;
  /** Living portions of a subject's record: what has a key of its own (see `portionOf`). */
  portions(unit: Unit, subject: string): Promise<readonly string[]>;
}

/** The catalogue: the law of a day, and what a product may collect. */
export interface PrivacyShelf {
  law(table: string, at: Instant): LawOfDay;
  version(id: string, version: string): { readonly minimisation: Minimisation } | undefined;
}

/** Another pair of eyes: refuses unless somebody else allowed exactly this order. */
export interface FourEyes {
  take(
    unit: Unit,
    act: { id: string | undefined; kind: string; order: Json; by: string },
  ): Promise<void>;
}

/** What a person can ask (PIPL 44–49, 24). */
export const requestKinds = [
  'access',
  'correction',
  'deletion',
  'restriction',
  'explanation',
  'review',
  'relative',
] as const;
/** What a person may ask about her information (PIPL 44–49). */
export type RequestKind = (typeof requestKinds)[number];

/** Where a request stands. `restricted` and `erased` are answers to a wish to be forgotten. */
export const requestStandings = ['open', 'fulfilled', 'restricted', 'erased', 'refused'] as const;
/** Where a person's request stands. */
export type RequestStanding = (typeof requestStandings)[number];

/** A request of a person; her words stand in the vault. */
export interface RightsRequest {
  readonly id: string;
  readonly caseId: string;
  readonly kind: RequestKind;
  readonly standing: RequestStanding;
  /** `borrower`, or the id of the member of staff who took it down. */
  readonly by: string;
  readonly receivedAt: Instant;
  /** The last day to answer, a day in China. */
  readonly dueOn: string;
  readonly answeredAt: Instant | undefined;
}

/** An order of somebody with authority to keep a case; its reference stands in the vault. */
export interface Hold {
  readonly id: string;
  readonly caseId: string;
  readonly authority: HoldAuthority;
  readonly placedAt: Instant;
  readonly placedBy: string;
  readonly liftedAt: Instant | undefined;
  readonly liftedBy: string | undefined;
}

/** Who may order a hold. */
export const holdAuthorities = ['court', 'regulator', 'police', 'arbitration', 'dispute'] as const;
/** Who may order that something is kept. */
export type HoldAuthority = (typeof holdAuthorities)[number];

/** How far a run of the retention job has come; it goes on where it was. */
export interface RunRow {
  readonly id: string;
  readonly at: Instant;
  /** The last case it has judged. */
  readonly cursor: string;
  readonly judged: number;
  readonly erased: number;
  readonly held: number;
  readonly done: boolean;
}

/** The room's rows; each call belongs to the unit's tenant. */
export interface PrivacyStore {
  putRequest(unit: Unit, request: RightsRequest): Promise<void>;
  /** Locks the row until the unit ends. */
  request(unit: Unit, id: string): Promise<RightsRequest | undefined>;
  requests(
    unit: Unit,
    asked: { readonly caseId: string } | { readonly openMax: number },
  ): Promise<readonly RightsRequest[]>;
  putHold(unit: Unit, hold: Hold): Promise<void>;
  /** Locks the row until the unit ends. */
  hold(unit: Unit, id: string): Promise<Hold | undefined>;
  /** Holds of the case that stand. */
  standingHolds(unit: Unit, caseId: string): Promise<readonly Hold[]>;
  putRun(unit: Unit, run: RunRow): Promise<void>;
  /** The run that is not done, locked until the unit ends. */
  openRun(unit: Unit): Promise<RunRow | undefined>;
}

/** Who asks, and where. */
export interface Asking {
  readonly tenant: TenantId;
  readonly caseId: string;
  readonly by: string;
}

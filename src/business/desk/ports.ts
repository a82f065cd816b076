/**
 * What the desks ask of others: rows of cases, the vault's values and look-ups, rows of grants.
 */
import type { Instant } from '#base/clock';
import type { Fen } from '#base/money';
import type { Unit } from '#base/unit';
import type { Reach } from '#business/access';
import type { CaseState, Entrance } from '#business/lending';
import type { Sight } from './masks.ts';

/** A case as a list shows it: where it stands and what it is worth, and nobody's name. */
export interface CaseRow {
  readonly id: string;
  readonly application: string;
  readonly preservationNumber: string;
  readonly product: string;
  readonly unit: string;
  /** The path of that unit from the root. */
  readonly unitPath: string;
  readonly state: CaseState;
  readonly subject: string;
  readonly openedAt: Instant;
  readonly amount: Fen | undefined;
  readonly decision: string | undefined;
  /** Undefined in a case that is older than the question. */
  readonly entrance: Entrance | undefined;
}

/** Where a page ends; the next one begins after it. */
export interface CaseCursor {
  readonly openedAt: Instant;
  readonly id: string;
}

/** Which cases a desk asks for. */
export interface CaseFilter {
  readonly state?: CaseState | undefined;
  readonly product?: string | undefined;
  /** This unit and all below it. */
  readonly unit?: string | undefined;
  /** Opened at or after, and before. */
  readonly from?: Instant | undefined;
  readonly before?: Instant | undefined;
  readonly subjects?: readonly string[] | undefined;
}

/** Cases of one tenant, read only. How far a caller sees is part of the statement itself. */
export interface CaseRows {
  /** Newest first, after the cursor, at most `countMax`. */
  list(
    unit: Unit,
    question: {
      readonly reach: Reach;
      readonly filter: CaseFilter;
      readonly after: CaseCursor | undefined;
      readonly countMax: number;
    },
  ): Promise<readonly CaseRow[]>;
  one(unit: Unit, caseId: string): Promise<CaseRow | undefined>;
}

/** The vault as the desks use it. */
export interface People {
  /** The values there are of these fields; refuses with vault.erased or vault.restricted. */
  valuesOf(
    unit: Unit,
    subject: string,
    fields: readonly string[],
  ): Promise<Readonly<Record<string, string>>>;
  put(unit: Unit, place: { subject: string; field: string }, text: string): Promise<void>;
  /** Subjects whose value is exactly this. */
  find(unit: Unit, field: 'idNumber' | 'phone' | 'card', text: string): Promise<readonly string[]>;
  /** Subjects whose name holds this text. */
  findLike(unit: Unit, field: 'name', text: string): Promise<readonly string[]>;
}

/** For a while, for one purpose, one person sees these things of one case as they are. */
export interface UnmaskGrant {
  readonly id: string;
  readonly staff: string;
  readonly caseId: string;
  readonly fields: readonly Sight[];
  readonly purpose: string;
  readonly grantedAt: Instant;
  readonly until: Instant;
}

/** Grants; only ever added to. */
export interface GrantStore {
  add(unit: Unit, grant: UnmaskGrant): Promise<void>;
  /** Those of one person on one case that last beyond `now`. */
  live(
    unit: Unit,
    of: { staff: string; caseId: string; now: Instant },
  ): Promise<readonly UnmaskGrant[]>;
}

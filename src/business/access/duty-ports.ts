/**
 * Rows of approvals, break-glasses and acts on cases, as the duties of staff need them.
 */
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { Permission } from './permission.ts';
import type { Reach } from './rights.ts';

/** Where an approval stands; `dead` when its asker left before it was executed. */
export type ApprovalStanding = 'asked' | 'given' | 'refused' | 'executed' | 'dead';

/** One approval as its row stands. */
export interface ApprovalRow {
  readonly id: string;
  readonly kind: string;
  readonly orderSha256: Uint8Array;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly until: Instant;
  readonly standing: ApprovalStanding;
  readonly decidedBy: string | undefined;
  readonly decidedAt: Instant | undefined;
}

/** Approvals of one tenant. */
export interface ApprovalStore {
  add(unit: Unit, row: ApprovalRow): Promise<void>;
  /** Locked until the unit ends. */
  lock(unit: Unit, id: string): Promise<ApprovalRow | undefined>;
  save(unit: Unit, row: ApprovalRow): Promise<void>;
  /** Asked or given and not yet over, by people within reach, newest first. */
  open(
    unit: Unit,
    of: { readonly now: Instant; readonly reach: Reach; readonly countMax: number },
  ): Promise<readonly ApprovalRow[]>;
  /** How many of his are asked for or given and not yet over, counted up to `countMax`. */
  openOf(
    unit: Unit,
    of: { readonly now: Instant; readonly staff: string; readonly countMax: number },
  ): Promise<number>;
  /** What he asked for or allowed and was not executed dies. */
  endOf(unit: Unit, staff: string): Promise<void>;
}

/** One break-glass as its row stands. */
export interface GlassRow {
  readonly id: string;
  readonly staff: string;
  readonly permission: Permission;
  readonly caseId: string;
  readonly openedAt: Instant;
  readonly until: Instant;
  readonly reviewUntil: Instant;
  readonly reviewedBy: string | undefined;
  readonly reviewedAt: Instant | undefined;
  readonly verdict: 'justified' | 'not_justified' | undefined;
}

/** Break-glasses of one tenant and what was done under them. */
export interface GlassStore {
  add(unit: Unit, row: GlassRow): Promise<void>;
  /** Locked until the unit ends. */
  lock(unit: Unit, id: string): Promise<GlassRow | undefined>;
  save(unit: Unit, row: GlassRow): Promise<void>;
  /** Of one person, of people within reach, or all there are. */
  unreviewed(
    unit: Unit,
    of: { readonly staff?: string; readonly reach?: Reach; readonly countMax: number },
  ): Promise<readonly GlassRow[]>;
  use(unit: Unit, use: { glass: string; at: Instant; act: string }): Promise<void>;
  usesOf(unit: Unit, glass: string): Promise<readonly { at: Instant; act: string }[]>;
}

/** Who did which act on which case. */
export interface ActStore {
  add(unit: Unit, act: { caseId: string; act: string; staff: string; at: Instant }): Promise<void>;
  of(unit: Unit, caseId: string): Promise<readonly { act: string; staff: string }[]>;
}

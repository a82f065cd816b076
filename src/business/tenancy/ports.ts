/**
 * What the tenancy leans on, with the promises.
 */
import type { Instant } from '#base/clock';
import type { TenantId, Unit } from '#base/unit';
import type { Metered } from './metered.ts';
import type { TenantRecord, TenantState } from './tenant.ts';

/** Answers before anybody's tenant is known: no row, only names. */
export interface TenantDirectory {
  /** The open tenant that owns this host (lower case, no port). */
  ofHost(host: string): Promise<TenantId | undefined>;
  /** Every tenant that is not closed, oldest first: for workers that serve all of them. */
  ids(): Promise<readonly TenantId[]>;
}

/** A tenant's row. */
export interface TenantRow {
  readonly record: TenantRecord;
  readonly state: TenantState;
  readonly openedAt: Instant;
}

/** What a tenant takes over from one that stands above it. */
export interface Ancestor {
  readonly type: string;
  readonly products: readonly string[] | undefined;
  readonly templates: readonly string[] | undefined;
  readonly roles: string | undefined;
}

/** The own row of the unit's tenant; no unit sees another's. */
export interface TenantStore {
  /** Leaves a row that is there; a host of another tenant is tenancy.host_taken. */
  add(unit: Unit, row: TenantRow): Promise<void>;
  own(unit: Unit): Promise<TenantRow | undefined>;
  move(unit: Unit, to: { readonly state: TenantState; readonly at: Instant }): Promise<void>;
  /** What stands above, nearest first; a parent that does not exist ends the line. */
  line(unit: Unit): Promise<readonly Ancestor[]>;
}

/** What was used, by month and thing. */
export type UsageSums = Readonly<Record<Metered, bigint>>;

/** Usage of the unit's tenant. Nothing waits for anybody else's count. */
export interface UsageStore {
  /** Adds in the unit: what is rolled back was not used. */
  add(unit: Unit, use: { month: string; what: Metered; n: number }): Promise<void>;
  ofMonth(unit: Unit, month: string): Promise<UsageSums>;
  /** Sums over all tenants below, and how many they are; no row of any of them. */
  below(unit: Unit, month: string): Promise<{ tenants: number; sums: UsageSums }>;
  /** Months in which anything was used, oldest first. */
  months(unit: Unit): Promise<readonly string[]>;
  /** Puts small rows together. Changes no sum. */
  fold(unit: Unit): Promise<void>;
}

/** Where the sealed bytes of documents lie: in the house's store or the tenant's own. */
export type ObjectPlace = 'house' | 'own';

/** One object as a row names it. */
export interface ObjectName {
  readonly place: ObjectPlace;
  /** Lower-case hex of the SHA-256 of the sealed bytes, which is the object's name. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Bytes of documents outside the database, by tenant. `put` is durable when it resolves; an object
 * whose row never came is swept later. `get` refuses with objects.missing and objects.altered.
 */
export interface DocumentObjects {
  put(unit: Unit, sealed: Uint8Array): Promise<ObjectName>;
  get(unit: Unit, name: ObjectName): Promise<Uint8Array>;
}

/** What the sweep sees of a tenant's objects. */
export interface SweptObjects {
  /** Names (SHA-256, hex) of objects written before that time, at most so many. */
  writtenBefore(unit: Unit, at: Instant, countMax: number): Promise<readonly string[]>;
  remove(unit: Unit, sha256: string): Promise<void>;
}

/** Which objects the rows name. */
export interface NamedObjects {
  /** Those of the given names that some row of the unit's tenant names. */
  named(unit: Unit, sha256s: readonly string[]): Promise<ReadonlySet<string>>;
}

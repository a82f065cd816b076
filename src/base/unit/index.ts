/**
 * One use case, one transaction: the handle that carries it through ports of several rooms.
 *
 * A room cannot look inside; only the store that made it can. Everything written with one unit
 * becomes durable together or not at all, and is visible to one tenant only (law 11).
 */
export type TenantId = string & { readonly brand: 'TenantId' };

export interface Unit {
  readonly tenant: TenantId;
}

export interface Units {
  /**
   * Runs `action` in one transaction of one tenant. Commits when it resolves, rolls back when it
   * throws; the promise resolves only after the commit is durable.
   */
  run<T>(tenant: TenantId, action: (unit: Unit) => Promise<T>): Promise<T>;
}

/**
 * The second half of a use case: everything outside the house is done, this writes the result.
 * The caller runs it in one unit together with whatever else must be true at the same time.
 */
export type Commit<T> = (unit: Unit) => Promise<T>;

export { type Outcome, Together, type TogetherParts } from './together.ts';

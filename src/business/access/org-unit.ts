/**
 * The units (网点) of a tenant as a tree: whoever works at one may see that one, or all below it.
 *
 * A unit's path names its ancestors from the root, `/head-office/nanhu/nanhu-1/`; with the slash at
 * the end a prefix of characters is a prefix of units.
 */
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';

/** The unit every tenant has from its opening; a case that names no unit belongs here. */
export const rootUnit = 'head-office';
export const rootPath = `/${rootUnit}/`;
const codePattern = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
const unitDepthMax = 8;
const nameCharactersMax = 200;

/** One unit of a tenant's tree. */
export interface OrgUnit {
  readonly code: string;
  readonly path: string;
  readonly name: string;
}

/** The tenant's tree of units. Units are added, never moved: a path is a fact of old cases too. */
export interface OrgUnitStore {
  /** Leaves a unit that is there as it is. */
  add(unit: Unit, place: OrgUnit): Promise<void>;
  get(unit: Unit, code: string): Promise<OrgUnit | undefined>;
  /** All whose path begins with `path`, in the order of their paths. */
  below(unit: Unit, path: string): Promise<readonly OrgUnit[]>;
}

/** A unit of this name below `parent`; without a parent the tenant's root. */
export function orgUnit(
  order: { readonly code: string; readonly name: string },
  parent: OrgUnit | undefined,
): OrgUnit {
  const { code, name } = order;
  if (!codePattern.test(code) || name.length === 0 || name.length > nameCharactersMax) {
    throw new Fault('access.unit_malformed');
  }
  const path = `${parent?.path ?? '/'}${code}/`;
  if (path.split('/').length - 2 > unitDepthMax) throw new Fault('access.unit_malformed');
  return { code, path, name };
}

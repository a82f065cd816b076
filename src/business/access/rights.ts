/**
 * May this caller do this, and to what? Abilities from roles, scopes and open break-glasses.
 *
 * Rights are computed at every request from the row as it is, so that a role that was taken away is
 * away. A refusal says which permission is missing and nothing about what it would have opened.
 */
import { createMongoAbility, type MongoAbility, type MongoQuery, subject } from '@casl/ability';

import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { AccessBook, AccessRules, ReachKind } from './book.ts';
import type { Caller, StaffCaller } from './caller.ts';
import type { Permission } from './permission.ts';
import type { OpenGlass, Staff } from './staff.ts';

/** What a permission is asked for: a place in the tree, a case, a member of staff. */
export interface Target {
  /** The path of the unit it belongs to. */
  readonly unitPath: string;
  readonly caseId?: string;
  /** The member of staff it is about. */
  readonly staffId?: string;
}

/** How far a list may go: everything, or the cases of units by path. */
export type Reach =
  | { readonly kind: 'tenant' }
  | { readonly kind: 'own' | 'subtree'; readonly unitPath: string };

/** By what a caller may: his role, a machine's scope, or an open break-glass. */
export type By = 'role' | OpenGlass;

type Ability = MongoAbility<[Permission, 'place' | (Target & { readonly kind: 'place' })]>;
interface AbilityRule {
  readonly action: Permission;
  readonly subject: 'place';
  readonly conditions?: MongoQuery;
  readonly inverted?: boolean;
}

/** Nobody may do these to himself, whatever his role. */
const notToOneself: readonly Permission[] = ['staff.manage'];
const reachOrder: readonly ReachKind[] = ['own', 'subtree', 'tenant'];

/** Answers what a caller may do, by the rules of the day. */
export class Rights {
  readonly #book: AccessBook;
  readonly #clock: Clock;
  readonly #demandsStrong: (tenant: TenantId) => boolean;

  constructor(parts: {
    book: AccessBook;
    clock: Clock;
    /** Does this institution ask a strong factor for the permissions that the rules list? */
    demandsStrong: (tenant: TenantId) => boolean;
  }) {
    this.#book = parts.book;
    this.#clock = parts.clock;
    this.#demandsStrong = parts.demandsStrong;
  }

  get rules(): AccessRules {
    return this.#book.at(this.#clock.now());
  }

  /**
   * Refuses who may do it nowhere: the door's question, before anything is read. Who passes is
   * asked again about the very thing, by `requireOn`.
   */
  require(caller: Caller, permission: Permission): void {
    if (!this.#mayAtAll(caller, permission)) throw refusal(caller, permission);
  }

  /** Refuses with access.not_permitted, or answers by what he may. */
  requireOn(caller: Caller, permission: Permission, target: Target): By {
    this.require(caller, permission);
    if (this.#ability(caller).can(permission, place(target))) return 'role';
    const glass =
      caller.kind === 'staff' ? this.#glassFor(caller.staff, permission, target) : undefined;
    if (glass === undefined) throw new Fault('access.not_permitted', { permission });
    return glass;
  }

  /** How far lists of this permission go for him; undefined when his roles give none. */
  reachOf(caller: Caller, permission: Permission): Reach | undefined {
    if (caller.kind === 'machine') {
      return caller.client.scopes.includes(permission) ? { kind: 'tenant' } : undefined;
    }
    if (caller.kind !== 'staff' || !this.#mayAtAll(caller, permission)) return undefined;
    const reaches = this.#rolesOf(caller.staff)
      .filter(({ permissions }) => permissions.includes(permission))
      .map(({ reach }) => reach);
    const widest = reachOrder.findLast((kind) => reaches.includes(kind));
    if (widest === undefined) return undefined;
    return widest === 'tenant'
      ? { kind: 'tenant' }
      : { kind: widest, unitPath: caller.staff.unitPath };
  }

  /** Does he ask for a court, a supervisor or a dispute, and is that his to do (PIPL 47)? */
  isLegal(caller: Caller, purpose: string | undefined): boolean {
    if (purpose === undefined || !Object.hasOwn(this.rules.legal.purposes, purpose)) return false;
    return this.reachOf(caller, 'package.legal') !== undefined;
  }

  /** What his roles give him, for a desk that hides the rest; each act is judged anew. */
  permissionsOf(staff: Staff): readonly Permission[] {
    return [...new Set(this.#rolesOf(staff).flatMap(({ permissions }) => permissions))];
  }

  /** The personal fields that his roles show unmasked. */
  plainFields(caller: Caller): ReadonlySet<string> {
    if (caller.kind !== 'staff') return new Set();
    return new Set(this.#rolesOf(caller.staff).flatMap(({ plain }) => plain));
  }

  #mayAtAll(caller: Caller, permission: Permission): boolean {
    if (caller.kind === 'machine') return caller.client.scopes.includes(permission);
    if (caller.kind !== 'staff' || caller.staff.state !== 'active') return false;
    if (caller.staff.mustChange) throw new Fault('access.password_change_due');
    this.#requireFactor(caller, permission);
    const byRole = this.#rolesOf(caller.staff).some((role) =>
      role.permissions.includes(permission),
    );
    const now = this.#clock.now();
    const open = caller.staff.glass.filter(({ until }) => until > now);
    return byRole || open.some((glass) => opens(glass, permission));
  }

  #requireFactor({ staff, factors }: StaffCaller, permission: Permission): void {
    const { strongFactor } = this.rules;
    if (!strongFactor.permissions.includes(permission) || !this.#demandsStrong(staff.tenant))
      return;
    if (factors.some((factor) => strongFactor.factors.includes(factor))) return;
    throw new Fault('access.strong_factor_needed', { permission });
  }

  #ability(caller: Caller): Ability {
    const rules = rulesOf(caller, caller.kind === 'staff' ? this.#rolesOf(caller.staff) : []);
    return createMongoAbility<Ability>([...rules]);
  }

  #glassFor(staff: Staff, permission: Permission, target: Target): OpenGlass | undefined {
    const now = this.#clock.now();
    return staff.glass.find(
      (glass) => opens(glass, permission) && glass.caseId === target.caseId && glass.until > now,
    );
  }

  /** A role that the rules of the day do not know gives nothing. */
  #rolesOf(staff: Staff): readonly AccessRules['roles'][string][] {
    const { roles } = this.rules;
    return staff.roles.flatMap((name) => {
      const role = Object.hasOwn(roles, name) ? roles[name] : undefined;
      return role === undefined ? [] : [role];
    });
  }
}

/** Who may unmask a case may see where it stands. */
function opens(glass: OpenGlass, permission: Permission): boolean {
  const reads = glass.permission === 'case.unmask' && permission === 'case.read';
  return reads || glass.permission === permission;
}

function rulesOf(
  caller: Caller,
  roles: readonly AccessRules['roles'][string][],
): readonly AbilityRule[] {
  if (caller.kind === 'machine') {
    return caller.client.scopes.map((action) => ({ action, subject: 'place' }));
  }
  if (caller.kind !== 'staff') return [];
  const { staff } = caller;
  const given = roles.flatMap(({ permissions, reach }) =>
    permissions.map((action): AbilityRule => {
      const conditions = conditionsOf(reach, staff.unitPath);
      return { action, subject: 'place', ...(conditions === undefined ? {} : { conditions }) };
    }),
  );
  // The last rule wins: no role takes these back.
  const taken = notToOneself.map((action): AbilityRule => {
    return { action, subject: 'place', conditions: { staffId: staff.id }, inverted: true };
  });
  return [...given, ...taken];
}

function conditionsOf(reach: ReachKind, unitPath: string): MongoQuery | undefined {
  if (reach === 'tenant') return undefined;
  // Codes of units are letters, digits and hyphens, so a path has no sign of a pattern in it.
  return { unitPath: reach === 'own' ? unitPath : { $regex: `^${unitPath}` } };
}

function place(target: Target) {
  return subject('place', { ...target, kind: 'place' as const });
}

function refusal(caller: Caller, permission: Permission): Fault {
  if (caller.kind === 'nobody') return new Fault('access.unauthenticated');
  return new Fault('access.not_permitted', { permission });
}

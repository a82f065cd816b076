/**
 * Roles, permissions, duties and approvals as dated data: who may do what is not written in code.
 *
 * 个人信息保护法 51 asks that rights of operation are set reasonably; which are reasonable an institution
 * decides and changes, and the version in force on a day is read, never edited in place.
 */
import { z } from 'zod';
import { chinaDate, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { type Permission, permissions } from './permission.ts';

const text = z.string().min(1).max(200);
const name = z.string().regex(/^[a-z][a-z-]{1,31}$/);
const act = z.string().regex(/^[a-z]+\.[a-z]+$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const permission = z.enum(permissions);
const both = z.strictObject({ zh: text, en: text });
const role = z.strictObject({
  name: both,
  reach: z.enum(['own', 'subtree', 'tenant']),
  permissions: z.array(permission).min(1),
  plain: z.array(z.enum(['name', 'idNumber', 'phone', 'card', 'address'])),
});
const version = z.strictObject({
  version: text,
  from: day,
  to: day.nullable(),
  basis: text,
  confidence: text,
  roles: z.record(name, role),
  privileged: z.array(name),
  rolesApart: z.array(z.tuple([name, name])),
  actsApart: z.array(z.tuple([act, act])),
  strongFactor: z.strictObject({
    factors: z.array(z.enum(['password', 'webauthn', 'oidc'])).min(1),
    permissions: z.array(permission),
  }),
  approvals: z.record(
    act,
    z.strictObject({ asks: permission, hoursMax: z.int().positive().max(720) }),
  ),
  breakGlass: z.strictObject({
    permissions: z.array(permission).min(1),
    minutesMax: z.int().positive().max(240),
    reviewHoursMax: z.int().positive().max(168),
  }),
  unmask: z.strictObject({
    minutesMax: z.int().positive().max(240),
    purposes: z.record(name, both),
  }),
  /** For what a restricted person's record is opened all the same (PIPL 47). */
  legal: z.strictObject({ basis: text, purposes: z.record(name, both) }),
  /** For what a supervisor may look; by which law, `basis` says. */
  regulator: z.strictObject({ basis: text, purposes: z.record(name, both) }),
});
/** Permissions with which one could widen one's own, or let money out. */
const powers: readonly Permission[] = [
  'staff.manage',
  'approval.give',
  'tenant.manage',
  'client.manage',
  'case.decide',
  'decision.review',
];
const fileShape = z.strictObject({ versions: z.array(version).min(1) });

/** How far a role sees: its own unit, that unit and all below it, or the whole tenant. */
export type ReachKind = 'own' | 'subtree' | 'tenant';

/** Roles, duties, approvals and limits in force on a day. */
export type AccessRules = Readonly<z.infer<typeof version>>;

/** All versions of the rules of access, as `catalog/access/roles.json` holds them. */
export class AccessBook {
  readonly #versions: readonly AccessRules[];

  private constructor(versions: readonly AccessRules[]) {
    this.#versions = versions;
  }

  /** The file's text; anything that names a role nobody defines is access.rules_malformed. */
  static parse(json: string): AccessBook {
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch (cause) {
      throw new Fault('access.rules_malformed', { why: 'json' }, { cause });
    }
    const parsed = fileShape.safeParse(value);
    if (!parsed.success) {
      const at = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
      throw new Fault('access.rules_malformed', { at });
    }
    for (const rules of parsed.data.versions) requireConsistent(rules);
    return new AccessBook(parsed.data.versions);
  }

  /** The rules of a day in China; a day without rules lets nobody in. */
  at(now: Instant): AccessRules {
    const today = chinaDate(now);
    const held = this.#versions.find(
      ({ from, to }) => from <= today && (to === null || today <= to),
    );
    if (held === undefined) throw new Fault('access.rules_absent', { day: today });
    return held;
  }
}

function requireConsistent(rules: AccessRules): void {
  const named = [...rules.privileged, ...rules.rolesApart.flat()];
  const unknown = named.find((one) => !Object.hasOwn(rules.roles, one));
  if (unknown !== undefined) throw new Fault('access.rules_malformed', { role: unknown });
  // Who could make an approver alone could make one of himself, and whoever decides on loans of a
  // second login: such roles take four eyes.
  const loose = Object.entries(rules.roles).find(
    ([title, { permissions: held }]) =>
      powers.some((power) => held.includes(power)) && !rules.privileged.includes(title),
  );
  if (loose !== undefined) throw new Fault('access.rules_malformed', { role: loose[0] });
}

/**
 * Separation of duties: roles one person may not hold together, acts one may not do on one case.
 *
 * 商业银行内部控制指引 14: duties that exclude each other are not given to one person. Which ones
 * do is data; the acts of a case stand in rows that are only ever added to.
 */
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { AccessRules } from './book.ts';
import type { ActStore } from './duty-ports.ts';
import type { Rights } from './rights.ts';

const rolesPerStaffMax = 4;

/** Refuses unknown roles, and two that exclude each other with access.roles_apart. */
export function requireCompatible(roles: readonly string[], rules: AccessRules): void {
  if (roles.length === 0 || roles.length > rolesPerStaffMax || new Set(roles).size < roles.length) {
    throw new Fault('access.roles_malformed');
  }
  const unknown = roles.find((role) => !Object.hasOwn(rules.roles, role));
  if (unknown !== undefined) throw new Fault('access.role_unknown');
  const clash = rules.rolesApart.find((pair) => pair.every((role) => roles.includes(role)));
  if (clash !== undefined) throw new Fault('access.roles_apart', { roles: clash.join(' ') });
}

/** Keeps who did what on a case, and refuses the second hat. */
export class Duties {
  readonly #parts: { acts: ActStore; rights: Rights; clock: Clock };

  constructor(parts: { acts: ActStore; rights: Rights; clock: Clock }) {
    this.#parts = parts;
  }

  /**
   * Records that he does this act on this case, or refuses with access.duties_apart because of
   * another that he did. The caller holds the case's lock, so that two acts at once are one after
   * the other.
   */
  async take(unit: Unit, act: { caseId: string; act: string; staff: string }): Promise<void> {
    const { acts, rights, clock } = this.#parts;
    const done = await acts.of(unit, act.caseId);
    const mine = done.filter(({ staff }) => staff === act.staff).map((one) => one.act);
    const apart = rights.rules.actsApart
      .filter((pair) => pair.includes(act.act))
      .flatMap((pair) => pair.filter((one) => one !== act.act));
    const earlier = apart.find((one) => mine.includes(one));
    if (earlier !== undefined) {
      throw new Fault('access.duties_apart', { act: act.act, earlier });
    }
    if (!mine.includes(act.act)) await acts.add(unit, { ...act, at: clock.now() });
  }
}

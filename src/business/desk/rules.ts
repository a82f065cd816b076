/**
 * What a member of staff may do here, and the closed lists he chooses from, in words.
 *
 * A desk hides what its reader cannot do; that is a kindness and no protection: every request is
 * judged by `Rights` again.
 */
import type { Units } from '#base/unit';
import { type OrgUnitStore, type Permission, type Rights, requireStaff } from '#business/access';
import type { Asker } from './cases.ts';

const unitNamesMax = 1_000;

/** A code with its name in both languages. */
export interface NamedCode {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

/** The rules of the day as they touch one member of staff. */
export interface DeskRules {
  readonly permissions: readonly Permission[];
  readonly roles: readonly NamedCode[];
  readonly unmask: { readonly minutesMax: number; readonly purposes: readonly NamedCode[] };
  /** Why a restricted person's record may be opened (PIPL 47). */
  readonly legal: readonly NamedCode[];
  /** Names of his own unit and those below it. */
  readonly units: readonly { readonly code: string; readonly name: string }[];
}

/** Answers the rules of the day to a member of staff. */
export class DeskRulebook {
  readonly #parts: { units: Units; rights: Rights; places: Pick<OrgUnitStore, 'below'> };

  constructor(parts: { units: Units; rights: Rights; places: Pick<OrgUnitStore, 'below'> }) {
    this.#parts = parts;
  }

  async of({ tenant, caller }: Asker): Promise<DeskRules> {
    const { staff } = requireStaff(caller);
    const { units, rights, places } = this.#parts;
    const { roles, unmask, legal } = rights.rules;
    const below = await units.run(tenant, (unit) => places.below(unit, staff.unitPath));
    const { minutesMax, purposes } = unmask;
    return {
      permissions: rights.permissionsOf(staff),
      roles: staff.roles.flatMap((code) => {
        const role = Object.hasOwn(roles, code) ? roles[code] : undefined;
        return role === undefined ? [] : [{ code, ...role.name }];
      }),
      unmask: { minutesMax, purposes: named(purposes) },
      legal: named(legal.purposes),
      units: below.slice(0, unitNamesMax).map(({ code, name }) => ({ code, name })),
    };
  }
}

function named(
  table: Readonly<Record<string, { readonly zh: string; readonly en: string }>>,
): readonly NamedCode[] {
  return Object.entries(table).map(([code, { zh, en }]) => ({ code, zh, en }));
}

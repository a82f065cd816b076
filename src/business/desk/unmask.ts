/**
 * Unmasking: one person sees some values of one case, or its documents, as they are, for a stated
 * purpose and minutes.
 *
 * The grant and its entry `unmask.granted` in the tenant's register are durable before any value is
 * shown. Why stands in the vault; who, what, which case and for how long stand in the entry.
 */
import { addSeconds, type Clock } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit } from '#base/unit';
import { type Register, type Rights, requireReason, requireStaff } from '#business/access';
import type { Asker, CaseDesk } from './cases.ts';
import { isSight, type Sight } from './masks.ts';
import type { GrantStore, People, UnmaskGrant } from './ports.ts';

export interface UnmaskParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly rights: Rights;
  readonly cases: CaseDesk;
  readonly grants: GrantStore;
  readonly people: Pick<People, 'put'>;
  readonly register: Register;
}

/** What one asks to see, of which case, why and for how long. */
export interface UnmaskOrder {
  readonly caseId: string;
  readonly fields: readonly string[];
  /** A purpose of the closed list in `catalog/access`. */
  readonly purpose: string;
  readonly why: string;
  readonly minutes: number;
}

/** Grants sight of personal values. */
export class UnmaskDesk {
  readonly #parts: UnmaskParts;

  constructor(parts: UnmaskParts) {
    this.#parts = parts;
  }

  grant({ caller }: Asker, order: UnmaskOrder): Commit<UnmaskGrant> {
    const { staff } = requireStaff(caller);
    const { rights, clock, cases, grants } = this.#parts;
    rights.require(caller, 'case.unmask');
    const { minutesMax, purposes } = rights.rules.unmask;
    if (!Object.hasOwn(purposes, order.purpose)) throw new Fault('desk.purpose_unknown');
    if (order.minutes > minutesMax) throw new Fault('desk.minutes_exceeded', { minutesMax });
    const fields = fieldsOf(order.fields);
    const why = requireReason(order.why);
    return async (unit) => {
      const asked = { caseId: order.caseId, permission: 'case.unmask' } as const;
      const { by, subject } = await cases.admit(unit, caller, asked);
      const grantedAt = clock.now();
      const wanted = addSeconds(grantedAt, order.minutes * 60);
      // What an emergency opened ends with the emergency.
      const until = by === 'role' || by.until > wanted ? wanted : by.until;
      const id = uuidv7(this.#parts);
      const { caseId, purpose } = order;
      const grant: UnmaskGrant = { id, staff: staff.id, caseId, fields, purpose, grantedAt, until };
      await grants.add(unit, grant);
      // With her: what was written about her goes when she goes, and never stands while she is
      // restricted, for then there is nothing to be shown either.
      await this.#parts.people.put(unit, { subject, field: `unmask:${id}` }, why);
      await this.#parts.register.note(unit, {
        type: 'unmask.granted',
        disclosures: [
          { name: 'grant', value: id },
          { name: 'staff', value: staff.id },
          { name: 'case', value: caseId },
          { name: 'subject', value: subject },
          { name: 'fields', value: fields },
          { name: 'purpose', value: purpose },
          { name: 'minutes', value: order.minutes },
          { name: 'by', value: by === 'role' ? 'role' : by.id },
        ],
        of: [],
      });
      return grant;
    };
  }
}

function fieldsOf(texts: readonly string[]): readonly Sight[] {
  const fields = texts.filter(isSight);
  if (fields.length === 0 || fields.length < texts.length || new Set(texts).size < texts.length) {
    throw new Fault('desk.fields_malformed');
  }
  return fields;
}

/**
 * A case that others begin and that goes on in her own hand (S2-05): one case, one chain.
 *
 * Staff at a counter show a secret, the institution's own app hands it to its page (S1-19); her
 * device takes it and goes on. They get no token, see nothing of hers and cannot take the case
 * back: once she has begun, only she lets a device in.
 */
import { Fault } from '#base/fault';
import type { Commit, Unit } from '#base/unit';
import { type Caller, type Permission, type Rights, requireStaff } from '#business/access';
import type { CaseState, Loan, Reception } from '#business/lending';
import type { GivenSecret, Visits } from './visits.ts';

/** Refuses any case out of the caller's reach as if it were not there. */
export type AdmitCase = (
  unit: Unit,
  caller: Caller,
  asked: { caseId: string; permission: Permission },
) => Promise<{ readonly state: CaseState; readonly subject: string }>;

/** What a counter leans on. */
export interface CounterParts {
  readonly rights: Pick<Rights, 'require'>;
  readonly reception: Pick<Reception, 'open'>;
  readonly visits: Pick<Visits, 'handOver'>;
  readonly admit: AdmitCase;
}

/** Opens cases at a counter and hands them over. */
export class Counter {
  readonly #parts: CounterParts;

  constructor(parts: CounterParts) {
    this.#parts = parts;
  }

  /** Opens a case; the secret is for her device, within minutes. */
  async open(caller: Caller, product: string): Promise<Commit<GivenSecret & { loan: Loan }>> {
    const { rights, reception, visits } = this.#parts;
    const contact = contactBy(caller);
    rights.require(caller, 'case.open');
    const commit = await reception.open(product, contact);
    return async (unit) => {
      const { loan } = await commit(unit);
      return { loan, ...(await visits.handOver(unit, loan.id, contact.staff)) };
    };
  }

  /** The same again, for a secret that is over; signer.counter_late once she has begun. */
  again(caller: Caller, caseId: string): Commit<GivenSecret & { subject: string }> {
    const { admit, visits } = this.#parts;
    const { staff } = contactBy(caller);
    return async (unit) => {
      const { state, subject } = await admit(unit, caller, { caseId, permission: 'case.open' });
      if (state !== 'opened') throw new Fault('signer.counter_late', { state });
      return { subject, ...(await visits.handOver(unit, caseId, staff)) };
    };
  }
}

/** At a counter a case is of the outlet; one that a program opens is of the institution. */
function contactBy(caller: Caller) {
  if (caller.kind === 'machine') return { entrance: 'app', staff: caller.client.id } as const;
  const { staff } = requireStaff(caller);
  return { unit: staff.unit, entrance: 'counter', staff: staff.id } as const;
}

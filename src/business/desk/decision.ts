/**
 * The business reviewer (S2-42): a person sees an application and approves or rejects it, with why.
 *
 * The first decision of a case and the second look at one are different acts, and nobody does both
 * on one case. Who enters money into a case does not decide on it either (catalog/access).
 */
import { Fault } from '#base/fault';
import type { Commit, Units } from '#base/unit';
import { requireReason, requireStaff } from '#business/access';
import type { DecisionReview, Loan, LoanFile } from '#business/lending';
import type { Asker, CaseDesk } from './cases.ts';

export interface DecisionParts {
  readonly units: Units;
  readonly cases: CaseDesk;
  readonly file: Pick<LoanFile, 'lock'>;
  readonly review: Pick<DecisionReview, 'decide'>;
}

/** Decides on applications that wait for a person. */
export class DecisionDesk {
  readonly #parts: DecisionParts;

  constructor(parts: DecisionParts) {
    this.#parts = parts;
  }

  async decide(
    asker: Asker,
    order: {
      caseId: string;
      decision: 'approved' | 'refused';
      why: string;
      /** A second look answers her request too, and has a way of its own. */
      firstOnly?: boolean;
    },
  ): Promise<Commit<Loan>> {
    const { staff } = requireStaff(asker.caller);
    const why = requireReason(order.why);
    const { units, cases, review } = this.#parts;
    const { caseId, decision } = order;
    // Asked before anybody prints a cost sheet, and once more inside, where it counts.
    const again = await units.run(asker.tenant, (unit) => this.#isSecondLook(unit, caseId));
    if (again && order.firstOnly === true) {
      throw new Fault('lending.out_of_order', { state: 'in_review', wanted: 'first' });
    }
    const permission = again ? 'decision.review' : 'case.decide';
    await cases.require(asker, caseId, permission);
    const by = staff.id;
    const commit = await review.decide({
      tenant: asker.tenant,
      caseId,
      decision,
      reasons: [why],
      by,
    });
    return async (unit) => {
      const now = await this.#isSecondLook(unit, caseId);
      if (now !== again) throw new Fault('lending.out_of_order', { wanted: 'first' });
      await cases.admit(unit, asker.caller, { caseId, permission });
      const act = again ? 'decision.reviewed' : 'application.decided';
      await cases.acted(asker, { caseId, act })(unit);
      return commit(unit);
    };
  }

  async #isSecondLook(...[unit, caseId]: Parameters<LoanFile['lock']>): Promise<boolean> {
    return (await this.#parts.file.lock(unit, caseId)).decision !== undefined;
  }
}

/**
 * A person looks at what a machine decided, or decides where no machine may (PIPL 24).
 *
 * Two ways lead here: she did not agree to an automated decision, or she was refused and asked for
 * a person. The reviewer's decision is an entry with his reasons; overturned, lending goes on where
 * the machine would have let it go on, with a cost sheet of today.
 */
import { Fault } from '#base/fault';
import type { Commit, TenantId, Unit } from '#base/unit';
import { requireState } from './case.ts';
import type { LoanFile } from './file.ts';
import type { LoanParts } from './parts.ts';
import type { Loan } from './ports.ts';

const reasonsMax = 8;
const reasonCharactersMax = 200;

/** What a member of staff decides, why, and who he is (the id of his account). */
export interface ReviewOrder {
  readonly tenant: TenantId;
  readonly caseId: string;
  readonly decision: 'approved' | 'refused';
  readonly reasons: readonly string[];
  readonly by: string;
}

export class DecisionReview {
  readonly #parts: LoanParts;
  readonly #file: LoanFile;

  constructor(parts: LoanParts, file: LoanFile) {
    this.#parts = parts;
    this.#file = file;
  }

  /** She asks for a person. A case that waits for one already stays as it is. */
  async request(unit: Unit, caseId: string): Promise<Loan> {
    const loan = await this.#file.lock(unit, caseId);
    if (loan.state === 'in_review') return loan;
    requireState(loan.state, 'refused');
    return this.#file.move(unit, loan, 'in_review');
  }

  /** Upholds or overturns; without a credit query there is nothing an approval could stand on. */
  async decide(order: ReviewOrder): Promise<Commit<Loan>> {
    requireReasons(order.reasons);
    const approved = order.decision === 'approved';
    const { loan, applicant, earlier } = await this.#parts.units.run(order.tenant, async (unit) => {
      const held = await this.#file.lock(unit, order.caseId);
      requireState(held.state, 'in_review');
      if (approved && !(await this.#parts.evidence.holds(unit, held.id, 'credit.queried'))) {
        throw new Fault('lending.review_impossible');
      }
      return {
        loan: held,
        applicant: await this.#file.person(unit, held),
        earlier: held.decision,
      };
    });
    const sheet = approved
      ? await this.#file.draft(loan, { kind: 'cost-sheet', applicant })
      : undefined;
    return async (unit) => {
      const current = await this.#file.lock(unit, loan.id);
      requireState(current.state, 'in_review');
      await this.#parts.evidence.record(unit, {
        caseId: loan.id,
        subject: loan.subject,
        type: 'decision.reviewed',
        disclosures: [
          { name: 'outcome', value: outcomeOf(earlier, order.decision) },
          { name: 'reasons', value: order.reasons },
          { name: 'by', value: order.by },
        ],
        of: [],
      });
      if (sheet !== undefined) await sheet.add(unit);
      const { decision, reasons } = order;
      return this.#file.decide(unit, current, { decision, reasons });
    };
  }
}

/** Without an earlier decision it is the first one, made by a person. */
function outcomeOf(earlier: string | undefined, decision: string): string {
  if (earlier === undefined) return 'decided';
  return earlier === decision ? 'upheld' : 'overturned';
}

function requireReasons(reasons: readonly string[]): void {
  const long = reasons.some((reason) => [...reason].length > reasonCharactersMax);
  const empty = reasons.length === 0 || reasons.some((reason) => reason.trim() === '');
  if (empty || long || reasons.length > reasonsMax) {
    throw new Fault('lending.reasons_malformed');
  }
}

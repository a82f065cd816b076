/**
 * The credit query and the decision, in the only lawful order.
 *
 * 征信业管理条例 18 and requirements C.10: no query without the signed authorisation, for the purpose it
 * names. The bureau is told the digest of that signed document; its answer and the reasons of the
 * decision are on record whichever way it goes.
 */
import { fromHex, toBase64 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Commit, TenantId, Unit } from '#base/unit';
import { requireState } from './case.ts';
import type { LoanFile } from './file.ts';
import type { LoanParts } from './parts.ts';
import type { Loan, LoanProduct } from './ports.ts';

/** What a document was when it was signed last: SHA-256 (hex) of its bytes, and by whom it was. */
export type HeadOf = (
  tenant: TenantId,
  document: string,
) => Promise<{ sha256: string; signedFields: readonly string[] }>;

export class Assessment {
  readonly #parts: LoanParts;
  readonly #file: LoanFile;
  readonly #headOf: HeadOf;

  constructor(parts: LoanParts, more: { file: LoanFile; headOf: HeadOf }) {
    this.#parts = parts;
    this.#file = more.file;
    this.#headOf = more.headOf;
  }

  /** Queries the bureau and decides. A repeated call asks the bureau for the same answer. */
  async assess(order: { tenant: TenantId; caseId: string }): Promise<Commit<Loan>> {
    const { units, bureau } = this.#parts;
    const prepared = await units.run(order.tenant, async (unit) => {
      const loan = await this.#file.lock(unit, order.caseId);
      requireState(loan.state, 'credit_authorised');
      // Asked at the moment of use: what she took back since she applied is not used (PIPL 15).
      await this.#file.requireConsents(unit, loan, ['credit-reporting']);
      return {
        byMachine: await this.#mayDecideByMachine(unit, loan),
        loan,
        applicant: await this.#file.person(unit, loan),
        salts: await this.#file.salts(unit, loan),
        reportSalt: await this.#file.keptSalt(unit, loan, 'bureauReport'),
        documents: await this.#parts.contracts.documentsOf(unit, loan.id),
      };
    });
    const { loan, applicant, salts, reportSalt, byMachine } = prepared;
    const authorisation = await this.#signedAuthorisation(order.tenant, prepared.documents);
    const answer = await bureau.query({
      request: `credit-${loan.id}`,
      authorisation,
      name: applicant.name,
      idNumber: applicant.idNumber,
      salts: { name: salts.name, idNumber: salts.idNumber, report: reportSalt },
    });
    const reasons = refusalReasons(answer.report, this.#file.productOf(loan));
    const approved = reasons.length === 0;
    const sheet =
      approved && byMachine && this.#file.productOf(loan).review === 'automatic'
        ? await this.#file.draft(loan, { kind: 'cost-sheet', applicant })
        : undefined;
    return async (unit) => {
      const current = await this.#file.lock(unit, loan.id);
      requireState(current.state, 'credit_authorised');
      await this.#parts.evidence.record(unit, {
        caseId: loan.id,
        subject: loan.subject,
        type: 'credit.queried',
        disclosures: [{ name: 'report', value: answer.reportText, salt: reportSalt }],
        of: [],
        att: answer.attestation,
      });
      // What the score refuses needs nobody to say so; what it would approve may need a person.
      const waits = approved && this.#file.productOf(loan).review === 'staff';
      if (!byMachine || waits) return this.#file.move(unit, current, 'in_review');
      if (sheet === undefined) {
        return this.#file.decide(unit, current, { decision: 'refused', reasons });
      }
      await sheet.add(unit);
      const because = ['score.sufficient'];
      return this.#file.decide(unit, current, { decision: 'approved', reasons: because });
    };
  }

  /** PIPL 24: who did not agree to it, or took it back, is decided on by a person. */
  async #mayDecideByMachine(unit: Unit, loan: Loan): Promise<boolean> {
    const kind = 'automated-decision';
    if (!this.#file.productOf(loan).consentsToApply.includes(kind)) return true;
    return (await this.#parts.consents.wayOf(unit, { caseId: loan.id, kind })) === 'agreed';
  }

  async #signedAuthorisation(
    tenant: TenantId,
    documents: readonly { id: string; kind: string }[],
  ): Promise<string> {
    const document = documents.find(({ kind }) => kind === 'credit-authorisation');
    if (document === undefined) throw new Fault('lending.authorisation_missing');
    const head = await this.#headOf(tenant, document.id);
    if (!head.signedFields.includes('borrower')) throw new Fault('lending.authorisation_missing');
    return toBase64(fromHex(head.sha256));
  }
}

/** Why the lender refuses; an empty list approves. Each reason is a code that phrases explain. */
export function refusalReasons(
  report: { known: boolean; score: number; defaults: number },
  product: Pick<LoanProduct, 'scoreMin'>,
): string[] {
  const reasons: string[] = [];
  if (!report.known) reasons.push('bureau.person_unknown');
  if (report.defaults > 0) reasons.push('bureau.defaults');
  if (report.known && report.score < product.scoreMin) reasons.push('score.insufficient');
  return reasons;
}

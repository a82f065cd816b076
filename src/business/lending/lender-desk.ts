/**
 * The lender's side of the signature: its contract seal by ticket, then the note.
 *
 * Law 1: the seal key lives in the key store and signs tickets under a written standing
 * authorisation. This desk is the hand of the `lender.seal` job: every step of it can be repeated,
 * and a crash between the seal and the note leaves the note still to be printed.
 */
import { Fault } from '#base/fault';
import type { Commit, TenantId } from '#base/unit';
import type { DocumentRecord } from '#business/contract';
import type { HeadOf } from './assessment.ts';
import type { LoanFile } from './file.ts';
import type { LoanParts } from './parts.ts';
import type { Loan } from './ports.ts';
import type { SigningDesk } from './signing-desk.ts';

export class LenderDesk {
  readonly #parts: LoanParts;
  readonly #more: { file: LoanFile; signing: SigningDesk; headOf: HeadOf };

  constructor(parts: LoanParts, more: { file: LoanFile; signing: SigningDesk; headOf: HeadOf }) {
    this.#parts = parts;
    this.#more = more;
  }

  async sealAndNote(tenant: TenantId, caseId: string): Promise<Commit<void>> {
    const contract = await this.#contract(tenant, caseId);
    let { loan } = contract;
    if (loan.state === 'borrower_signed') {
      await this.#more.signing.sealAsLender({ tenant, loan, document: contract.document });
      ({ loan } = await this.#contract(tenant, caseId));
    }
    const { file, headOf } = this.#more;
    const head = await headOf(tenant, contract.document.id);
    const applicant = await this.#parts.units.run(tenant, (unit) => file.person(unit, loan));
    const note = await file.draft(loan, {
      kind: 'note',
      applicant,
      more: { contractSha256: head.sha256 },
    });
    return async (unit) => {
      await file.lock(unit, caseId);
      const documents = await this.#parts.contracts.documentsOf(unit, caseId);
      if (documents.every(({ kind }) => kind !== 'note')) await note.add(unit);
    };
  }

  async #contract(
    tenant: TenantId,
    caseId: string,
  ): Promise<{ loan: Loan; document: DocumentRecord }> {
    return this.#parts.units.run(tenant, async (unit) => {
      const loan = await this.#more.file.lock(unit, caseId);
      const documents = await this.#parts.contracts.documentsOf(unit, caseId);
      const document = documents.find(({ kind }) => kind === 'loan-contract');
      if (document === undefined) throw new Fault('lending.signature_missing');
      return { loan, document };
    });
  }
}

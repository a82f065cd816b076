/**
 * From the cost sheet to a contract that both parties have signed, and the note after it.
 *
 * The cost sheet is confirmed before the contract exists (L-LN-14); the contract is printed from
 * approved data only; whose turn it is to sign follows from the state of the case and nothing else.
 */
import { fromBase64, toHex } from '#base/bytes';
import { addMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Commit, TenantId, Unit } from '#base/unit';
import type { DocumentKind, DocumentRecord, Reading } from '#business/contract';
import { type CaseState, requireState } from './case.ts';
import type { LoanFile } from './file.ts';
import { lenderSealJob, longTermJob, receiptJob } from './jobs.ts';
import type { LoanParts } from './parts.ts';
import type { Loan } from './ports.ts';

type Party = 'borrower' | 'lender';

/** Which signature is due in which state, and where it takes the case. */
const turns: readonly { kind: DocumentKind; party: Party; from: CaseState; to: CaseState }[] = [
  { kind: 'pi-authorisation', party: 'borrower', from: 'applied', to: 'pi_authorised' },
  {
    kind: 'credit-authorisation',
    party: 'borrower',
    from: 'pi_authorised',
    to: 'credit_authorised',
  },
  { kind: 'loan-contract', party: 'borrower', from: 'loan_read', to: 'borrower_signed' },
  { kind: 'loan-contract', party: 'lender', from: 'borrower_signed', to: 'loan_signed' },
];

/**
 * A revocation list speaks of the whole second it was made in: one that is to be younger than the
 * last stamp cannot be had in the second of that stamp.
 */
const listAfterMs = 1_500;

interface FollowingJob {
  readonly kind: string;
  readonly afterMs: number;
}

/** What follows a signature without anybody asking for it. */
const jobsAfter: Partial<Record<CaseState, readonly FollowingJob[]>> = {
  borrower_signed: [{ kind: lenderSealJob, afterMs: 0 }],
  loan_signed: [
    { kind: receiptJob, afterMs: 0 },
    { kind: longTermJob, afterMs: listAfterMs },
  ],
};

export class Conclusion {
  readonly #parts: LoanParts;
  readonly #file: LoanFile;

  constructor(parts: LoanParts, file: LoanFile) {
    this.#parts = parts;
    this.#file = file;
  }

  /** A page is on her screen. Finishing the contract moves the case on. */
  async shown(
    unit: Unit,
    act: { caseId: string; document: string; page: number; aloud?: boolean },
  ): Promise<{ document: DocumentRecord; reading: Reading }> {
    const loan = await this.#file.lock(unit, act.caseId);
    const answer = await this.#parts.contracts.shown(unit, {
      document: act.document,
      page: act.page,
      ...(act.aloud === undefined ? {} : { aloud: act.aloud }),
      subject: loan.subject,
    });
    if (answer.document.caseId !== loan.id) throw new Fault('contract.document_unknown');
    const contractRead = answer.document.kind === 'loan-contract' && answer.reading.met;
    if (contractRead && loan.state === 'sheet_confirmed') {
      await this.#file.move(unit, loan, 'loan_read');
    }
    return answer;
  }

  /** She confirms one tagged clause of a document that she is reading or has read. */
  async confirmClause(
    unit: Unit,
    act: { caseId: string; document: string; clause: string; sha256: string },
  ): Promise<{ document: DocumentRecord; left: readonly string[] }> {
    const loan = await this.#file.lock(unit, act.caseId);
    const document = await this.#parts.contracts.document(unit, act.document);
    if (document.caseId !== loan.id) throw new Fault('contract.document_unknown');
    const { clause, sha256 } = act;
    const said = { document, clause, sha256, subject: loan.subject };
    return { document, left: await this.#parts.contracts.confirmClause(unit, said) };
  }

  /** She confirms the cost sheet, or the note, as a whole and by its digest. */
  async confirm(order: {
    tenant: TenantId;
    caseId: string;
    document: string;
    sha256: string;
  }): Promise<Commit<Loan>> {
    const { units, contracts, evidence } = this.#parts;
    const { loan, document, applicant, preservationLink, head } = await units.run(
      order.tenant,
      async (unit) => {
        const held = await this.#file.lock(unit, order.caseId);
        return {
          loan: held,
          document: await contracts.document(unit, order.document),
          applicant: await this.#file.person(unit, held),
          preservationLink: await this.#file.preservationLink(unit, held),
          head: toHex(fromBase64(await evidence.headOf(unit, held.id))),
        };
      },
    );
    requireConfirmable(loan, document, order.sha256);
    if (document.kind === 'note') return this.#noteConfirmed(loan, document);
    const contract = await this.#file.draft(loan, {
      kind: 'loan-contract',
      applicant,
      more: {
        costSheetSha256: document.base.sha256,
        evidenceHeadSha256: head,
        preservationLink,
      },
    });
    return async (unit) => {
      const current = await this.#file.lock(unit, loan.id);
      requireState(current.state, 'approved');
      await this.#recordConfirmation(unit, { loan, document, type: 'sheet.confirmed' });
      await contract.add(unit);
      return this.#file.move(unit, current, 'sheet_confirmed');
    };
  }

  /** Refuses a signature out of turn; S2-37: the state table decides, not the caller. */
  async requireTurn(
    unit: Unit,
    act: { caseId: string; document: string; party: Party },
  ): Promise<{ loan: Loan; document: DocumentRecord }> {
    const loan = await this.#file.lock(unit, act.caseId);
    const document = await this.#parts.contracts.document(unit, act.document);
    if (document.caseId !== loan.id) throw new Fault('contract.document_unknown');
    const turn = turns.find(({ kind, party }) => kind === document.kind && party === act.party);
    if (turn === undefined) throw new Fault('contract.slot_unknown', { party: act.party });
    requireState(loan.state, turn.from);
    return { loan, document };
  }

  /** A signature has become part of the document: moves the case in the same unit. */
  async signed(unit: Unit, act: { caseId: string; document: string; party: Party }): Promise<void> {
    const { loan, document } = await this.requireTurn(unit, act);
    const turn = turns.find(({ kind, party }) => kind === document.kind && party === act.party);
    if (turn === undefined) throw new Fault('contract.slot_unknown', { party: act.party });
    const next = await this.#file.move(unit, loan, turn.to);
    for (const { kind, afterMs } of jobsAfter[next.state] ?? []) {
      const dueAt = addMs(this.#parts.clock.now(), afterMs);
      await this.#parts.jobs.add(unit, { caseId: loan.id, kind, dueAt });
    }
  }

  #noteConfirmed(loan: Loan, document: DocumentRecord): Commit<Loan> {
    return async (unit) => {
      const current = await this.#file.lock(unit, loan.id);
      requireState(current.state, 'loan_signed');
      await this.#recordConfirmation(unit, { loan, document, type: 'note.confirmed' });
      return this.#file.move(unit, current, 'note_confirmed');
    };
  }

  async #recordConfirmation(
    unit: Unit,
    act: { loan: Loan; document: DocumentRecord; type: 'sheet.confirmed' | 'note.confirmed' },
  ): Promise<void> {
    await this.#parts.evidence.record(unit, {
      caseId: act.loan.id,
      subject: act.loan.subject,
      type: act.type,
      disclosures: [
        { name: 'document', value: act.document.kind },
        { name: 'base', value: act.document.base.sha256 },
      ],
      of: [],
    });
  }
}

function requireConfirmable(loan: Loan, document: DocumentRecord, sha256: string): void {
  if (document.caseId !== loan.id) throw new Fault('contract.document_unknown');
  if (document.kind !== 'cost-sheet' && document.kind !== 'note') {
    throw new Fault('contract.slot_unknown', { kind: document.kind });
  }
  requireState(loan.state, document.kind === 'note' ? 'loan_signed' : 'approved');
  if (document.readAt === undefined) {
    throw new Fault('contract.reading_unfinished', { document: document.id });
  }
  if (document.base.sha256 !== sha256) throw new Fault('contract.digest_differs');
}

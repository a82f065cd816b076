/**
 * Money: the payment password, the order to the core system, repayments and what is overdue.
 *
 * Evidence before effect (law 5): the order leaves the house only when every signature is there and
 * the log holds the whole case so far at the level the product asks for. The order has one id for
 * one case, and its salts are kept before it is sent, so that repeating it is the same order.
 */
import { fromHex, toBase64 } from '#base/bytes';
import { addMs, chinaDate } from '#base/clock';
import { Fault } from '#base/fault';
import { fen } from '#base/money';
import type { Commit, TenantId, Unit } from '#base/unit';
import type { HeadOf } from './assessment.ts';
import { requireState } from './case.ts';
import { type CalendarDate, daysBetween, parseDate } from './days.ts';
import type { LoanFile } from './file.ts';
import { disburseJob } from './jobs.ts';
import type { LoanParts } from './parts.ts';
import { overdueInterest } from './penalty.ts';
import type { InstalmentRow, Loan } from './ports.ts';
import { planOf } from './print-facts.ts';
import { createdRight } from './rights.ts';
import { rowOriginal } from './row-original.ts';

export class Disbursement {
  readonly #parts: LoanParts;
  readonly #file: LoanFile;
  readonly #headOf: HeadOf;

  constructor(parts: LoanParts, more: { file: LoanFile; headOf: HeadOf }) {
    this.#parts = parts;
    this.#file = more.file;
    this.#headOf = more.headOf;
  }

  /** The payment password is checked by the bank's core system, which says so under its key. */
  async authorise(order: {
    tenant: TenantId;
    caseId: string;
    password: string;
  }): Promise<Commit<Loan>> {
    const { units, bank, clock } = this.#parts;
    const { loan, applicant, salts } = await units.run(order.tenant, async (unit) => {
      const held = await this.#file.lock(unit, order.caseId);
      requireState(held.state, 'note_confirmed');
      await this.#file.requireConsents(unit, held, ['bank-account']);
      return {
        loan: held,
        applicant: await this.#file.person(unit, held),
        salts: await this.#file.salts(unit, held),
      };
    });
    // One order for one case: the bank counts its wrong tries and locks it after five.
    const checked = await bank.checkPassword({
      order: loan.application,
      card: applicant.card,
      password: order.password,
      salts: { card: salts.card },
    });
    if (!checked.accepted) throw new Fault('lending.password_wrong');
    return async (unit) => {
      const current = await this.#file.lock(unit, loan.id);
      requireState(current.state, 'note_confirmed');
      await this.#parts.evidence.record(unit, {
        caseId: loan.id,
        subject: loan.subject,
        type: 'payment.authorised',
        disclosures: [{ name: 'method', value: 'payment-password' }],
        of: [],
        att: checked.attestation,
      });
      const dueAt = addMs(clock.now(), 0);
      await this.#parts.jobs.add(unit, { caseId: loan.id, kind: disburseJob, dueAt });
      return this.#file.move(unit, current, 'payment_authorised');
    };
  }

  /** Orders the money out, or says with a retryable refusal what is still missing. */
  async disburse(order: { tenant: TenantId; caseId: string }): Promise<Commit<Loan>> {
    const { units, bank, clock, contracts, evidence } = this.#parts;
    const ready = await units.run(order.tenant, async (unit) => {
      const held = await this.#file.lock(unit, order.caseId);
      if (held.state === 'disbursed') return undefined;
      requireState(held.state, 'payment_authorised');
      await this.#file.requireConsents(unit, held, ['bank-account']);
      const level = this.#file.productOf(held).disbursementLevel;
      // A thief of the database can write a state; what she authorised stands in the log.
      if (!(await evidence.holds(unit, held.id, 'payment.authorised'))) {
        throw new Fault('lending.authorisation_missing');
      }
      if (!(await evidence.caseHasLevel(unit, held.id, level))) {
        throw new Fault('lending.level_not_reached', { level }, { retryable: true });
      }
      const documents = await contracts.documentsOf(unit, held.id);
      return {
        loan: held,
        applicant: await this.#file.person(unit, held),
        salts: await this.#file.salts(unit, held),
        amountSalt: await this.#file.keptSalt(unit, held, 'disbursedAmount'),
        contract: documents.find(({ kind }) => kind === 'loan-contract'),
      };
    });
    if (ready === undefined) return (unit) => this.#file.lock(unit, order.caseId);
    const { loan, applicant, salts } = ready;
    const contract = await this.#signedContract(order.tenant, ready.contract?.id);
    const receipt = await bank.disburse({
      order: loan.application,
      contract,
      amount: fen(loan.amount ?? 0n),
      card: applicant.card,
      salts: { card: salts.card, amountFen: ready.amountSalt },
    });
    const disbursedOn = parseDate(chinaDate(clock.now()));
    return async (unit) => {
      const current = await this.#file.lock(unit, loan.id);
      requireState(current.state, 'payment_authorised');
      const disbursed: Loan = { ...current, disbursedOn };
      await this.#parts.evidence.record(unit, {
        caseId: loan.id,
        subject: loan.subject,
        type: 'disbursed',
        disclosures: [
          { name: 'amountFen', value: String(loan.amount), salt: ready.amountSalt },
          { name: 'order', value: loan.application },
        ],
        of: [rowOriginal(disbursed)],
        att: receipt.attestation,
      });
      await this.#parts.evidence.record(unit, { caseId: loan.id, ...createdRight(disbursed) });
      await this.#parts.instalments.plan(unit, loan.id, this.#rows(disbursed));
      return this.#file.move(unit, disbursed, 'disbursed');
    };
  }

  /** Takes a repayment the core system reports; lateness costs what the contract says. */
  async repay(order: {
    tenant: TenantId;
    caseId: string;
    number: number;
    paidOn: CalendarDate;
  }): Promise<Commit<{ loan: Loan; row: InstalmentRow; daysPastDue: number }>> {
    const { units, bank } = this.#parts;
    const { loan, row, salts } = await units.run(order.tenant, async (unit) => {
      const owed = await this.#owed(unit, order);
      return { ...owed, salts: await this.#repaymentSalts(unit, owed.loan, order.number) };
    });
    this.#requirePayable(loan, order.paidOn);
    const daysPastDue = Math.max(0, daysBetween(row.dueOn, order.paidOn));
    const penalty = this.#penalty(loan, row, daysPastDue);
    const paid: InstalmentRow = { ...row, penalty, paidOn: order.paidOn };
    const amount = fen(row.principal + row.interest + penalty);
    const receipt = await bank.repay({
      order: `${loan.application}-${row.number}`,
      disbursement: loan.application,
      number: row.number,
      amount,
      paidOn: order.paidOn,
      salts,
    });
    return async (unit) => {
      const { loan: current, rows } = await this.#owed(unit, order);
      await this.#parts.instalments.pay(unit, loan.id, paid);
      await this.#parts.evidence.record(unit, {
        caseId: loan.id,
        subject: loan.subject,
        type: 'repaid',
        disclosures: [
          { name: 'number', value: row.number },
          { name: 'amountFen', value: String(amount), salt: salts.amountFen },
          { name: 'paidOn', value: order.paidOn, salt: salts.paidOn },
          { name: 'daysPastDue', value: daysPastDue },
          { name: 'penaltyFen', value: String(penalty) },
        ],
        of: [],
        att: receipt.attestation,
      });
      const last = rows.filter(({ paidOn }) => paidOn === undefined).length === 1;
      if (last) await this.#settled(unit, loan);
      const to = last ? 'settled' : daysPastDue > 0 ? 'overdue' : 'repaying';
      return { loan: await this.#file.move(unit, current, to), row: paid, daysPastDue };
    };
  }

  /** The right ends with the debt; of a loan of before rights were registered there is none. */
  async #settled(unit: Unit, { id }: Loan): Promise<void> {
    const { evidence } = this.#parts;
    if (!(await evidence.holds(unit, id, 'right.created'))) return;
    await evidence.record(unit, { caseId: id, type: 'right.settled', disclosures: [], of: [] });
  }

  /** Nothing is paid back before it was paid out, nor, outside a simulated house, tomorrow. */
  #requirePayable(loan: Loan, paidOn: CalendarDate): void {
    const { mode, clock } = this.#parts;
    const early = loan.disbursedOn === undefined || daysBetween(loan.disbursedOn, paidOn) < 0;
    const late = mode === 'production' && paidOn > chinaDate(clock.now());
    if (early || late) throw new Fault('lending.date_malformed', { paidOn });
  }

  async #owed(unit: Unit, order: { caseId: string; number: number }) {
    const loan = await this.#file.lock(unit, order.caseId);
    const rows = await this.#parts.instalments.ofCase(unit, loan.id);
    const row = rows.find(({ number }) => number === order.number);
    if (row === undefined) throw new Fault('lending.instalment_unknown', { number: order.number });
    if (row.paidOn !== undefined) {
      throw new Fault('lending.instalment_paid', { number: order.number });
    }
    return { loan, row, rows };
  }

  async #repaymentSalts(unit: Unit, loan: Loan, number: number) {
    return {
      amountFen: await this.#file.keptSalt(unit, loan, `repaid.${number}.amountFen`),
      paidOn: await this.#file.keptSalt(unit, loan, `repaid.${number}.paidOn`),
    };
  }

  #penalty(loan: Loan, row: InstalmentRow, daysPastDue: number) {
    const { annualRate, overdueMultiplier } = this.#file.productOf(loan);
    return daysPastDue === 0
      ? fen(0n)
      : overdueInterest({
          amount: row.principal,
          annualRate,
          multiplier: overdueMultiplier,
          days: daysPastDue,
        });
  }

  #rows(loan: Loan): InstalmentRow[] {
    const plan = planOf(loan, this.#file.productOf(loan), loan.disbursedOn);
    return plan.instalments.map(({ number, dueOn, principal, interest }) => ({
      number,
      dueOn,
      principal,
      interest,
      penalty: fen(0n),
      paidOn: undefined,
    }));
  }

  async #signedContract(tenant: TenantId, document: string | undefined): Promise<string> {
    if (document === undefined) throw new Fault('lending.signature_missing');
    const head = await this.#headOf(tenant, document);
    const missing = ['borrower', 'lender'].filter((field) => !head.signedFields.includes(field));
    if (missing.length > 0)
      throw new Fault('lending.signature_missing', { missing: missing.join() });
    return toBase64(fromHex(head.sha256));
  }
}

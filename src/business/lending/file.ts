/**
 * The file of one loan: its row, its person in the vault, the facts its documents are printed from.
 */
import { toBase64Url, utf8 } from '#base/bytes';
import { canonical, type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { DocumentKind, Drafted } from '#business/contract';
import { saltBytes } from '#formats/disclosure';
import { type Attestation, attestationJson, parseAttestation } from '#formats/entry';
import { type CaseState, moved } from './case.ts';
import type { LoanParts } from './parts.ts';
import type { Loan, LoanProduct } from './ports.ts';
import { printFacts } from './print-facts.ts';
import { rowOriginal } from './row-original.ts';
import { type Applicant, applicantFields } from './terms.ts';

/** The vault fields of what her record says beside her own values, as canonical JSON. */
export const notCollectedField = 'notCollected';
export const decisionReasonsField = 'decisionReasons';
/** The vault field of the identity gateway's signed answer, canonical JSON. */
/** Under which name the secret half of a case is kept among its salts. */
export const receiptSalt = 'receipt';
const identityField = 'identityAttestation';

export type Salts = Readonly<Record<keyof Applicant, string>>;

export class LoanFile {
  readonly #parts: LoanParts;

  constructor(parts: LoanParts) {
    this.#parts = parts;
  }

  /** The case, locked until the unit ends. */
  async lock(unit: Unit, caseId: string): Promise<Loan> {
    return known(await this.#parts.loans.lock(unit, caseId), caseId);
  }

  /** The case as it stands. Who acts on what it says locks it and looks again. */
  async read(unit: Unit, caseId: string): Promise<Loan> {
    return known(await this.#parts.loans.find(unit, caseId), caseId);
  }

  async move(unit: Unit, loan: Loan, to: CaseState): Promise<Loan> {
    const next = { ...loan, state: moved(loan.state, to) };
    await this.#parts.loans.save(unit, next);
    if (to === 'loan_signed') await this.#parts.tenancy.concluded(unit);
    return next;
  }

  /** Records the decision with its reasons; a refusal ends the case here. */
  async decide(
    unit: Unit,
    loan: Loan,
    outcome: { decision: 'approved' | 'refused'; reasons: readonly string[] },
  ): Promise<Loan> {
    const decided = { ...loan, decision: outcome.decision };
    // Kept where her own record finds them: whoever is decided on may ask why (PIPL 24).
    const reasonsAt = { subject: loan.subject, field: decisionReasonsField };
    await this.#parts.persons.put(unit, reasonsAt, canonical(outcome.reasons));
    await this.#parts.evidence.record(unit, {
      caseId: loan.id,
      subject: loan.subject,
      type: 'risk.decided',
      disclosures: [
        { name: 'decision', value: outcome.decision },
        { name: 'reasons', value: outcome.reasons },
      ],
      of: [rowOriginal(decided)],
    });
    return this.move(unit, decided, outcome.decision);
  }

  /** Re-checks, at the moment of use, those of the kinds that the product asks for. */
  async requireConsents(unit: Unit, loan: Loan, kinds: readonly string[]): Promise<void> {
    const { consentsToApply } = this.productOf(loan);
    const asked = kinds.filter((kind) => consentsToApply.includes(kind));
    await this.#parts.consents.requireAccepted(unit, loan.id, asked);
  }

  /** Who lends, as the documents of the loan name it. */
  lenderOf(loan: Loan): ReturnType<LoanParts['tenancy']['lenderOf']> {
    return this.#parts.tenancy.lenderOf(loan.tenant);
  }

  productOf(loan: Loan): LoanProduct {
    const product = this.#parts.shelf.version(loan.product, loan.productVersion);
    if (product === undefined)
      throw new Fault('lending.product_unknown', { product: loan.product });
    return product;
  }

  async keepPerson(
    unit: Unit,
    file: {
      loan: Loan;
      applicant: Applicant;
      salts: Salts;
      identity: Attestation;
      notCollected: readonly string[];
    },
  ): Promise<void> {
    const { persons } = this.#parts;
    const { subject } = file.loan;
    // What was not asked for or not given is said, neither left empty nor called unknown (S4-02).
    const absent = canonical(file.notCollected);
    await persons.put(unit, { subject, field: notCollectedField }, absent);
    for (const field of applicantFields) {
      await persons.put(unit, { subject, field }, file.applicant[field]);
      await persons.put(unit, { subject, field: `salt.${field}` }, file.salts[field]);
    }
    const identity = canonical(attestationJson(file.identity));
    await persons.put(unit, { subject, field: identityField }, identity);
  }

  /** The identity gateway's word on her, which the authority asks for before it certifies. */
  async identity(unit: Unit, loan: Loan): Promise<Attestation | undefined> {
    const place = { subject: loan.subject, field: identityField };
    const kept = await this.#parts.persons.get(unit, place);
    return kept === undefined ? undefined : parseAttestation(parseCanonical(utf8(kept)));
  }

  async person(unit: Unit, loan: Loan): Promise<Applicant> {
    return this.#values(unit, loan, '');
  }

  /** Undefined while nobody has applied in this case. */
  async personIfKnown(unit: Unit, loan: Loan): Promise<Applicant | undefined> {
    return loan.contractNumber === undefined ? undefined : this.person(unit, loan);
  }

  async salts(unit: Unit, loan: Loan): Promise<Salts> {
    return this.#values(unit, loan, 'salt.');
  }

  /**
   * One salt for one value of one case, kept before a gateway is asked: asking again after a
   * crash is the same question.
   */
  async keptSalt(unit: Unit, loan: Loan, name: string): Promise<string> {
    const place = { subject: loan.subject, field: `salt.${name}` };
    const kept = await this.#parts.persons.get(unit, place);
    if (kept !== undefined) return kept;
    const salt = toBase64Url(this.#parts.random.bytes(saltBytes));
    await this.#parts.persons.put(unit, place, salt);
    return salt;
  }

  /**
   * What the contract's appendix prints as a QR: the number and its secret half, which opens what a
   * receipt opens and nothing before both have signed (S2-20).
   */
  async preservationLink(unit: Unit, loan: Loan): Promise<string> {
    const { engine, receipts, tenancy } = this.#parts;
    const secret = await this.keptSalt(unit, loan, receiptSalt);
    await receipts.keepReceipt(unit, loan.id, await engine.digest('sha256', utf8(secret)));
    const pages = await tenancy.pagesOf(unit.tenant);
    return `${pages}/verify#${loan.preservationNumber}.${secret}`;
  }

  /** Prints a document of this loan; `add` makes it part of the case. */
  async draft(
    loan: Loan,
    order: { kind: DocumentKind; applicant: Applicant; more?: { [name: string]: Json } },
  ): Promise<Drafted> {
    const product = this.productOf(loan);
    const at = this.#parts.clock.now();
    const lender = await this.#parts.tenancy.lenderOf(loan.tenant);
    const about = { loan, product, lender, applicant: order.applicant, at };
    const facts = await printFacts(about, this.#parts);
    return this.#parts.contracts.draft({
      kind: order.kind,
      inputs: { ...facts, ...order.more },
      at,
      caseId: loan.id,
      subject: loan.subject,
      secondsMin: (characters) => product.secondsMin(order.kind, characters),
    });
  }

  /** The two authorisations she signs before anybody asks anybody about her. */
  async authorisations(
    loan: Loan,
    applicant: Applicant,
    accepted: ReadonlySet<string>,
  ): Promise<Drafted[]> {
    const { words, consentsToApply } = this.productOf(loan);
    const consents = words.consents.map((row) => {
      const declined = consentsToApply.includes(row.code) && !accepted.has(row.code);
      return declined ? { ...row, status: 'declined' } : row;
    });
    return [
      await this.draft(loan, { kind: 'pi-authorisation', applicant, more: { consents } }),
      await this.draft(loan, { kind: 'credit-authorisation', applicant }),
    ];
  }

  async #values(unit: Unit, loan: Loan, prefix: string): Promise<Applicant> {
    const values: Partial<Record<keyof Applicant, string>> = {};
    for (const field of applicantFields) {
      const place = { subject: loan.subject, field: `${prefix}${field}` };
      const value = await this.#parts.persons.get(unit, place);
      if (value === undefined) throw new Fault('lending.case_unknown', { field: place.field });
      values[field] = value;
    }
    return values as Applicant;
  }
}

function known(loan: Loan | undefined, caseId: string): Loan {
  if (loan === undefined) throw new Fault('lending.case_unknown', { case: caseId });
  return loan;
}

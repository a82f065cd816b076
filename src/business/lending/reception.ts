/**
 * First contact, the agreement to sign electronically, separate consents, the application.
 *
 * Order of the story: nothing is signed before the agreement (电子签名法 3), no personal value is sent
 * to a gateway before the consent it needs. A person whom the four-element check does not know is
 * refused here, with the evidence of why (requirements C.15 no. 11).
 */
import { toBase64Url, utf8 } from '#base/bytes';
import { chinaDate, formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import { formatYuan } from '#base/money';
import type { Commit, TenantId, Unit } from '#base/unit';
import { freshToken, rootUnit } from '#business/access';
import { checkLocally } from '#business/identity';
import { saltBytes } from '#formats/disclosure';
import { preservationNumber } from '#trust/evidence';
import { requireState } from './case.ts';
import { decideChannel } from './channel.ts';
import { ageOn, parseDate } from './days.ts';
import type { Entrance } from './entrance.ts';
import type { LoanFile } from './file.ts';
import type { LoanParts } from './parts.ts';
import type { Loan, LoanProduct } from './ports.ts';
import { rowOriginal } from './row-original.ts';
import type { Applicant, Terms } from './terms.ts';

/** How somebody came to a first contact. */
export interface FirstContact {
  /** The outlet's code; without one the case belongs to the tenant's root. */
  readonly unit?: string | undefined;
  readonly entrance?: Entrance | undefined;
  /** Who opened it at a counter. */
  readonly staff?: string | undefined;
}

export interface Opened {
  readonly loan: Loan;
  /** The borrower's token: told once, kept only as a digest. */
  readonly token: string;
}

export class Reception {
  readonly #parts: LoanParts;
  readonly #file: LoanFile;

  constructor(parts: LoanParts, file: LoanFile) {
    this.#parts = parts;
    this.#file = file;
  }

  /**
   * Opens the case and its evidence; the preservation number is reserved from here on. A unit that
   * is not there is lending.unit_unknown.
   */
  async open(productId: string, contact: FirstContact = {}): Promise<Commit<Opened>> {
    const { unit: unitCode = rootUnit, entrance = 'web', staff } = contact;
    const { clock, random, shelf, engine } = this.#parts;
    const now = clock.now();
    const product = shelf.product(productId, now);
    if (product === undefined) throw new Fault('lending.product_unknown', { product: productId });
    const token = freshToken(random);
    const drafted: Omit<Loan, 'tenant'> = {
      id: toBase64Url(random.bytes(16)),
      unit: unitCode,
      application: uuidv7(this.#parts),
      preservationNumber: preservationNumber({ now, random }),
      product: product.id,
      productVersion: product.version,
      state: 'opened',
      subject: uuidv7(this.#parts),
      tokenSha256: await engine.digest('sha256', utf8(token)),
      openedAt: now,
      amount: undefined,
      termMonths: undefined,
      purpose: undefined,
      contractNumber: undefined,
      disbursedOn: undefined,
      decision: undefined,
      entrance,
    };
    return async (unit) => {
      const loan: Loan = { ...drafted, tenant: unit.tenant };
      await this.#parts.tenancy.admit(unit, product.id);
      if (unitCode !== rootUnit && !(await this.#parts.outlets.isOpen(unit, unitCode))) {
        throw new Fault('lending.unit_unknown');
      }
      await this.#parts.loans.add(unit, loan);
      await this.#parts.evidence.record(unit, {
        caseId: loan.id,
        subject: loan.subject,
        type: 'case.opened',
        disclosures: [
          { name: 'preservationNumber', value: loan.preservationNumber },
          { name: 'product', value: `${loan.product} ${loan.productVersion}` },
          { name: 'institution', value: unit.tenant },
          { name: 'entrance', value: entrance },
          { name: 'openedBy', value: staff ?? 'borrower' },
        ],
        of: [{ name: 'required-evidence', bytes: product.requiredEvidence }, rowOriginal(loan)],
      });
      return { loan, token };
    };
  }

  /** One consent, one act. The agreement to sign electronically moves the case on. */
  async consent(
    caseId: string,
    act: { kind: string; sha256: string; accepted: boolean; recipient?: string | undefined },
  ): Promise<Commit<Loan>> {
    const { consents } = this.#parts;
    return async (unit) => {
      const loan = await this.#file.lock(unit, caseId);
      const opens = act.kind === 'esign-agreement' && loan.state === 'opened';
      // Given and in force, once is enough; taken back or changed since, it may be given again.
      if (act.kind === 'esign-agreement' && (await consents.allows(unit, { caseId, ...act }))) {
        requireState(loan.state, 'opened');
      }
      await consents.decide(unit, { caseId, subject: loan.subject, ...act });
      if (!opens || !act.accepted) return loan;
      return this.#file.move(unit, loan, 'agreed');
    };
  }

  /** Checks the person here and at the gateway, then takes the application or refuses it. */
  async submit(order: {
    tenant: TenantId;
    caseId: string;
    applicant: Applicant;
    terms: Terms;
  }): Promise<Commit<Loan>> {
    const { units, clock } = this.#parts;
    const { applicant, terms } = order;
    const { loan, accepted } = await units.run(order.tenant, (unit) =>
      this.#admit(unit, order.caseId),
    );
    const product = this.#file.productOf(loan);
    const notCollected = this.#requireAcceptable(product, { applicant, terms });
    const salts = this.#salts(['name', 'idNumber', 'card', 'phone', 'address'] as const);
    const checked = await this.#parts.identity.check({
      request: uuidv7(this.#parts),
      person: applicant,
      salts,
    });
    const known = checked.result === 'match';
    const at = clock.now();
    const applied: Loan = {
      ...loan,
      amount: terms.amount,
      termMonths: terms.termMonths,
      purpose: terms.purpose,
      contractNumber: `HT${loan.preservationNumber.slice(2)}`,
    };
    const drafts = known ? await this.#file.authorisations(applied, applicant, accepted) : [];
    return async (unit) => {
      const current = await this.#file.lock(unit, loan.id);
      requireState(current.state, 'agreed');
      const { attestation } = checked;
      const identity = attestation;
      await this.#file.keepPerson(unit, { loan, applicant, salts, identity, notCollected });
      await this.#recordApplication(unit, { applied, applicant, salts, notCollected });
      await this.#parts.evidence.record(unit, {
        caseId: loan.id,
        subject: loan.subject,
        type: 'identity.checked',
        disclosures: [
          { name: 'result', value: checked.result },
          { name: 'checkedAt', value: formatInstant(at) },
        ],
        of: [],
        att: attestation,
      });
      if (!known) {
        const reasons = ['identity.mismatch'];
        return this.#file.decide(unit, applied, { decision: 'refused', reasons });
      }
      for (const { add } of drafts) await add(unit);
      return this.#file.move(unit, applied, 'applied');
    };
  }

  /** Refuses what needs nobody outside to be refused; answers what is not collected of her. */
  #requireAcceptable(
    product: LoanProduct,
    { applicant, terms }: { applicant: Applicant; terms: Terms },
  ): readonly string[] {
    const { clock, consents, contracts, mode } = this.#parts;
    const notCollected = this.#requireMinimal(product, applicant);
    const { born } = checkLocally(applicant, mode);
    consents.refuseChild(ageOn(parseDate(born), parseDate(chinaDate(clock.now()))));
    // What the contract could not carry is refused here, not when everything else is decided.
    contracts.requireSettable({ ...applicant });
    this.#requireTerms(product, terms);
    this.#requireRemote(product, { born, terms });
    return notCollected;
  }

  async #admit(unit: Unit, caseId: string): Promise<{ loan: Loan; accepted: ReadonlySet<string> }> {
    const { consents } = this.#parts;
    const loan = await this.#file.lock(unit, caseId);
    requireState(loan.state, 'agreed');
    await consents.requireDecided(unit, caseId, this.#file.productOf(loan).consentsToApply);
    const held = (await consents.decisionsOf(unit, caseId)).filter((one) => one.accepted);
    return { loan, accepted: new Set(held.map(({ kind }) => kind)) };
  }

  async #recordApplication(
    unit: Unit,
    filed: {
      applied: Loan;
      applicant: Applicant;
      salts: Record<keyof Applicant, string>;
      notCollected: readonly string[];
    },
  ): Promise<void> {
    const { applied, applicant, salts, notCollected } = filed;
    const fields = ['name', 'idNumber', 'card', 'phone', 'address'] as const;
    await this.#parts.evidence.record(unit, {
      caseId: applied.id,
      subject: applied.subject,
      type: 'application.received',
      disclosures: [
        ...fields.map((name) => ({ name, value: applicant[name], salt: salts[name] })),
        { name: 'amountFen', value: String(applied.amount) },
        { name: 'termMonths', value: applied.termMonths ?? 0 },
        { name: 'purpose', value: applied.purpose ?? '' },
        { name: 'notCollected', value: notCollected },
      ],
      of: [rowOriginal(applied)],
    });
  }

  /** Refuses a field outside the product's list; answers what of the list was not given. */
  #requireMinimal(product: LoanProduct, applicant: Applicant): readonly string[] {
    const { fields } = product.minimisation;
    const given = new Set(Object.keys(applicant));
    const over = [...given].filter((name) => fields.every(({ field }) => field !== name));
    if (over.length > 0) throw new Fault('lending.field_not_collected', { fields: over.join(' ') });
    return fields.map(({ field }) => field).filter((field) => !given.has(field));
  }

  #requireTerms(product: LoanProduct, terms: Terms): void {
    const amountFits = terms.amount >= product.amountMin && terms.amount <= product.amountMax;
    if (!amountFits || !product.termMonths.includes(terms.termMonths)) {
      throw new Fault('lending.terms_refused', {
        amount: formatYuan(terms.amount),
        termMonths: terms.termMonths,
      });
    }
    if (!Object.hasOwn(product.words.purposes, terms.purpose)) {
      throw new Fault('lending.terms_refused', { purpose: terms.purpose });
    }
  }

  #requireRemote(product: LoanProduct, asked: { born: string; terms: Terms }): void {
    const decision = decideChannel(
      {
        born: parseDate(asked.born),
        on: parseDate(chinaDate(this.#parts.clock.now())),
        purpose: asked.terms.purpose === 'housing' ? 'HOUSING' : 'CONSUMPTION',
        amount: asked.terms.amount,
        months: asked.terms.termMonths,
        consumerLine: asked.terms.amount,
      },
      product.channelLimits,
    );
    if (decision.channel !== 'remote') {
      const reasons = decision.reasons.join(' ');
      throw new Fault('lending.channel_refused', { channel: decision.channel, reasons });
    }
  }

  #salts<Name extends string>(names: readonly Name[]): Record<Name, string> {
    const pairs = names.map((name) => [name, toBase64Url(this.#parts.random.bytes(saltBytes))]);
    return Object.fromEntries(pairs) as Record<Name, string>;
  }
}

/**
 * The privacy room over the lending rooms of one process, with stores in memory.
 *
 * The vault here is a map that can forget and restrict; what the real one adds is its own test's
 * matter.
 */
import { fromUtf8, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { chinaDate } from '#base/clock';
import { Fault } from '#base/fault';
import { fen } from '#base/money';
import type { Unit } from '#base/unit';
import { checkLocally } from '#business/identity';
import {
  type Applicant,
  DecisionReview,
  type Loan,
  parseDate,
  SigningDesk,
  type SigningDeskParts,
} from '#business/lending';
import {
  type CaseBook,
  type CaseFacts,
  Erasure,
  type Hold,
  Holds,
  type PersonalRecords,
  PersonalReport,
  Portions,
  type PrivacyStore,
  RetentionRun,
  RightsDesk,
  type RightsRequest,
  type RunRow,
} from '#business/privacy';
import { applicant, demoParties, demoProduct, LendingHouse } from './lending-house.ts';
import { testUnit } from './memory-stores.ts';

/** These are asked only after her consents were; no story here gets so far. */
const unasked = async (): Promise<never> => {
  throw new Error('no story here signs');
};
const nobodySigns = {
  sealer: { prepare: unasked, seal: unasked },
  shelf: { read: unasked },
  lenderSeal: { chosen: unasked },
  outlines: { lettersOf: unasked },
} as unknown as Pick<SigningDeskParts, 'sealer' | 'shelf' | 'lenderSeal' | 'outlines'>;

type Days = Partial<Pick<CaseFacts, 'decidedOn' | 'endedOn'>>;

export class PrivacyHouse {
  readonly lending: LendingHouse;
  readonly store = new MemoryPrivacy();
  readonly records: MemoryRecords;
  readonly cases: MemoryCases;
  readonly review: DecisionReview;
  readonly signing: SigningDesk;
  readonly rights: RightsDesk;
  readonly report: PersonalReport;
  readonly holds: Holds;
  readonly retention: RetentionRun;
  readonly portions: Portions;
  readonly erasure: Erasure;
  /** Approvals that somebody else has given, by id. */
  readonly approvals = new Set<string>();
  /** How often a new epoch was ordered. */
  epochsOrdered = 0;

  private constructor(lending: LendingHouse) {
    this.lending = lending;
    this.records = new MemoryRecords(lending);
    this.cases = new MemoryCases(lending, this.records);
    const { parts } = lending;
    const { clock, random, evidence, units, consents, contracts, mode } = parts;
    const { store, records, cases } = this;
    const shelf = lending.catalog;
    const base = { clock, random, evidence, store, records, shelf, cases, units };
    const epochs = { order: async () => void (this.epochsOrdered += 1) };
    const fourEyes = {
      take: async (_unit: Unit, { id }: { id: string | undefined }) => {
        if (id === undefined || !this.approvals.delete(id)) {
          throw new Fault('access.approval_needed');
        }
      },
    };
    const erasure = new Erasure({ ...base, epochs });
    this.erasure = erasure;
    this.review = new DecisionReview(parts, lending.file);
    const { file, conclusion } = lending;
    this.signing = new SigningDesk({ loan: parts, file, conclusion, ...nobodySigns });
    this.rights = new RightsDesk({
      ...base,
      erasure,
      fourEyes,
      review: this.review,
      entries: lending.log,
      check: (person) => void checkLocally(person, mode),
    });
    this.report = new PersonalReport({
      ...base,
      erasure,
      consents,
      contracts,
      handlerOf: (tenant) => demoParties.handlerOf(tenant),
      now: () => clock.now(),
    });
    this.holds = new Holds({ ...base, erasure, fourEyes });
    this.portions = new Portions({ ...base, erasure, consents });
    this.retention = new RetentionRun({ ...base, erasure, portions: this.portions });
  }

  static async open(): Promise<PrivacyHouse> {
    return new PrivacyHouse(await LendingHouse.open());
  }

  /** Opens a case and takes the agreement to sign electronically. */
  async begin(): Promise<Loan> {
    const { loan } = await (await this.lending.reception.open(demoProduct))(testUnit);
    await this.decide(loan.id, 'esign-agreement', true);
    return loan;
  }

  async decide(caseId: string, kind: string, answer: boolean | { to: string }) {
    const accepted = answer !== false;
    const recipient = typeof answer === 'object' ? answer.to : undefined;
    const { consents } = this.lending.parts;
    const { sha256 } = await consents.shown(testUnit.tenant, kind, recipient);
    const loan = await this.lending.file.lock(testUnit, caseId);
    if (kind === 'esign-agreement') {
      await (await this.lending.reception.consent(caseId, { kind, sha256, accepted }))(testUnit);
      return;
    }
    const act = { caseId, subject: loan.subject, kind, sha256, accepted };
    await consents.decide(testUnit, recipient === undefined ? act : { ...act, recipient });
  }

  async submit(caseId: string, person: Applicant = applicant): Promise<Loan> {
    const terms = { amount: fen(500_000n), termMonths: 12, purpose: 'farming' };
    const order = { tenant: testUnit.tenant, caseId, applicant: person, terms };
    return (await this.lending.reception.submit(order))(testUnit);
  }

  /** An application with every consent given but those refused. */
  async apply(refused: readonly string[] = [], person: Applicant = applicant): Promise<Loan> {
    const loan = await this.begin();
    for (const kind of this.lending.file.productOf(loan).consentsToApply) {
      await this.decide(loan.id, kind, !refused.includes(kind));
    }
    return this.submit(loan.id, person);
  }

  /** A loan that was paid back on 2027-11-30. */
  async settled(): Promise<Loan> {
    const loan = await this.lending.place(await this.apply(), 'settled');
    this.cases.days.set(loan.id, { endedOn: parseDate('2027-11-30') });
    return loan;
  }

  async assess(loan: Loan): Promise<Loan> {
    await this.lending.place(loan, 'credit_authorised');
    this.lending.signedFields = ['borrower'];
    const order = { tenant: testUnit.tenant, caseId: loan.id };
    return (await this.lending.assessment.assess(order))(testUnit);
  }

  withdraw(loan: Loan, kind: string, recipient?: string): Promise<{ effect: string }> {
    const act = { caseId: loan.id, subject: loan.subject, kind, recipient };
    return this.portions.withdraw(testUnit, act);
  }

  async ask(loan: Loan, kind: RightsRequest['kind'], changes?: Record<string, string>) {
    const order = { tenant: testUnit.tenant, caseId: loan.id, by: 'borrower', kind, words: '' };
    return this.rights.open(changes === undefined ? order : { ...order, changes })(testUnit);
  }

  types(caseId: string): readonly string[] {
    return this.lending.entries(caseId).map(({ type }) => type);
  }

  /** What the newest entry of a type says, opened. */
  facts(type: string): Promise<Readonly<Record<string, Json>>> {
    return this.lending.facts(type);
  }
}

/** Values by subject and field, with the two ends a vault knows. */
export class MemoryRecords implements PersonalRecords {
  readonly standings = new Map<string, 'restricted' | 'erased'>();
  readonly #lending: LendingHouse;
  #purpose: string | undefined;

  constructor(lending: LendingHouse) {
    this.#lending = lending;
  }

  async getAll(_unit: Unit, subject: string, fields?: readonly string[]) {
    this.#refuse(subject);
    const values = Object.entries(this.#lending.persons.of(subject));
    const wanted = values.filter(([field]) => fields === undefined || fields.includes(field));
    return Object.fromEntries(wanted.map(([field, value]) => [field, utf8(value)]));
  }

  async putAll(unit: Unit, subject: string, values: Readonly<Record<string, Uint8Array>>) {
    this.#refuse(subject);
    for (const [field, value] of Object.entries(values)) {
      await this.#lending.persons.put(unit, { subject, field }, fromUtf8(value));
    }
  }

  async erase(_unit: Unit, subject: string) {
    const lawful = this.#purpose === 'legal';
    if (this.standings.get(subject) === 'restricted' && !lawful)
      throw new Fault('vault.restricted');
    this.standings.set(subject, 'erased');
    this.#lending.persons.forget(subject);
  }

  async restrict(_unit: Unit, subject: string) {
    this.standings.set(subject, 'restricted');
    this.#purpose = undefined;
  }

  under(_unit: Unit, purpose: 'legal' | 'subject') {
    this.#purpose = purpose;
  }

  #refuse(subject: string): void {
    const standing = this.standings.get(subject);
    if (standing === 'erased') throw new Fault('vault.erased');
    if (standing === 'restricted' && this.#purpose === undefined)
      throw new Fault('vault.restricted');
  }
}

const decisions = new Set(['risk.decided', 'decision.reviewed']);

/** Cases as the lending rooms have them; the days of their ends are a test's to set. */
export class MemoryCases implements CaseBook {
  readonly days = new Map<string, Days>();
  readonly #lending: LendingHouse;
  readonly #records: MemoryRecords;

  constructor(lending: LendingHouse, records: MemoryRecords) {
    this.#lending = lending;
    this.#records = records;
  }

  async lock(_unit: Unit, caseId: string): Promise<CaseFacts | undefined> {
    const loan = this.#lending.loans.rows.get(caseId);
    if (loan === undefined) return undefined;
    const decided = this.#lending.entries(caseId).findLast(({ type }) => decisions.has(type));
    return {
      caseId,
      subject: loan.subject,
      product: loan.product,
      productVersion: loan.productVersion,
      state: loan.state,
      openedOn: parseDate(chinaDate(loan.openedAt)),
      decidedOn: decided === undefined ? undefined : parseDate(chinaDate(decided.at)),
      endedOn: undefined,
      ...this.days.get(caseId),
      standing: this.#records.standings.get(loan.subject) ?? 'open',
    };
  }

  async portions(_unit: Unit, subject: string): Promise<readonly string[]> {
    const all = this.#lending.persons.subjects();
    const names = all.filter((name) => name.startsWith(`${subject}.`));
    return names.filter((name) => this.#records.standings.get(name) !== 'erased');
  }

  async page(_unit: Unit, after: string, countMax: number): Promise<readonly string[]> {
    const living = [...this.#lending.loans.rows.values()].filter(
      ({ subject }) => this.#records.standings.get(subject) !== 'erased',
    );
    const ids = living.map(({ id }) => id).filter((id) => id > after);
    return ids.toSorted((a, b) => (a < b ? -1 : 1)).slice(0, countMax);
  }
}

export class MemoryPrivacy implements PrivacyStore {
  readonly #requests = new Map<string, RightsRequest>();
  readonly #holds = new Map<string, Hold>();
  readonly runs = new Map<string, RunRow>();

  async putRequest(_unit: Unit, request: RightsRequest) {
    this.#requests.set(request.id, request);
  }

  async request(_unit: Unit, id: string) {
    return this.#requests.get(id);
  }

  async requests(_unit: Unit, asked: { caseId: string } | { openMax: number }) {
    const all = [...this.#requests.values()];
    if ('caseId' in asked) return all.filter(({ caseId }) => caseId === asked.caseId);
    const open = all.filter(({ standing }) => standing === 'open');
    return open.toSorted((a, b) => a.dueOn.localeCompare(b.dueOn)).slice(0, asked.openMax);
  }

  async putHold(_unit: Unit, hold: Hold) {
    this.#holds.set(hold.id, hold);
  }

  async hold(_unit: Unit, id: string) {
    return this.#holds.get(id);
  }

  async standingHolds(_unit: Unit, caseId: string) {
    const all = [...this.#holds.values()];
    return all.filter((one) => one.caseId === caseId && one.liftedAt === undefined);
  }

  async putRun(_unit: Unit, run: RunRow) {
    this.runs.set(run.id, run);
  }

  async openRun() {
    return [...this.runs.values()].find(({ done }) => !done);
  }
}

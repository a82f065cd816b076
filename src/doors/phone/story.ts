/**
 * The main job from the borrower's side: one loan, from first contact to the money.
 *
 * Every step is told before the next one begins, so that whoever drives this can write down what
 * the house has promised and compare it after a crash.
 */
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import { type Members, textIn } from './line.ts';
import { fetchShown, type Held, type PhoneParts, SigningSession } from './session.ts';

export interface StoryPlan {
  readonly product: string;
  readonly applicant: {
    readonly name: string;
    readonly idNumber: string;
    readonly card: string;
    readonly phone: string;
    readonly address: string;
  };
  readonly amountFen: string;
  readonly termMonths: number;
  readonly purpose: string;
  readonly consents: readonly string[];
  readonly password: string;
}

/** Told after each step; the story goes on when the promise resolves. */
export type Tell = (step: string, answer: Json) => Promise<void>;

export interface StoryEnd {
  readonly application: string;
  readonly case: string;
  readonly token: string;
  readonly state: string;
}

const waitMsDefault = 120_000;
const pollMs = 100;

export class BorrowerStory {
  readonly #parts: PhoneParts;
  readonly #plan: StoryPlan;
  readonly #tell: Tell;
  readonly #waitMs: number;
  #application = '';

  constructor(parts: PhoneParts, plan: StoryPlan, tell: Tell) {
    this.#parts = parts;
    this.#waitMs = parts.waitMsMax ?? waitMsDefault;
    this.#plan = plan;
    this.#tell = tell;
  }

  async run(): Promise<StoryEnd> {
    const opened = await this.#open();
    const end = (state: string): StoryEnd => ({
      application: this.#application,
      case: textIn(opened, 'case'),
      token: textIn(opened, 'token'),
      state,
    });
    const applied = await this.#apply();
    if (applied === 'refused') return end(applied);
    await this.#signAuthorisations();
    const decision = await this.#assess();
    if (decision === 'refused') return end(decision);
    await this.#confirmSheet();
    await this.#signContract();
    await this.#confirmNote();
    await this.#pay();
    return end('disbursed');
  }

  async #open(): Promise<Members> {
    const { line } = this.#parts;
    const opened = await line.post('/v1/applications', { product: this.#plan.product });
    line.hold(textIn(opened, 'token'));
    this.#application = textIn(opened, 'application');
    const { token: _token, ...told } = opened;
    await this.#tell('case.opened', told);
    return opened;
  }

  async #apply(): Promise<string> {
    for (const kind of ['esign-agreement', ...this.#plan.consents]) await this.#consent(kind);
    const { applicant, amountFen, termMonths, purpose } = this.#plan;
    const applied = await this.#step('submission', {
      applicant: { ...applicant },
      terms: { amountFen, termMonths, purpose },
    });
    await this.#tell('application.received', applied);
    return textIn(applied, 'state');
  }

  async #consent(kind: string): Promise<void> {
    const text = await this.#parts.line.get(`/v1/consents/${kind}`);
    const sha256 = textIn(text, 'sha256');
    const answer = await this.#step('consents', { kind, sha256, accepted: true });
    await this.#tell(`consent.${kind}`, answer);
  }

  async #signAuthorisations(): Promise<void> {
    const held: Held[] = [];
    for (const kind of ['pi-authorisation', 'credit-authorisation']) {
      held.push(await this.#read(kind));
    }
    await new SigningSession(this.#parts).sign(held);
    await this.#tell(
      'authorisations.signed',
      held.map(({ sha256 }) => sha256),
    );
  }

  async #assess(): Promise<string> {
    const assessed = await this.#step('assessment', {});
    await this.#tell('risk.decided', assessed);
    return textIn(assessed, 'state') === 'refused' ? 'refused' : 'approved';
  }

  async #confirmSheet(): Promise<void> {
    await this.#confirm('cost-sheet', 'sheet.confirmed');
  }

  async #signContract(): Promise<void> {
    const contract = await this.#read('loan-contract');
    await new SigningSession(this.#parts).sign([contract]);
    await this.#tell('contract.signed', contract.sha256);
    await this.#until('loan_signed');
    await this.#tell('contract.sealed', contract.sha256);
  }

  async #confirmNote(): Promise<void> {
    await this.#confirm('note', 'note.confirmed');
  }

  async #pay(): Promise<void> {
    const { password } = this.#plan;
    const paid = await this.#step('payment-authorisations', { password });
    await this.#tell('payment.authorised', paid);
    await this.#until('disbursed');
    await this.#tell('disbursed', { application: this.#application });
  }

  /** Fetches, shows page by page, and waits as long as the house says; then it counts as read. */
  async #read(kind: string): Promise<Held> {
    const { line } = this.#parts;
    const listed = await this.#listed(kind);
    const held = await fetchShown(this.#parts, listed);
    for (let page = 1; page <= listed.pages; page += 1) {
      await line.post(`/v1/contracts/${held.id}/reading`, { page });
    }
    for (let page = listed.pages; ; ) {
      const reading = await line.post(`/v1/contracts/${held.id}/reading`, { page });
      if (reading['met'] === true) break;
      await line.sleep(Math.max(pollMs, Number(reading['secondsLeft'] ?? 1) * 1000));
      page = listed.pages;
    }
    for (const clause of listed.clauses) {
      const { sha256 } = held;
      await line.post(`/v1/contracts/${held.id}/clauses/${clause}/confirm`, { sha256 });
    }
    await this.#tell(`read.${kind}`, { sha256: held.sha256, pages: listed.pages });
    return held;
  }

  /** The document as the house lists it; some are printed a moment after the step before. */
  async #listed(kind: string): Promise<Listed> {
    for (let waitedMs = 0; waitedMs < this.#waitMs; waitedMs += pollMs) {
      const application = await this.#parts.line.get(`/v1/applications/${this.#application}`);
      const listed = contractsIn(application).find((one) => one.kind === kind);
      if (listed !== undefined) return listed;
      await this.#parts.line.sleep(pollMs);
    }
    throw new Fault('phone.document_missing', { kind });
  }

  async #confirm(kind: string, step: string): Promise<void> {
    const held = await this.#read(kind);
    const { sha256 } = held;
    const answer = await this.#parts.line.post(`/v1/contracts/${held.id}/confirm`, { sha256 });
    await this.#tell(step, answer);
  }

  async #until(state: string): Promise<void> {
    for (let waitedMs = 0; waitedMs < this.#waitMs; waitedMs += pollMs) {
      const application = await this.#parts.line.get(`/v1/applications/${this.#application}`);
      if (application['state'] === state) return;
      await this.#parts.line.sleep(pollMs);
    }
    throw new Fault('phone.waited_in_vain', { state });
  }

  async #step(path: string, body: Json): Promise<Members> {
    return this.#parts.line.post(`/v1/applications/${this.#application}/${path}`, body);
  }
}

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly sha256: string;
  readonly pages: number;
  /** Ids of the clauses that are confirmed one by one. */
  readonly clauses: readonly string[];
}

function clausesIn(one: Members): readonly string[] {
  const list = one['clauses'];
  if (!Array.isArray(list)) throw new Fault('phone.answer_malformed', { member: 'clauses' });
  return (list as readonly Members[]).map((clause) => textIn(clause, 'id'));
}

function contractsIn(application: Members): Listed[] {
  const list = application['contracts'];
  if (!Array.isArray(list)) throw new Fault('phone.answer_malformed', { member: 'contracts' });
  return (list as readonly Members[]).map((one) => ({
    id: textIn(one, 'id'),
    kind: textIn(one, 'kind'),
    sha256: textIn(one, 'sha256'),
    pages: Number(one['pages']),
    clauses: clausesIn(one),
  }));
}

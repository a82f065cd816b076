/**
 * The lending rooms in one process: real desks, real evidence, catalogue, press and simulators over
 * stores in memory. For rules that need no second process to be broken.
 */

import { join } from 'node:path';
import { CatalogFolder } from '#adapters/catalog';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import {
  BureauGateway,
  bureauSimulator,
  CoreBankingGateway,
  coreBankingSimulator,
  type GatewayCall,
  IdentityGateway,
  identitySimulator,
  type SimulatorParts,
  SmsGateway,
  smsSimulator,
  syntheticBorrower,
} from '#adapters/gateways';
import { loadFonts, Typesetter } from '#adapters/typesetting';
import { answerOfFault, type Handler } from '#adapters/wire';
import { toBase64 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { addMs, type Clock, type Instant, parseInstant } from '#base/clock';
import { fen } from '#base/money';
import { type Random, seededRandom } from '#base/random';
import { Catalog } from '#business/catalog';
import { type ConsentParties, Consents } from '#business/consent';
import { ContractDesk, IntentDesk, type PrintOrder } from '#business/contract';
import {
  Assessment,
  Conclusion,
  Disbursement,
  type Loan,
  LoanFile,
  type LoanParts,
  Reception,
} from '#business/lending';
import { parseDisclosures } from '#formats/disclosure';
import { type Entry, parseEntry } from '#formats/entry';
import { Evidence } from '#trust/evidence';
import {
  MemoryConsents,
  MemoryDocuments,
  MemoryEntries,
  MemoryInstalments,
  MemoryJobs,
  MemoryLoans,
  MemoryPersons,
  MemoryRegister,
  testUnit,
} from './memory-stores.ts';

const catalogFolder = join(import.meta.dirname, '../../catalog');
export const demoProduct = 'rural-loan-demo';
/** What a contract's appendix prints where a test drafts one by hand. */
export const preservationLink =
  'https://bank.example/verify#FB202611210000000001.AAAAAAAAAAAAAAAAAAAAAA';
/** Offers everything, has room for everything. */
const cooperative: LoanParts['tenancy'] = {
  lenderOf: async () => ({
    name: '示例县农村信用合作联社',
    code: '91999999MA00000079',
    address: '示例省示例县人民路 1 号',
    phone: '000-0000-0001',
    court: '贷款人住所地有管辖权的人民法院',
  }),
  admit: async () => undefined,
  concluded: async () => undefined,
  messageSent: async () => undefined,
  pagesOf: async () => 'https://bank.example',
};
export const applicant = { ...syntheticBorrower, address: '示例省示例县人民路 2 号' };

export class LendingHouse {
  readonly catalog: Catalog;
  readonly clock: TurnedClock;
  /** The key with which this process states entries. */
  readonly actor = softSigner(generateSoftKey('ed25519'));
  readonly log = new MemoryEntries();
  readonly loans = new MemoryLoans();
  readonly instalments = new MemoryInstalments();
  readonly persons = new MemoryPersons();
  readonly consentRows = new MemoryConsents();
  /** Secret halves by case, as their digests. */
  readonly receiptDigests = new Map<string, Uint8Array>();
  readonly receipts: LoanParts['receipts'] = {
    keepReceipt: async (_unit, caseId, sha256) => {
      if (!this.receiptDigests.has(caseId)) this.receiptDigests.set(caseId, sha256);
    },
  };
  /** What the press was asked to set, in order. */
  readonly orders: PrintOrder[] = [];
  /** Base revisions by document. */
  readonly originals = new Map<string, Uint8Array>();
  readonly press: Typesetter;
  readonly bank: GatewayCall;
  readonly parts: LoanParts;
  readonly file: LoanFile;
  readonly reception: Reception;
  readonly assessment: Assessment;
  readonly conclusion: Conclusion;
  readonly disbursement: Disbursement;
  /** Whose signatures the newest revision of every document carries. */
  signedFields: readonly string[] = [];

  private constructor(catalog: Catalog, clock: TurnedClock) {
    this.catalog = catalog;
    this.clock = clock;
    this.press = pressOf(catalog);
    const random = seededRandom(7);
    const base = { clock, random, engine: nodeEngine, units, evidence: this.#evidence(random) };
    const { call, ...outside } = gatewaysOf(base);
    this.bank = call;
    const documents = new MemoryDocuments();
    this.parts = {
      ...base,
      ...outside,
      mode: 'simulated',
      tenancy: cooperative,
      loans: this.loans,
      outlets: { isOpen: async () => false },
      receipts: this.receipts,
      instalments: this.instalments,
      jobs: new MemoryJobs(),
      persons: this.persons,
      shelf: catalog,
      consents: new Consents({
        ...base,
        store: this.consentRows,
        shelf: catalog,
        parties: demoParties,
      }),
      contracts: new ContractDesk({ ...base, documents, ...this.#shop() }),
      intents: new IntentDesk({ ...base, documents, ...outside, ...nobodySigns }),
    };
    this.file = new LoanFile(this.parts);
    const more = { file: this.file, headOf: async () => this.#head() };
    this.reception = new Reception(this.parts, this.file);
    this.assessment = new Assessment(this.parts, more);
    this.conclusion = new Conclusion(this.parts, this.file);
    this.disbursement = new Disbursement(this.parts, more);
  }

  static async open(): Promise<LendingHouse> {
    const clock = new TurnedClock();
    const reader = new CatalogFolder(catalogFolder);
    return new LendingHouse(await Catalog.load({ reader, engine: nodeEngine, clock }), clock);
  }

  /** First contact, every consent, and the application of the story. */
  async apply(): Promise<Loan> {
    const { loan } = await (await this.reception.open(demoProduct))(testUnit);
    const product = this.file.productOf(loan);
    for (const kind of ['esign-agreement', ...product.consentsToApply]) {
      const { sha256 } = await this.parts.consents.shown(testUnit.tenant, kind);
      await (await this.reception.consent(loan.id, { kind, sha256, accepted: true }))(testUnit);
    }
    const terms = { amount: fen(500_000n), termMonths: 12, purpose: 'farming' };
    const order = { tenant: testUnit.tenant, caseId: loan.id, applicant, terms };
    return (await this.reception.submit(order))(testUnit);
  }

  /** Puts a case where a test begins; how it came there is another test's matter. */
  async place(loan: Loan, state: Loan['state']): Promise<Loan> {
    const placed: Loan = { ...loan, state };
    await this.loans.save(testUnit, placed);
    return placed;
  }

  async stateOf(caseId: string): Promise<Loan['state']> {
    return (await this.file.lock(testUnit, caseId)).state;
  }

  entries(caseId: string): readonly Entry[] {
    return this.log.rows
      .filter((row) => row.caseId === caseId)
      .map(({ bytes }) => parseEntry(bytes));
  }

  /** What the newest entry of a type says, opened. */
  async facts(type: string): Promise<Readonly<Record<string, Json>>> {
    const row = this.log.rows.findLast((one) => one.type === type);
    if (row?.sealed === undefined) throw new Error(`no ${type} with disclosures`);
    const opened = await parseDisclosures(row.sealed, nodeEngine);
    return Object.fromEntries(opened.map(({ name, value }) => [name, value]));
  }

  #evidence(random: Random): Evidence {
    const keep = async (_unit: unknown, _place: unknown, bytes: Uint8Array) => bytes;
    return new Evidence({
      store: this.log,
      judge: async () => this.log.level,
      keeper: { seal: keep, open: keep },
      signer: this.actor,
      actor: 'serve',
      environment: toBase64(new Uint8Array(32)),
      engine: nodeEngine,
      clock: this.clock,
      random,
    });
  }

  /** The press and the shelf, both watched. */
  #shop() {
    const press = {
      print: async (order: PrintOrder) => {
        this.orders.push(order);
        return this.press.print(order);
      },
      requireSettable: (texts: { readonly [field: string]: string }) =>
        this.press.requireSettable(texts),
    };
    const keep = async (_unit: unknown, place: { document: string }, pdf: Uint8Array) =>
      void this.originals.set(place.document, pdf);
    return { press, originals: { keep } };
  }

  #head(): { sha256: string; signedFields: readonly string[] } {
    const { signedFields } = this;
    return { sha256: '7c'.repeat(32), signedFields };
  }
}

/** The institution that handles, and one partner by name to whom it may hand on. */
export const demoParties: ConsentParties = {
  handlerOf: async () => ({ name: '示例县农村信用合作联社', contact: '000-0000-0001' }),
  recipientOf: async (_tenant, id) =>
    id === 'partner-a' ? { name: '示例担保公司', contact: '000-0000-0002' } : undefined,
};

let onePress: Typesetter | undefined;

/** Fonts, and what the press remembers of a layout, know no house: one sets for all of a thread. */
function pressOf(catalog: Catalog): Typesetter {
  onePress ??= new Typesetter({ templates: catalog, fonts: loadFonts() });
  return onePress;
}

const units = {
  run: <T>(_tenant: string, action: (unit: typeof testUnit) => Promise<T>) => action(testUnit),
};

/** A clock that stands until a test turns it. */
export class TurnedClock implements Clock {
  readonly source = 'TEST_CLOCK';
  #now = parseInstant('2026-11-21T10:00:00.000+08:00');

  now(): Instant {
    return this.#now;
  }

  turn(ms: number): void {
    this.#now = addMs(this.#now, ms);
  }

  turnTo(text: string): void {
    this.#now = parseInstant(text);
  }
}

/** Each outside party with a key of its own, asked as over its socket. */
function gatewaysOf(base: Pick<LoanParts, 'clock' | 'engine' | 'random'>) {
  const made = (simulator: (parts: SimulatorParts) => Handler) => {
    const signer = softSigner(generateSoftKey('ed25519'));
    const call = callOf(simulator({ ...base, signer, register: new MemoryRegister() }));
    return { call, key: signer.publicKey, engine: base.engine, simulatorsAllowed: true };
  };
  const { random } = base;
  const bank = made(coreBankingSimulator);
  return {
    identity: new IdentityGateway(made(identitySimulator)),
    bureau: new BureauGateway(made(bureauSimulator)),
    bank: new CoreBankingGateway(bank),
    call: bank.call,
    gateway: new SmsGateway(
      made((parts) => smsSimulator({ ...parts, random, simMaster: random.bytes(32) })),
    ),
  };
}

function callOf(handler: Handler): GatewayCall {
  return async ({ method, path, headers = {}, body = new Uint8Array(0) }) => {
    try {
      return { headers: {}, ...(await handler({ method, path, headers, body })) };
    } catch (thrown) {
      return { headers: {}, ...answerOfFault(thrown) };
    }
  };
}

const unasked = async (): Promise<never> => {
  throw new Error('no test here signs');
};
const nobodySigns = {
  issuer: { issue: unasked },
  intents: {
    add: unasked,
    lock: unasked,
    confirm: unasked,
    certify: unasked,
    certificate: unasked,
    newest: async () => undefined,
  },
};

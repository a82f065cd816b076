/**
 * Where a case stands, in one reading: everything a page needs to go on where it was left.
 *
 * Answers from rows alone and writes nothing, so that a killed tab, another device and a page that
 * asks every second all see the same. What comes next follows from the state of the case.
 */
import { addSeconds, type Clock, type Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { ConsentDecision, Consents } from '#business/consent';
import {
  type ContractDesk,
  codeSecondsMax,
  type DocumentKind,
  type IntentDesk,
  intentSecondsMax,
  type ReadDocument,
} from '#business/contract';
import type { CaseState, Loan, LoanFile, LoanProduct } from '#business/lending';
import type { RevisionShelf } from '#trust/signing';
import { isConcluded } from './afterwards.ts';
import type { Captures } from './captures.ts';
import type { Handwriting } from './handwriting.ts';

/** The steps of the signer's way, in order. */
export const steps = [
  'agreement',
  'consents',
  'application',
  'captures',
  'authorisations',
  'assessment',
  'cost-sheet',
  'contract',
  'seal',
  'note',
  'payment',
  'disbursement',
  'done',
  'refused',
] as const;

/** One step of the signer's way. */
export type Step = (typeof steps)[number];

/** A document as the page goes on with it. */
export interface ProgressDocument extends ReadDocument {
  /** The newest revision; 0 while nobody has signed. */
  readonly revision: number;
  readonly signed: boolean;
  readonly action: 'sign' | 'confirm';
}

/** The set that is to be read now, with one budget of time for all of it. */
export interface ReadingBudget {
  readonly documents: readonly string[];
  readonly secondsMin: number;
  readonly secondsRead: number;
  readonly secondsLeft: number;
}

/** The newest code she was sent, and for how long it and what follows from it hold. */
export interface PendingIntent {
  readonly id: string;
  readonly documents: readonly { readonly id: string; readonly sha256: string }[];
  readonly sentAt: Instant;
  readonly codeUntil: Instant;
  readonly until: Instant;
  readonly confirmed: boolean;
  readonly certified: boolean;
}

/** All of a case that its page goes on from. */
export interface Standing {
  readonly loan: Loan;
  readonly product: LoanProduct;
  readonly lender: Awaited<ReturnType<LoanFile['lenderOf']>>;
  readonly next: Step;
  /** Nothing is to be done by her: the house works, or a person has to decide. */
  readonly waitsFor: 'house' | 'person' | undefined;
  readonly steps: readonly { readonly step: Step; readonly done: boolean }[];
  readonly consents: readonly ConsentDecision[];
  readonly documents: readonly ProgressDocument[];
  readonly reading: ReadingBudget | undefined;
  readonly intent: PendingIntent | undefined;
  readonly captures: Awaited<ReturnType<Captures['ofCase']>> & {
    readonly asked: ReturnType<Captures['asked']>;
  };
  readonly handwriting: { readonly asked: boolean; readonly kept: boolean };
  readonly concluded: boolean;
}

export interface ProgressParts {
  readonly file: LoanFile;
  readonly consents: Consents;
  readonly contracts: ContractDesk;
  readonly intents: IntentDesk;
  readonly shelf: Pick<RevisionShelf, 'newest'>;
  readonly captures: Captures;
  readonly handwriting: Pick<Handwriting, 'standing'>;
  readonly clock: Clock;
}

export class Progress {
  readonly #parts: ProgressParts;

  constructor(parts: ProgressParts) {
    this.#parts = parts;
  }

  async of(unit: Unit, caseId: string): Promise<Standing> {
    const { file, consents, contracts, intents, captures, handwriting } = this.#parts;
    const loan = await file.read(unit, caseId);
    const product = file.productOf(loan);
    const read = await contracts.readingsOf(unit, caseId);
    const documents: ProgressDocument[] = [];
    for (const one of read) documents.push(await this.#document(unit, one));
    const decisions = await consents.decisionsOf(unit, caseId);
    const decided = new Set(decisions.map(({ kind }) => kind));
    const asked = captures.asked(loan);
    const photos = { asked, ...(await captures.ofCase(unit, caseId)) };
    const stored = new Set(photos.stored.map(({ kind }) => kind));
    const next = nextOf(loan.state, {
      consented: product.consentsToApply.every((kind) => decided.has(kind)),
      photographed: asked.every(({ kind, required }) => !required || stored.has(kind)),
      noted: documents.some(({ document }) => document.kind === 'note'),
    });
    const newest = await intents.newest(unit, caseId);
    return {
      loan,
      product,
      lender: await file.lenderOf(loan),
      next,
      waitsFor: waitsFor(loan.state, next),
      steps: stepsUpTo(next),
      consents: decisions,
      documents,
      reading: budgetOf(next, documents),
      intent: newest && pending(newest),
      captures: photos,
      handwriting: await handwriting.standing(unit, loan),
      concluded: isConcluded(loan.state),
    };
  }

  async #document(unit: Unit, read: ReadDocument): Promise<ProgressDocument> {
    const revision = await this.#parts.shelf.newest(unit, read.document.id);
    const signs = read.document.slots.some(({ field }) => field === 'borrower');
    // Her signature is always the first one a document gets.
    return { ...read, revision, signed: revision > 0, action: signs ? 'sign' : 'confirm' };
  }
}

interface Reached {
  readonly consented: boolean;
  readonly photographed: boolean;
  readonly noted: boolean;
}

function nextOf(state: CaseState, reached: Reached): Step {
  if (state === 'agreed') return reached.consented ? 'application' : 'consents';
  if (state === 'applied' && !reached.photographed) return 'captures';
  if (state === 'loan_signed' && !reached.noted) return 'seal';
  return stepOfState[state];
}

const stepOfState: Readonly<Record<CaseState, Step>> = {
  opened: 'agreement',
  agreed: 'application',
  applied: 'authorisations',
  pi_authorised: 'authorisations',
  credit_authorised: 'assessment',
  in_review: 'assessment',
  approved: 'cost-sheet',
  sheet_confirmed: 'contract',
  loan_read: 'contract',
  borrower_signed: 'seal',
  loan_signed: 'note',
  note_confirmed: 'payment',
  payment_authorised: 'disbursement',
  disbursed: 'done',
  repaying: 'done',
  overdue: 'done',
  settled: 'done',
  refused: 'refused',
};

function waitsFor(state: CaseState, next: Step): Standing['waitsFor'] {
  if (state === 'in_review') return 'person';
  return next === 'seal' || next === 'disbursement' ? 'house' : undefined;
}

function stepsUpTo(next: Step): Standing['steps'] {
  const at = steps.indexOf(next);
  const way = steps.filter((step) => step !== 'refused');
  return way.map((step) => ({ step, done: next !== 'refused' && steps.indexOf(step) < at }));
}

const readAt: Readonly<Partial<Record<Step, readonly DocumentKind[]>>> = {
  authorisations: ['pi-authorisation', 'credit-authorisation'],
  'cost-sheet': ['cost-sheet'],
  contract: ['loan-contract'],
  note: ['note'],
};

function budgetOf(next: Step, documents: readonly ProgressDocument[]): ReadingBudget | undefined {
  const kinds = readAt[next];
  const set = documents.filter(
    ({ document, signed }) => kinds?.includes(document.kind) === true && !signed,
  );
  if (set.length === 0) return undefined;
  const sum = (of: (one: ProgressDocument) => number) =>
    set.reduce((total, one) => total + of(one), 0);
  return {
    documents: set.map(({ document }) => document.id),
    secondsMin: sum(({ document }) => document.secondsMin),
    secondsRead: sum(({ document, reading }) => Math.min(document.secondsMin, reading.secondsRead)),
    secondsLeft: sum(({ reading }) => reading.secondsLeft),
  };
}

type Newest = NonNullable<Awaited<ReturnType<IntentDesk['newest']>>>;

function pending({ intent, certified }: Newest): PendingIntent {
  const { id, documents, sentAt, entry } = intent;
  return {
    id,
    documents,
    sentAt,
    codeUntil: addSeconds(sentAt, codeSecondsMax),
    until: addSeconds(sentAt, intentSecondsMax),
    confirmed: entry !== undefined,
    certified,
  };
}

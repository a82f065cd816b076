/**
 * How the signer's page is told where its case stands.
 */
import { z } from 'zod';
import { formatInstant, type Instant } from '#base/clock';
import type { Caller } from '#business/access';
import { annualRatePercent, type LoanProduct } from '#business/lending';
import {
  chunkBytes,
  type ProgressDocument,
  refreshSecondsMin,
  type Standing,
  steps,
} from '#business/signer';
import type { Told } from '../route.ts';
import { caseId, caseState, fenText, id, instant, sha256Hex } from '../schemas.ts';

const step = z.enum(steps);
export const product = z.strictObject({
  id: z.string(),
  name: z.string(),
  label: z.string().nullable(),
  english: z.strictObject({ name: z.string(), label: z.string().nullable() }),
  amountFenMin: fenText,
  amountFenMax: fenText,
  termMonths: z.array(z.int()),
  annualRatePercent: z.string(),
  method: z.string(),
  purposes: z.array(z.strictObject({ code: z.string(), title: z.string(), english: z.string() })),
});
const document = z.strictObject({
  id,
  kind: z.string(),
  title: z.string(),
  pages: z.int(),
  bytes: z.int(),
  sha256: sha256Hex,
  secondsMin: z.int(),
  secondsRead: z.int(),
  secondsLeft: z.int(),
  pagesUnseen: z.array(z.int()),
  read: z.boolean(),
  clauses: z.array(z.strictObject({ id: z.string(), title: z.string(), confirmed: z.boolean() })),
  action: z.enum(['sign', 'confirm']),
  signed: z.boolean(),
  revision: z.int(),
});
const capture = { id, kind: z.string(), bytes: z.int() };
export const progress = z.strictObject({
  case: caseId,
  application: id,
  product: z.string(),
  productName: z.string(),
  label: z.string().nullable(),
  preservationNumber: z.string(),
  state: caseState,
  decision: z.string().nullable(),
  contractNumber: z.string().nullable(),
  institution: z.strictObject({ name: z.string(), phone: z.string() }),
  session: z.strictObject({ until: instant, refresh: z.boolean() }),
  next: step,
  waitsFor: z.enum(['house', 'person']).nullable(),
  steps: z.array(z.strictObject({ step, done: z.boolean() })),
  consents: z.array(
    z.strictObject({
      kind: z.string(),
      recipient: z.string(),
      accepted: z.boolean(),
      version: z.string(),
      at: instant,
    }),
  ),
  terms: z
    .strictObject({ amountFen: fenText, termMonths: z.int(), purpose: z.string() })
    .nullable(),
  reading: z
    .strictObject({
      documents: z.array(id),
      secondsMin: z.int(),
      secondsRead: z.int(),
      secondsLeft: z.int(),
    })
    .nullable(),
  documents: z.array(document),
  intent: z
    .strictObject({
      id,
      documents: z.array(z.strictObject({ id, sha256: sha256Hex })),
      sentAt: instant,
      codeUntil: instant,
      until: instant,
      confirmed: z.boolean(),
      certified: z.boolean(),
    })
    .nullable(),
  captures: z.strictObject({
    asked: z.array(z.strictObject({ kind: z.string(), title: z.string(), required: z.boolean() })),
    stored: z.array(z.strictObject({ ...capture, at: instant })),
    open: z.array(z.strictObject({ ...capture, chunkBytes: z.int(), missing: z.array(z.int()) })),
  }),
  handwriting: z.strictObject({ asked: z.boolean(), kept: z.boolean() }),
  receipt: z.boolean(),
});

export function productJson(held: LoanProduct): z.infer<typeof product> {
  const { words } = held;
  return {
    id: held.id,
    name: held.name,
    label: words.label ?? null,
    english: { name: words.english.name, label: words.english.label ?? null },
    amountFenMin: String(held.amountMin),
    amountFenMax: String(held.amountMax),
    termMonths: [...held.termMonths],
    annualRatePercent: annualRatePercent(held),
    method: words.method,
    purposes: Object.entries(words.purposes).map(([code, title]) => ({
      code,
      title,
      english: words.english.purposes[code] ?? title,
    })),
  };
}

type ProgressJson = Told<Omit<z.infer<typeof progress>, 'session'>>;

export function progressJson(standing: Standing): ProgressJson {
  const { loan, product: held, lender } = standing;
  return {
    case: loan.id,
    application: loan.application,
    product: loan.product,
    productName: held.name,
    label: held.words.label ?? null,
    preservationNumber: loan.preservationNumber,
    state: loan.state,
    decision: loan.decision ?? null,
    contractNumber: loan.contractNumber ?? null,
    institution: { name: lender.name, phone: lender.phone },
    next: standing.next,
    waitsFor: standing.waitsFor ?? null,
    steps: standing.steps,
    consents: standing.consents.map(({ kind, recipient, accepted, version, at }) => ({
      kind,
      recipient,
      accepted,
      version,
      at: formatInstant(at),
    })),
    terms: termsJson(standing),
    reading: standing.reading ?? null,
    documents: standing.documents.map(documentJson),
    intent: intentJson(standing),
    captures: capturesJson(standing),
    handwriting: standing.handwriting,
    receipt: standing.concluded,
  };
}

/** How long the token she shows still holds, and whether it is time for a fresh one. */
export function sessionJson(caller: Caller, now: Instant): { until: string; refresh: boolean } {
  const until = caller.kind === 'borrower' ? (caller.until ?? now) : now;
  return { until: formatInstant(until), refresh: until - now < refreshSecondsMin * 1000 };
}

function termsJson({ loan }: Standing): ProgressJson['terms'] {
  const { amount, termMonths, purpose } = loan;
  if (amount === undefined || termMonths === undefined || purpose === undefined) return null;
  return { amountFen: String(amount), termMonths, purpose };
}

function documentJson(one: ProgressDocument): ProgressJson['documents'][number] {
  const { document: held, reading, clausesLeft, action, signed, revision } = one;
  return {
    id: held.id,
    kind: held.kind,
    title: held.title,
    pages: held.pages,
    bytes: held.base.bytes,
    sha256: held.base.sha256,
    secondsMin: held.secondsMin,
    secondsRead: reading.secondsRead,
    secondsLeft: reading.secondsLeft,
    pagesUnseen: reading.pagesUnseen,
    read: reading.met,
    clauses: held.clauses.map(({ id: clause, title }) => ({
      id: clause,
      title,
      confirmed: !clausesLeft.includes(clause),
    })),
    action,
    signed,
    revision,
  };
}

function intentJson({ intent }: Standing): ProgressJson['intent'] {
  if (intent === undefined) return null;
  const { sentAt, codeUntil, until, ...rest } = intent;
  return {
    ...rest,
    sentAt: formatInstant(sentAt),
    codeUntil: formatInstant(codeUntil),
    until: formatInstant(until),
  };
}

function capturesJson({ captures }: Standing): ProgressJson['captures'] {
  const { asked, stored, open } = captures;
  return {
    asked: asked.map(({ kind, title, required }) => ({ kind, title, required })),
    stored: stored.map(({ id: name, kind, bytes, storedAt, openedAt }) => ({
      id: name,
      kind,
      bytes,
      at: formatInstant(storedAt ?? openedAt),
    })),
    open: open.map((one) => ({ ...one, chunkBytes })),
  };
}

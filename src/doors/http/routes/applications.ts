/**
 * /v1/applications and /v1/consents: first contact, consents, submission, assessment, payment.
 */
import { z } from 'zod';
import { Fault } from '#base/fault';
import { parseFen } from '#base/money';
import type { Commit } from '#base/unit';
import type { DocumentRecord } from '#business/contract';
import { entrances, type Loan } from '#business/lending';
import type { Desks } from '../desks.ts';
import { openingsPerMinuteMax } from '../limits.ts';
import { type Own, ownOf } from '../own.ts';
import { assessmentRefusals, paymentRefusals, submissionRefusals } from '../refusals.ts';
import type { Doors } from '../route.ts';
import { caseId, caseState, fenText, id, sha256Hex, withId } from '../schemas.ts';

const tag = 'applications';

/** The outlet's code; without one the case belongs to the institution's root. */
const opening = z.strictObject({
  product: z.string().max(64),
  unit: z.string().max(32).optional(),
  /** Through which door she came; a counter opens a case by its own route. */
  entrance: z.enum(entrances).exclude(['counter']).default('web'),
});
const consenting = z.strictObject({
  kind: z.string().max(64),
  sha256: sha256Hex,
  accepted: z.boolean(),
  /** Whom it is for, where the kind is bound to one recipient (PIPL 23). */
  recipient: z.string().min(1).max(64).optional(),
});
const applying = z.strictObject({
  applicant: z.strictObject({
    name: z.string().max(50),
    idNumber: z.string().max(18),
    card: z.string().max(19),
    phone: z.string().max(11),
    address: z.string().min(1).max(120),
  }),
  terms: z.strictObject({
    amountFen: fenText,
    termMonths: z.int().min(1).max(360),
    purpose: z.string().max(32),
  }),
});
const paying = z.strictObject({ password: z.string().regex(/^\d{6}$/) });

const loanMembers = {
  application: id,
  case: caseId,
  preservationNumber: z.string(),
  product: z.string(),
  state: caseState,
  decision: z.string().nullable(),
  contractNumber: z.string().nullable(),
};
const told = z.strictObject(loanMembers);
const opened = z.strictObject({ ...loanMembers, token: z.string() });
const documentShape = z.strictObject({
  id,
  kind: z.string(),
  title: z.string(),
  pages: z.int(),
  secondsMin: z.int(),
  bytes: z.int(),
  sha256: sha256Hex,
  read: z.boolean(),
  clauses: z.array(z.strictObject({ id: z.string(), title: z.string() })),
});
const withDocuments = z.strictObject({ ...loanMembers, contracts: z.array(documentShape) });
const consentText = z.strictObject({
  kind: z.string(),
  version: z.string(),
  title: z.string(),
  text: z.string(),
  purpose: z.string(),
  refusal: z.string(),
  withdrawal: z.string(),
  alternative: z.string().nullable(),
  sensitive: z.boolean(),
  asked: z.boolean(),
  recipientBound: z.boolean(),
  recipient: z.string(),
  sha256: sha256Hex,
});

export function applicationRoutes(doors: Doors, desks: Desks): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/consents/:kind',
      tag: 'consents',
      summary: { zh: '查看一项同意的现行文本', en: 'The text of one consent in force' },
      who: ['anyone'],
      params: z.strictObject({ kind: z.string().max(64) }),
      query: z.strictObject({ recipient: z.string().min(1).max(64).optional() }),
      answer: { status: 200, body: consentText },
      refusals: ['consent.kind_unknown', 'consent.recipient_unknown'],
    },
    ({ tenant, params, query }) => desks.consents.shown(tenant, params.kind, query.recipient),
  );
  openRoute(doors, desks);
  readRoute(doors, desks);
  stepRoutes(doors, desks);
}

/** First contact: nobody is known yet, so the answer's key is the caller's alone to guess. */
function openRoute(doors: Doors, { reception }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/applications',
      tag,
      summary: { zh: '首次接触：立案并取得令牌', en: 'First contact: opens the case' },
      who: ['anyone'],
      perMinuteMax: openingsPerMinuteMax,
      body: opening,
      answer: { status: 201, body: opened },
      refusals: [
        'lending.product_unknown',
        'lending.unit_unknown',
        'tenancy.leaving',
        'tenancy.not_a_lender',
        'tenancy.product_not_offered',
        'tenancy.quota_exceeded',
      ],
    },
    async ({ body }) => {
      const { product, ...contact } = body;
      const commit = await reception.open(product, contact);
      return async (unit) => {
        const { loan, token } = await commit(unit);
        return { subject: loan.subject, body: { ...loanJson(loan), token } };
      };
    },
  );
}

function readRoute(doors: Doors, { units, contracts, file }: Desks): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/applications/:id',
      tag,
      summary: { zh: '申请的状态与待读文件', en: 'Where the application stands' },
      who: ['borrower'],
      params: withId,
      answer: { status: 200, body: withDocuments },
      refusals: [],
    },
    async (asked) => {
      const own = ownOf(asked);
      return units.run(own.tenant, async (unit) => {
        const loan = await file.read(unit, own.caseId);
        if (loan.application !== asked.params.id) throw new Fault('access.not_yours');
        const documents = await contracts.documentsOf(unit, loan.id);
        return { ...loanJson(loan), contracts: documents.map(documentJson) };
      });
    },
  );
}

/** One step of a borrower on her application: a path under it, a body, the use case behind. */
interface Step<B> {
  readonly path: string;
  readonly summary: { readonly zh: string; readonly en: string };
  readonly body?: z.ZodType<B>;
  readonly refusals: readonly string[];
  readonly act: (own: Own, body: B) => Promise<Commit<Loan>>;
}

function step<B>(
  doors: Doors,
  desks: Desks,
  { path, summary, body, refusals, act }: Step<B>,
): void {
  doors.once(
    {
      method: 'POST',
      path: `/v1/applications/:id/${path}`,
      tag,
      summary,
      who: ['borrower'],
      params: withId,
      ...(body === undefined ? {} : { body }),
      answer: { status: 200, body: told },
      refusals: ['lending.out_of_order', 'lending.product_unknown', 'vault.erased', ...refusals],
    },
    async (asked) => {
      const own = ownOf(asked);
      await requireApplication(desks, own, asked.params.id);
      const commit = await act(own, asked.body);
      return async (unit) => ({ body: loanJson(await commit(unit)) });
    },
  );
}

async function requireApplication(desks: Desks, own: Own, application: string): Promise<void> {
  const loan = await desks.units.run(own.tenant, (unit) => desks.file.read(unit, own.caseId));
  if (loan.application !== application) throw new Fault('access.not_yours');
}

function stepRoutes(doors: Doors, desks: Desks): void {
  const { reception, assessment, disbursement } = desks;
  step(doors, desks, {
    path: 'consents',
    summary: { zh: '就一项同意作出决定', en: 'Decides one consent' },
    body: consenting,
    refusals: [
      'consent.kind_unknown',
      'consent.notice_only',
      'consent.recipient_missing',
      'consent.recipient_unknown',
      'consent.text_differs',
    ],
    act: ({ caseId: of }, decision) => reception.consent(of, decision),
  });
  step(doors, desks, {
    path: 'submission',
    summary: { zh: '提交申请', en: 'Submits the application' },
    body: applying,
    refusals: submissionRefusals,
    act: ({ tenant, caseId: of }, { applicant, terms }) => {
      const { amountFen, ...rest } = terms;
      const amount = parseFen(amountFen);
      return reception.submit({ tenant, caseId: of, applicant, terms: { ...rest, amount } });
    },
  });
  step(doors, desks, {
    path: 'assessment',
    summary: { zh: '征信查询与审批', en: 'Asks the bureau and decides' },
    refusals: assessmentRefusals,
    act: ({ tenant, caseId: of }) => assessment.assess({ tenant, caseId: of }),
  });
  step(doors, desks, {
    path: 'payment-authorisations',
    summary: { zh: '以支付密码确认放款', en: 'Authorises the disbursement' },
    body: paying,
    refusals: paymentRefusals,
    act: ({ tenant, caseId: of }, { password }) =>
      disbursement.authorise({ tenant, caseId: of, password }),
  });
}

function documentJson(document: DocumentRecord) {
  const { id: name, kind, title, pages, secondsMin, base, readAt, clauses } = document;
  const { bytes, sha256 } = base;
  const read = readAt !== undefined;
  return { id: name, kind, title, pages, secondsMin, bytes, sha256, read, clauses };
}

function loanJson(loan: Loan) {
  return {
    application: loan.application,
    case: loan.id,
    preservationNumber: loan.preservationNumber,
    product: loan.product,
    state: loan.state,
    decision: loan.decision ?? null,
    contractNumber: loan.contractNumber ?? null,
  };
}

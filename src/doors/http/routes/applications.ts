/**
 * /v1/applications: first contact, consents, the application itself, assessment, payment.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import { parseFen } from '#base/money';
import type { Commit } from '#base/unit';
import type { DocumentRecord } from '#business/contract';
import type { Loan } from '#business/lending';
import { borrowerPost, type Own } from '../borrower-post.ts';
import { bodyAs, bodyJson, idempotencyKey } from '../caller.ts';
import type { Desks } from '../desks.ts';

const opening = z.strictObject({ product: z.string().max(64) });
const consenting = z.strictObject({
  kind: z.string().max(64),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  accepted: z.boolean(),
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
    amountFen: z.string().max(18),
    termMonths: z.int().min(1).max(360),
    purpose: z.string().max(32),
  }),
});
const paying = z.strictObject({ password: z.string().regex(/^\d{6}$/) });

type Act = (request: FastifyRequest, own: Own) => Promise<Commit<Loan>>;

export function applicationRoutes(server: FastifyInstance, desks: Desks): void {
  server.get<{ Params: { kind: string } }>('/v1/consents/:kind', (request) =>
    desks.consents.shown(request.params.kind),
  );
  openRoute(server, desks);
  readRoute(server, desks);
  for (const [path, act] of Object.entries(stepsOf(desks))) {
    borrowerPost<{ id: string }>(server, desks, {
      path: `/v1/applications/:id/${path}`,
      async act(request, own) {
        if (own.loan.application !== request.params.id) throw new Fault('access.not_yours');
        const commit = await act(request, own);
        return async (unit) => ({ status: 200, body: loanJson(await commit(unit)) });
      },
    });
  }
}

/** What a borrower can do on her application, each a path under it. */
function stepsOf({ reception, assessment, disbursement }: Desks): Record<string, Act> {
  return {
    consents: (request, { caseId }) => reception.consent(caseId, bodyAs(consenting, request)),
    submission: (request, { tenant, caseId }) => {
      const { applicant, terms } = bodyAs(applying, request);
      const { amountFen, ...rest } = terms;
      const amount = parseFen(amountFen);
      return reception.submit({ tenant, caseId, applicant, terms: { ...rest, amount } });
    },
    assessment: (_request, { tenant, caseId }) => assessment.assess({ tenant, caseId }),
    'payment-authorisations': (request, { tenant, caseId }) => {
      const { password } = bodyAs(paying, request);
      return disbursement.authorise({ tenant, caseId, password });
    },
  };
}

/** First contact: nobody is known yet, so the answer's key is the caller's alone to guess. */
function openRoute(server: FastifyInstance, { answers, callers, reception }: Desks): void {
  server.post('/v1/applications', async (request, reply) => {
    const { product } = bodyAs(opening, request);
    const question = {
      tenant: callers.tenant(request),
      caller: 'nobody',
      key: idempotencyKey(request),
      route: 'POST /v1/applications',
      body: bodyJson(request),
    };
    const answer = await answers.once(question, async () => {
      const commit = await reception.open(product);
      return async (unit) => {
        const { loan, token } = await commit(unit);
        return { status: 201, subject: loan.subject, body: { ...loanJson(loan), token } };
      };
    });
    return reply.status(answer.status).send(answer.body);
  });
}

function readRoute(server: FastifyInstance, { callers, units, contracts }: Desks): void {
  server.get<{ Params: { id: string } }>('/v1/applications/:id', async (request) => {
    const { tenant, loan } = await callers.borrower(request);
    if (loan.application !== request.params.id) throw new Fault('access.not_yours');
    const documents = await units.run(tenant, (unit) => contracts.documentsOf(unit, loan.id));
    return { ...loanJson(loan), contracts: documents.map(documentJson) };
  });
}

function documentJson(document: DocumentRecord): Json {
  const { id, kind, title, pages, secondsMin, base, readAt } = document;
  const { bytes, sha256 } = base;
  return { id, kind, title, pages, secondsMin, bytes, sha256, read: readAt !== undefined };
}

function loanJson(loan: Loan): { readonly [name: string]: Json } {
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

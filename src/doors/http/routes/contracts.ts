/**
 * /v1/contracts/{id}: the bytes she reads, the pages she saw, what she confirms, where she signs.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { toBase64 } from '#base/bytes';
import { Fault } from '#base/fault';
import { borrowerPost } from '../borrower-post.ts';
import { bodyAs, uuidIn } from '../caller.ts';
import type { Desks } from '../desks.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const reading = z.strictObject({ page: z.int().min(0).max(1000) });
const confirming = z.strictObject({ sha256: digest });
const asking = z.strictObject({
  documents: z
    .array(z.strictObject({ id: z.uuid(), sha256: digest }))
    .min(1)
    .max(16),
  // SHA-256 of the phone's enrolment key: the gateway prints it, the authority asks for the key.
  enrolment: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
});
const ticketing = z.strictObject({ intent: z.uuid() });

interface OfContract {
  readonly id: string;
}

export function contractRoutes(server: FastifyInstance, desks: Desks): void {
  readingRoutes(server, desks);
  ticketRoute(server, desks);
  borrowerPost<OfContract>(server, desks, {
    path: '/v1/contracts/:id/confirm',
    async act(request, { tenant, caseId }) {
      const { sha256 } = bodyAs(confirming, request);
      const document = uuidIn(request.params.id);
      const commit = await desks.conclusion.confirm({ tenant, caseId, document, sha256 });
      return async (unit) => ({ status: 200, body: { state: (await commit(unit)).state } });
    },
  });
  borrowerPost<OfContract>(server, desks, {
    path: '/v1/contracts/:id/intents',
    async act(request, { tenant, caseId }) {
      const { documents, enrolment } = bodyAs(asking, request);
      const commit = await desks.signing.ask({ tenant, caseId, shown: documents, enrolment });
      return async (unit) => {
        const intent = (await commit(unit)).id;
        return { status: 201, body: { intent, secondsMax: desks.intents.secondsMax } };
      };
    },
  });
}

function readingRoutes(server: FastifyInstance, desks: Desks): void {
  const { callers, units, conclusion, signing } = desks;

  server.get<{ Params: OfContract & { n: string } }>(
    '/v1/contracts/:id/revisions/:n',
    async (request, reply) => {
      const { tenant, loan } = await callers.borrower(request);
      const document = uuidIn(request.params.id);
      const n = revisionIn(request.params.n);
      const pdf = await signing.revision(tenant, { caseId: loan.id, document, n });
      return reply.type('application/pdf').send(Buffer.from(pdf));
    },
  );

  // Not idempotent by key on purpose: each arrival is itself the fact that is kept.
  server.post<{ Params: OfContract }>('/v1/contracts/:id/reading', async (request) => {
    const { tenant, loan } = await callers.borrower(request);
    const { page } = bodyAs(reading, request);
    const shown = { caseId: loan.id, document: uuidIn(request.params.id), page };
    return (await units.run(tenant, (unit) => conclusion.shown(unit, shown))).reading;
  });
}

/** A ticket is not kept as an answer: asked again, the open page gets a fresh one (law 2). */
function ticketRoute(server: FastifyInstance, { callers, signing }: Desks): void {
  server.post<{ Params: OfContract }>('/v1/contracts/:id/tickets', async (request, reply) => {
    const { tenant, loan } = await callers.borrower(request);
    const { intent } = bodyAs(ticketing, request);
    const order = { tenant, caseId: loan.id, document: uuidIn(request.params.id), intent };
    const { ticket, revision } = await signing.ticket(order);
    return reply.status(201).send({ ticket, revision: toBase64(revision) });
  });
}

/** 0 is the base; each signature adds one. */
function revisionIn(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new Fault('access.route_unknown');
  return Number(text);
}

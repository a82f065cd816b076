/**
 * A POST of a borrower on her own case: who she is, the key, the effect once, the answer.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Json } from '#base/canonical';
import type { Commit, TenantId } from '#base/unit';
import type { Loan } from '#business/lending';
import { bodyJson, idempotencyKey } from './caller.ts';
import type { Desks } from './desks.ts';

export interface Own {
  readonly tenant: TenantId;
  readonly loan: Loan;
  readonly caseId: string;
}

export interface BorrowerRoute<Params> {
  readonly path: string;
  /** The outside half of the use case; the commit answers what she is told. */
  readonly act: (
    request: FastifyRequest<{ Params: Params }>,
    own: Own,
  ) => Promise<Commit<{ status: number; body: Json }>>;
}

export function borrowerPost<Params>(
  server: FastifyInstance,
  desks: Pick<Desks, 'callers' | 'answers'>,
  route: BorrowerRoute<Params>,
): void {
  server.post<{ Params: Params }>(route.path, async (request, reply) => {
    const { tenant, loan } = await desks.callers.borrower(request);
    const question = {
      tenant,
      caller: loan.id,
      key: idempotencyKey(request),
      route: `POST ${request.url}`,
      body: bodyJson(request),
    };
    const answer = await desks.answers.once(question, async () => {
      const commit = await route.act(request, { tenant, loan, caseId: loan.id });
      return async (unit) => ({ ...(await commit(unit)), subject: loan.subject });
    });
    return reply.status(answer.status).send(answer.body);
  });
}

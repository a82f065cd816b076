/**
 * /v1/cases/{id}/repayments: what the core system reports as paid, entered by an operator.
 *
 * Never by the borrower: the date decides what lateness costs.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parseDate } from '#business/lending';
import { bodyAs, bodyJson, idempotencyKey } from '../caller.ts';
import type { Desks } from '../desks.ts';

const repaying = z.strictObject({
  number: z.int().min(1).max(360),
  paidOn: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
});

export function repaymentRoutes(server: FastifyInstance, desks: Desks): void {
  const { callers, answers, disbursement } = desks;

  server.post<{ Params: { id: string } }>('/v1/cases/:id/repayments', async (request, reply) => {
    const { login, tenant } = callers.operator(request);
    const { number, paidOn } = bodyAs(repaying, request);
    const question = {
      tenant,
      caller: `operator ${login}`,
      key: idempotencyKey(request),
      route: `POST ${request.url}`,
      body: bodyJson(request),
    };
    const answer = await answers.once(question, async () => {
      const caseId = request.params.id;
      const repayment = { tenant, caseId, number, paidOn: parseDate(paidOn) };
      const commit = await disbursement.repay(repayment);
      return async (unit) => {
        const { loan, row, daysPastDue } = await commit(unit);
        const body = { state: loan.state, penaltyFen: String(row.penalty), daysPastDue };
        return { status: 200, subject: loan.subject, body };
      };
    });
    return reply.status(answer.status).send(answer.body);
  });
}

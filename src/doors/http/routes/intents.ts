/**
 * /v1/intents, /v1/certificates, /v1/tickets: the code, the certificate, the signature.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { fromBase64, toBase64 } from '#base/bytes';
import { attestationJson } from '#formats/entry';
import { borrowerPost } from '../borrower-post.ts';
import { bodyAs, uuidIn } from '../caller.ts';
import type { Desks } from '../desks.ts';

const confirming = z.strictObject({
  code: z.string().regex(/^\d{6}$/),
  build: z.string().regex(/^[0-9a-f]{64}$/),
});
const certifying = z.strictObject({
  intent: z.uuid(),
  csr: z.base64().max(4096),
  enrolmentKey: z.base64().max(512),
  proof: z.base64().max(512),
});
const sealing = z.strictObject({ document: z.uuid(), signature: z.base64().max(1024) });

export function intentRoutes(server: FastifyInstance, desks: Desks): void {
  const { callers, signing } = desks;

  borrowerPost<{ id: string }>(server, desks, {
    path: '/v1/intents/:id/confirm',
    async act(request, { tenant, caseId }) {
      const typed = bodyAs(confirming, request);
      const commit = await signing.confirm({
        tenant,
        caseId,
        intent: uuidIn(request.params.id),
        ...typed,
      });
      return async (unit) => ({ status: 200, body: { entry: (await commit(unit)).entry ?? null } });
    },
  });

  borrowerPost(server, desks, {
    path: '/v1/certificates',
    async act(request, { tenant, caseId }) {
      const { intent, csr, enrolmentKey, proof } = bodyAs(certifying, request);
      const keys = {
        csr: fromBase64(csr),
        enrolmentKey: fromBase64(enrolmentKey),
        proof: fromBase64(proof),
      };
      const commit = await signing.certify({ tenant, caseId, intent, keys });
      return async (unit) => {
        const { der, receipt } = await commit(unit);
        const body = { certificate: toBase64(der), receipt: attestationJson(receipt) };
        return { status: 201, body };
      };
    },
  });

  // Redeeming a ticket twice gives the first answer by itself, so it needs no stored one.
  server.post<{ Params: { id: string } }>('/v1/tickets/:id/seal', async (request) => {
    const { tenant, loan } = await callers.borrower(request);
    const { document, signature } = bodyAs(sealing, request);
    const ticket = uuidIn(request.params.id);
    const step = { tenant, caseId: loan.id, document, ticket };
    return signing.seal({ ...step, signature: fromBase64(signature) });
  });
}

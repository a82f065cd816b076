/**
 * /v1/intents, /v1/certificates, /v1/tickets: the code, the certificate, the signature.
 */
import { z } from 'zod';
import { fromBase64, toBase64 } from '#base/bytes';
import type { Desks } from '../desks.ts';
import { ownOf } from '../own.ts';
import { certificateRefusals, codeRefusals, signingRefusals } from '../refusals.ts';
import type { Doors } from '../route.ts';
import { attestation, id, sha256Hex, withId } from '../schemas.ts';

const tag = 'signing';

const confirming = z.strictObject({ code: z.string().regex(/^\d{6}$/), build: sha256Hex });
const certifying = z.strictObject({
  intent: id,
  csr: z.base64().max(4096),
  enrolmentKey: z.base64().max(512),
  proof: z.base64().max(512),
});
const sealing = z.strictObject({ document: id, signature: z.base64().max(1024) });

export function intentRoutes(doors: Doors, desks: Desks): void {
  confirmRoute(doors, desks);
  certificateRoute(doors, desks);
  sealRoute(doors, desks);
}

function confirmRoute(doors: Doors, { signing }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/intents/:id/confirm',
      tag,
      summary: { zh: '输入验证码，确认签署意愿', en: 'Types the code: intent is attested' },
      who: ['borrower'],
      params: withId,
      body: confirming,
      answer: { status: 200, body: z.strictObject({ entry: z.string().nullable() }) },
      refusals: [...signingRefusals, ...codeRefusals],
    },
    async (asked) => {
      const { tenant, caseId } = ownOf(asked);
      const order = { tenant, caseId, intent: asked.params.id, ...asked.body };
      const commit = await signing.confirm(order);
      return async (unit) => ({ body: { entry: (await commit(unit)).entry ?? null } });
    },
  );
}

function certificateRoute(doors: Doors, { signing }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/certificates',
      tag,
      summary: { zh: '申请本次签署的事件型证书', en: 'The event certificate of this session' },
      who: ['borrower'],
      body: certifying,
      answer: {
        status: 201,
        body: z.strictObject({ certificate: z.base64(), receipt: attestation }),
      },
      refusals: [...signingRefusals, ...certificateRefusals],
    },
    async (asked) => {
      const { tenant, caseId } = ownOf(asked);
      const { intent, csr, enrolmentKey, proof } = asked.body;
      const keys = {
        csr: fromBase64(csr),
        enrolmentKey: fromBase64(enrolmentKey),
        proof: fromBase64(proof),
      };
      const commit = await signing.certify({ tenant, caseId, intent, keys });
      return async (unit) => {
        const { der, receipt } = await commit(unit);
        return { body: { certificate: toBase64(der), receipt } };
      };
    },
  );
}

function sealRoute(doors: Doors, { signing }: Desks): void {
  doors.each(
    {
      method: 'POST',
      path: '/v1/tickets/:id/seal',
      tag,
      summary: { zh: '交付签名，完成签署', en: 'Redeems a ticket with its signature' },
      why: 'Redeeming a ticket twice gives the first answer by itself.',
      who: ['borrower'],
      params: withId,
      body: sealing,
      answer: { status: 200, body: z.strictObject({ revision: z.int(), sha256: z.string() }) },
      refusals: [...signingRefusals, 'base.base64_malformed', 'signing.revision_differs'],
    },
    async (asked) => {
      const { tenant, caseId } = ownOf(asked);
      const { document, signature } = asked.body;
      const step = { tenant, caseId, document, ticket: asked.params.id };
      return signing.seal({ ...step, signature: fromBase64(signature) });
    },
  );
}

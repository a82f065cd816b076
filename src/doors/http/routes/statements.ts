/**
 * /v1/statements: third parties submit what they signed themselves (在线诉讼规则 18).
 */
import { z } from 'zod';
import { parseAttestation } from '#formats/entry';
import type { Admission } from '#trust/evidence';
import type { Doors } from '../route.ts';
import { attestation } from '../schemas.ts';
import { plainJson } from './deposit-shapes.ts';

/** What this route leans on. */
export interface StatementRoutesDesk {
  readonly admission: Admission;
}

export function statementRoutes(doors: Doors, { admission }: StatementRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/statements',
      tag: 'deposits',
      summary: {
        zh: '第三方提交自己签名的陈述（CA、时间戳、短信、人脸、支付）',
        en: 'A third party submits a statement that it signed itself',
      },
      who: ['machine'],
      needs: 'statement.submit',
      body: attestation,
      answer: { status: 201, body: z.strictObject({ hash: z.base64(), seq: z.int() }) },
      refusals: ['entry.attestation_malformed', 'evidence.statement_refused'],
    },
    async ({ body }) => {
      const commit = admission.admit(parseAttestation(plainJson(body)));
      return async (unit) => {
        const { hash, seq } = await commit(unit);
        return { body: { hash, seq } };
      };
    },
  );
}

/**
 * /v1/statements: third parties submit what they signed themselves (在线诉讼规则 18).
 */
import { z } from 'zod';
import { fromBase64 } from '#base/bytes';
import type { TenantId } from '#base/unit';
import { parseAttestation } from '#formats/entry';
import type { Admission, Place } from '#trust/evidence';
import type { Doors } from '../route.ts';
import { attestation } from '../schemas.ts';
import { plainJson } from './deposit-shapes.ts';

/** What these routes lean on. */
export interface StatementRoutesDesk {
  readonly admission: Admission;
  /** Asks the process that writes the log. */
  readonly bringEntries: (
    tenant: TenantId,
    entries: readonly Uint8Array[],
  ) => Promise<readonly Place[]>;
}

const entriesMax = 100;
const entriesBytesMax = 4 * 1024 * 1024;

export function statementRoutes(doors: Doors, desk: StatementRoutesDesk): void {
  const { admission, bringEntries } = desk;
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
  doors.each(
    {
      method: 'POST',
      path: '/v1/log/entries',
      tag: 'log',
      summary: {
        zh: '第三方提交自己制作并签名的存证记录（自成案卷）',
        en: 'A third party brings entries that it made and signed itself, in cases of its own',
      },
      why: 'The same bytes stand in the log once and hear the same place again.',
      who: ['machine'],
      needs: 'statement.submit',
      body: z.strictObject({ entries: z.array(z.base64()).min(1).max(entriesMax) }),
      bytesMax: entriesBytesMax,
      answer: {
        status: 201,
        body: z.strictObject({
          places: z.array(z.strictObject({ index: z.int(), again: z.boolean() })),
        }),
      },
      refusals: [
        'evidence.intake_closed',
        'evidence.intake_full',
        'evidence.intake_malformed',
        'evidence.statement_refused',
      ],
    },
    async ({ tenant, body }) => {
      const places = await bringEntries(tenant, body.entries.map(fromBase64));
      return { places: places.map((place) => ({ ...place })) };
    },
  );
}

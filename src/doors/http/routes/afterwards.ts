/**
 * Afterwards: the receipt she keeps, what a stranger with it looks up, how it was, a rehearsal.
 */
import { z } from 'zod';
import { Fault } from '#base/fault';
import type { ContractFacts } from '#business/signer';
import { wordsOfPhrase } from '#formats/phrase';
import type { Desks } from '../desks.ts';
import { lookupsPerMinuteMax } from '../limits.ts';
import { ownOf } from '../own.ts';
import type { Doors } from '../route.ts';
import { caseId, numberText, sha256Hex } from '../schemas.ts';

const tag = 'afterwards';
const withCase = z.strictObject({ id: caseId });
const secret = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
const contract = z.strictObject({
  sha256: sha256Hex,
  bytes: z.int(),
  revision: z.int(),
  phrase: z.array(z.string()).length(wordsOfPhrase),
});
const receipt = z.strictObject({
  preservationNumber: numberText,
  contract,
  secret,
  link: z.string(),
});
const lookedUp = z.strictObject({
  number: numberText,
  institution: z.string(),
  standing: z.enum(['signed', 'ended']),
  contract: contract.nullable(),
  checkpoint: z.strictObject({ note: z.string(), size: z.int(), level: z.string() }).nullable(),
  package: z.strictObject({ sha256: sha256Hex, bytes: z.int() }).nullable(),
});

export function afterwardsRoutes(doors: Doors, desks: Desks): void {
  receiptRoute(doors, desks);
  lookupRoute(doors, desks);
  satisfactionRoute(doors, desks);
  rehearsalRoute(doors, desks);
}

function receiptRoute(doors: Doors, { signer }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/cases/:id/receipts',
      tag,
      summary: { zh: '保全号、核对短语与查询凭据', en: 'Number, check phrase and secret half' },
      who: ['borrower'],
      params: withCase,
      answer: { status: 201, body: receipt },
      refusals: [
        'signer.receipt_early',
        'signing.document_unknown',
        'vault.erased',
        'vault.restricted',
      ],
    },
    async (asked) => {
      const own = ownOf(asked);
      if (own.caseId !== asked.params.id) throw new Fault('access.not_yours');
      return async (unit) => {
        const held = await signer.afterwards.receipt(unit, own.caseId);
        const { preservationNumber } = held;
        const link = `/verify#${preservationNumber}.${held.secret}`;
        return { body: { ...held, contract: contractJson(held.contract), link } };
      };
    },
  );
}

function lookupRoute(doors: Doors, { units, signer, file }: Desks): void {
  doors.each(
    {
      method: 'POST',
      path: '/v1/lookups',
      tag,
      summary: { zh: '凭保全号与查询凭据查询', en: 'Looks a case up by number and secret half' },
      why: 'It changes nothing; the secret half must not stand in an address or a log of one.',
      who: ['anyone'],
      perMinuteMax: lookupsPerMinuteMax,
      body: z.strictObject({ number: numberText, secret }),
      answer: { status: 200, body: lookedUp },
      refusals: ['signer.lookup_unknown', 'signing.document_unknown'],
    },
    async ({ tenant, body }) =>
      units.run(tenant, async (unit) => {
        const { loan, standing, contract: held } = await signer.afterwards.lookUp(unit, body);
        const checkpoint = await signer.checkpoint(unit);
        const built = await signer.packageOf(unit, loan.id);
        return {
          number: loan.preservationNumber,
          institution: (await file.lenderOf(loan)).name,
          standing,
          contract: held === undefined ? null : contractJson(held),
          checkpoint: checkpoint
            ? { note: checkpoint.note, size: checkpoint.size, level: checkpoint.level }
            : null,
          package: built ? { sha256: built.sha256, bytes: built.bytes } : null,
        };
      }),
  );
}

function satisfactionRoute(doors: Doors, { signer }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/cases/:id/satisfaction',
      tag,
      summary: { zh: '满意度评价', en: 'How it was, from 1 to 5' },
      who: ['borrower'],
      params: withCase,
      body: z.strictObject({
        score: z.int().min(1).max(5),
        words: z.string().max(200).default(''),
      }),
      answer: { status: 200, body: z.strictObject({ thanks: z.boolean() }) },
      refusals: ['vault.erased', 'vault.restricted'],
    },
    async (asked) => {
      const own = ownOf(asked);
      if (own.caseId !== asked.params.id) throw new Fault('access.not_yours');
      return async (unit) => {
        await signer.afterwards.rate(unit, { caseId: own.caseId, ...asked.body });
        return { body: { thanks: true } };
      };
    },
  );
}

function rehearsalRoute(doors: Doors, { signer }: Desks): void {
  doors.file(
    {
      method: 'GET',
      path: '/v1/rehearsal/document',
      tag,
      summary: { zh: '练习用的样本合同', en: 'A sample contract to rehearse with' },
      who: ['anyone'],
      answer: { status: 200, media: 'application/pdf' },
      refusals: [],
    },
    () => signer.rehearsal(),
  );
}

function contractJson({ sha256, bytes, revision, phrase }: ContractFacts) {
  return { sha256, bytes, revision, phrase: [...phrase] };
}

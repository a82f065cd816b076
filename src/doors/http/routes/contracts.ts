/**
 * /v1/contracts/{id}: the bytes she reads, the pages she saw, what she confirms, where she signs.
 */
import { z } from 'zod';
import { toBase64 } from '#base/bytes';
import type { Desks } from '../desks.ts';
import { ownOf } from '../own.ts';
import { codeRefusals, documentRefusals, signingRefusals } from '../refusals.ts';
import type { Doors } from '../route.ts';
import { caseState, id, instant, sha256Hex, withId } from '../schemas.ts';

const tag = 'contracts';
const documentsMax = 16;

const asking = z.strictObject({
  documents: z
    .array(z.strictObject({ id, sha256: sha256Hex }))
    .min(1)
    .max(documentsMax),
  // SHA-256 of the phone's enrolment key: the gateway prints it, the authority asks for the key.
  enrolment: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
});
const reading = z.strictObject({
  met: z.boolean(),
  secondsRead: z.int(),
  secondsAloud: z.int(),
  secondsLeft: z.int(),
  pagesUnseen: z.array(z.int()),
});
const state = z.strictObject({ bytes: z.int(), sha256: z.base64() });
const ticket = z.strictObject({
  v: z.literal(1),
  id,
  document: id,
  field: z.string(),
  base: state,
  revision: state,
  byteRange: z.array(z.int()),
  signedAttrs: z.base64(),
  certificate: z.base64(),
  leaseUntil: instant,
});

export function contractRoutes(doors: Doors, desks: Desks): void {
  readingRoutes(doors, desks);
  clauseRoute(doors, desks);
  confirmRoute(doors, desks);
  intentRoute(doors, desks);
  ticketRoute(doors, desks);
}

function readingRoutes(doors: Doors, { units, conclusion, archive }: Desks): void {
  doors.file(
    {
      method: 'GET',
      path: '/v1/contracts/:id/revisions/:n',
      tag,
      summary: { zh: '文件的某一版；0 为原始版', en: 'A revision of a document; 0 is the base' },
      who: ['borrower'],
      params: z.strictObject({ id, n: z.string().regex(/^\d{1,3}$/) }),
      answer: { status: 200, media: 'application/pdf' },
      refusals: [...documentRefusals, 'signing.document_unknown'],
    },
    (asked) => {
      const { tenant, caseId } = ownOf(asked);
      const n = Number(asked.params.n);
      return archive.revision(tenant, { caseId, document: asked.params.id, n });
    },
  );
  doors.each(
    {
      method: 'POST',
      path: '/v1/contracts/:id/reading',
      tag,
      summary: { zh: '正在屏幕上的一页', en: 'The page now on the screen' },
      why: 'Each arrival is itself the fact that is kept: when a page was on the screen.',
      who: ['borrower'],
      params: withId,
      body: z.strictObject({ page: z.int().min(0).max(1000), aloud: z.boolean().optional() }),
      answer: { status: 200, body: reading },
      refusals: [...documentRefusals, 'contract.reading_limit', 'lending.out_of_order'],
    },
    async (asked) => {
      const { tenant, caseId } = ownOf(asked);
      const { page, aloud = false } = asked.body;
      const shown = { caseId, document: asked.params.id, page, aloud };
      return (await units.run(tenant, (unit) => conclusion.shown(unit, shown))).reading;
    },
  );
}

/** S1-34: what is tagged is confirmed clause by clause, and the house keeps count. */
function clauseRoute(doors: Doors, { conclusion }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/contracts/:id/clauses/:clause/confirm',
      tag,
      summary: { zh: '逐条确认一项重要条款', en: 'Confirms one important clause' },
      who: ['borrower'],
      params: z.strictObject({ id, clause: z.string().regex(/^[a-z][a-z-]{0,31}$/) }),
      body: z.strictObject({ sha256: sha256Hex }),
      answer: {
        status: 200,
        body: z.strictObject({ confirmed: z.array(z.string()), left: z.array(z.string()) }),
      },
      refusals: [...documentRefusals, 'contract.clause_unknown', 'contract.digest_differs'],
    },
    async (asked) => {
      const { caseId } = ownOf(asked);
      const { id: document, clause } = asked.params;
      const act = { caseId, document, clause, sha256: asked.body.sha256 };
      return async (unit) => {
        const { document: held, left } = await conclusion.confirmClause(unit, act);
        const all = held.clauses.map((one) => one.id);
        return { body: { confirmed: all.filter((one) => !left.includes(one)), left } };
      };
    },
  );
}

function confirmRoute(doors: Doors, { conclusion }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/contracts/:id/confirm',
      tag,
      summary: { zh: '确认告知书或借据', en: 'Confirms the cost sheet or the note' },
      who: ['borrower'],
      params: withId,
      body: z.strictObject({ sha256: sha256Hex }),
      answer: { status: 200, body: z.strictObject({ state: caseState }) },
      refusals: [...signingRefusals, 'catalog.clause_missing', 'catalog.field_malformed'],
    },
    async (asked) => {
      const { tenant, caseId } = ownOf(asked);
      const { sha256 } = asked.body;
      const order = { tenant, caseId, document: asked.params.id, sha256 };
      const commit = await conclusion.confirm(order);
      return async (unit) => ({ body: { state: (await commit(unit)).state } });
    },
  );
}

function intentRoute(doors: Doors, { signing, intents }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/contracts/:id/intents',
      tag,
      summary: { zh: '请求短信验证码以签署', en: 'Asks for the code to sign with' },
      who: ['borrower'],
      params: withId,
      body: asking,
      answer: { status: 201, body: z.strictObject({ intent: id, secondsMax: z.int() }) },
      refusals: [...signingRefusals, ...codeRefusals],
    },
    async (asked) => {
      const { tenant, caseId } = ownOf(asked);
      const { documents, enrolment } = asked.body;
      const commit = await signing.ask({ tenant, caseId, shown: documents, enrolment });
      return async (unit) => {
        const intent = (await commit(unit)).id;
        return { body: { intent, secondsMax: intents.secondsMax } };
      };
    },
  );
}

function ticketRoute(doors: Doors, { signing }: Desks): void {
  doors.each(
    {
      method: 'POST',
      path: '/v1/contracts/:id/tickets',
      tag,
      summary: { zh: '取得待签名的修订与票据', en: 'The prepared revision and its ticket' },
      why: 'Law 2: asked again, the open page gets a fresh ticket over the newest revision.',
      who: ['borrower'],
      params: withId,
      body: z.strictObject({ intent: id }),
      answer: { status: 201, body: z.strictObject({ ticket, revision: z.base64() }) },
      refusals: signingRefusals,
    },
    async (asked) => {
      const { tenant, caseId } = ownOf(asked);
      const order = { tenant, caseId, document: asked.params.id, intent: asked.body.intent };
      const made = await signing.ticket(order);
      // The schema checks the ticket's members; here it is only carried.
      return { ticket: ticket.parse(made.ticket), revision: toBase64(made.revision) };
    },
  );
}

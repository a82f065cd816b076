/**
 * /v1/cases as staff and machines see them: lists, one case masked, searches, unmasking, decisions.
 */
import { z } from 'zod';
import { formatInstant } from '#base/clock';
import {
  type CaseDesk,
  type CaseRow,
  type DecisionDesk,
  type DocumentList,
  dayOf,
  maskedFields,
  type ShownCase,
  sights,
  type UnmaskDesk,
} from '#business/desk';
import { entrances } from '#business/lending';
import { assessmentRefusals } from '../refusals.ts';
import type { Doors } from '../route.ts';
import { caseId, caseState, date, fenText, id, instant, sha256Hex } from '../schemas.ts';

/** What these routes lean on. */
export interface DeskRoutesDesk {
  readonly cases: CaseDesk;
  readonly documents: DocumentList;
  readonly unmask: UnmaskDesk;
  readonly decisions: DecisionDesk;
}

const tag = 'cases';
const withCase = z.strictObject({ id: caseId });
const field = z.enum(maskedFields);
const sight = z.enum(sights);
const row = z.strictObject({
  case: caseId,
  application: id,
  preservationNumber: z.string(),
  product: z.string(),
  unit: z.string(),
  state: caseState,
  decision: z.string().nullable(),
  amountFen: fenText.nullable(),
  openedAt: instant,
  /** Null in a case that is older than the question. */
  entrance: z.enum(entrances).nullable(),
});
const value = z.strictObject({ text: z.string(), masked: z.boolean() });
const shown = z.strictObject({
  ...row.shape,
  person: z.partialRecord(field, value),
  personStands: z.enum(['shown', 'none', 'erased', 'restricted']),
});
const why = z.string().min(1).max(500);

export function deskRoutes(doors: Doors, desk: DeskRoutesDesk): void {
  listRoute(doors, desk);
  readRoute(doors, desk);
  documentsRoute(doors, desk);
  textRoute(doors, desk);
  searchRoute(doors, desk);
  unmaskRoute(doors, desk);
  decisionRoute(doors, desk);
}

function listRoute(doors: Doors, { cases }: DeskRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/cases',
      tag,
      summary: { zh: '案件一览', en: 'The cases within reach, newest first' },
      who: ['staff', 'machine'],
      needs: 'case.list',
      query: z.strictObject({
        state: caseState.optional(),
        product: z.string().max(64).optional(),
        unit: z.string().max(32).optional(),
        from: date.optional(),
        to: date.optional(),
        cursor: z.string().max(64).optional(),
      }),
      answer: {
        status: 200,
        body: z.strictObject({ cases: z.array(row), next: z.string().nullable() }),
      },
      refusals: ['desk.cursor_malformed', 'desk.search_malformed'],
    },
    async ({ tenant, caller, query }) => {
      const { from, to, cursor, ...rest } = query;
      const filter = {
        ...rest,
        from: from === undefined ? undefined : dayOf(from).from,
        before: to === undefined ? undefined : dayOf(to).before,
      };
      const page = await cases.list({ tenant, caller }, { filter, cursor });
      return { cases: page.rows.map(rowOf), next: page.next ?? null };
    },
  );
}

function readRoute(doors: Doors, { cases }: DeskRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/cases/:id',
      tag,
      summary: { zh: '一案（个人信息已遮盖）', en: 'One case, its person masked' },
      who: ['staff', 'machine'],
      needs: 'case.read',
      params: withCase,
      answer: { status: 200, body: shown },
      refusals: ['lending.case_unknown'],
    },
    async ({ tenant, caller, params }) => shownOf(await cases.read({ tenant, caller }, params.id)),
  );
}

const listed = z.strictObject({
  id,
  kind: z.string(),
  title: z.string(),
  pages: z.int(),
  bytes: z.int(),
  sha256: sha256Hex,
  draftedAt: instant,
  readAt: instant.nullable(),
  revision: z.int(),
  signatures: z.array(z.strictObject({ field: z.string(), revision: z.int().nullable() })),
});

function documentsRoute(doors: Doors, { documents }: DeskRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/cases/:id/documents',
      tag,
      summary: { zh: '一案的文件与签名（不含正文）', en: 'The documents of a case and who signed' },
      who: ['staff', 'machine'],
      needs: 'case.read',
      params: withCase,
      answer: { status: 200, body: z.strictObject({ documents: z.array(listed) }) },
      refusals: ['lending.case_unknown'],
    },
    async ({ tenant, caller, params }) => ({
      documents: (await documents.ofCase({ tenant, caller }, params.id)).map((one) => ({
        ...one,
        draftedAt: formatInstant(one.draftedAt),
        readAt: one.readAt === undefined ? null : formatInstant(one.readAt),
        signatures: one.signatures.map(({ field: place, revision }) => ({
          field: place,
          revision: revision ?? null,
        })),
      })),
    }),
  );
}

function textRoute(doors: Doors, { documents }: DeskRoutesDesk): void {
  doors.file(
    {
      method: 'GET',
      path: '/v1/cases/:id/documents/:document',
      tag,
      summary: {
        zh: '打开一份文件（须先申请查看）',
        en: 'The newest revision of a document, under a grant to see the documents',
      },
      who: ['staff'],
      needs: 'case.unmask',
      params: z.strictObject({ id: caseId, document: id }),
      answer: { status: 200, media: 'application/pdf' },
      refusals: [
        'contract.document_unknown',
        'desk.grant_missing',
        'lending.case_unknown',
        'signing.document_unknown',
        'vault.erased',
        'vault.restricted',
      ],
    },
    ({ tenant, caller, params }) =>
      documents.read({ tenant, caller }, { caseId: params.id, document: params.document }),
  );
}

function searchRoute(doors: Doors, { cases }: DeskRoutesDesk): void {
  doors.each(
    {
      method: 'POST',
      path: '/v1/cases/searches',
      tag,
      summary: {
        zh: '按证件号、手机号、卡号或姓名查找',
        en: 'Finds a person’s cases within reach',
      },
      why: 'It changes nothing; a number looked for must not stand in an address or a log of one.',
      who: ['staff', 'machine'],
      needs: 'case.find',
      body: z.strictObject({
        field: z.enum(['idNumber', 'phone', 'card', 'name']),
        text: z.string().min(1).max(50),
      }),
      answer: { status: 200, body: z.strictObject({ cases: z.array(shown) }) },
      refusals: [
        'access.rate_exceeded',
        'desk.search_malformed',
        'vault.find_too_wide',
        'vault.lookups_too_many',
      ],
    },
    async ({ tenant, caller, body }) => ({
      cases: (await cases.find({ tenant, caller }, body)).map(shownOf),
    }),
  );
}

function unmaskRoute(doors: Doors, { unmask }: DeskRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/cases/:id/unmaskings',
      tag,
      summary: { zh: '申请查看明文', en: 'Sight of some values, for a purpose and minutes' },
      who: ['staff'],
      needs: 'case.unmask',
      params: withCase,
      body: z.strictObject({
        fields: z.array(sight).min(1).max(sights.length),
        purpose: z.string().max(32),
        why,
        minutes: z.int().min(1).max(240),
      }),
      answer: {
        status: 201,
        body: z.strictObject({ grant: id, fields: z.array(sight), until: instant }),
      },
      refusals: [
        'access.reason_missing',
        'desk.fields_malformed',
        'desk.minutes_exceeded',
        'desk.purpose_unknown',
        'lending.case_unknown',
        'vault.erased',
        'vault.restricted',
      ],
    },
    async ({ tenant, caller, params, body }) => {
      const commit = unmask.grant({ tenant, caller }, { caseId: params.id, ...body });
      return async (unit) => {
        const { id: grant, fields, until } = await commit(unit);
        return { body: { grant, fields, until: formatInstant(until) } };
      };
    },
  );
}

function decisionRoute(doors: Doors, { decisions }: DeskRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/cases/:id/decision',
      tag,
      summary: { zh: '人工审批', en: 'A person approves or rejects what waits for a person' },
      who: ['staff'],
      needs: 'case.decide',
      params: withCase,
      body: z.strictObject({ decision: z.enum(['approved', 'refused']), why }),
      answer: { status: 200, body: z.strictObject({ case: caseId, state: caseState }) },
      refusals: [
        ...assessmentRefusals,
        'access.duties_apart',
        'access.reason_missing',
        'lending.case_unknown',
        'lending.out_of_order',
        'lending.reasons_malformed',
        'lending.review_impossible',
        'vault.erased',
      ],
    },
    async ({ tenant, caller, params, body }) => {
      const commit = await decisions.decide(
        { tenant, caller },
        { caseId: params.id, ...body, firstOnly: true },
      );
      return async (unit) => {
        const loan = await commit(unit);
        return { subject: loan.subject, body: { case: loan.id, state: loan.state } };
      };
    },
  );
}

function rowOf(held: CaseRow): z.infer<typeof row> {
  return {
    case: held.id,
    application: held.application,
    preservationNumber: held.preservationNumber,
    product: held.product,
    unit: held.unit,
    state: held.state,
    decision: held.decision ?? null,
    amountFen: held.amount === undefined ? null : String(held.amount),
    openedAt: formatInstant(held.openedAt),
    entrance: held.entrance ?? null,
  };
}

function shownOf(held: ShownCase): z.infer<typeof shown> {
  return { ...rowOf(held), person: held.person, personStands: held.personStands };
}

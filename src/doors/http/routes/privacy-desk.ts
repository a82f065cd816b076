/**
 * What staff do about people's information: answer, hold, forget, and look again at decisions.
 *
 * They act on cases within their reach, and what they do for a person is written down under their
 * own name.
 */
import { z } from 'zod';
import { faultCode } from '#base/fault';
import { holdAuthorities, type RightsRequest } from '#business/privacy';
import type { CaseAccess } from '../desks.ts';
import { staffOf } from '../own.ts';
import type { Asked, Doors } from '../route.ts';
import { caseId, caseState, id, withId } from '../schemas.ts';
import {
  answered,
  asking,
  hold,
  holdJson,
  keptUnder,
  known,
  knownOf,
  type PrivacyDesks,
  request,
  requestJson,
  requestRefusals,
  runLine,
  words,
} from './privacy-shapes.ts';

const tag = 'privacy';
const queueMax = 100;
const approvalRefusals = [
  'access.approval_needed',
  'access.approval_differs',
  'access.approval_not_open',
  'access.approval_unknown',
];
/** What a case answers that is not within somebody's reach. */
const beyondReach: ReadonlySet<string> = new Set(['access.not_permitted', 'lending.case_unknown']);

export function privacyDeskRoutes(doors: Doors, desks: PrivacyDesks): void {
  queueRoutes(doors, desks);
  recordRoute(doors, desks);
  counterRoute(doors, desks);
  answerRoute(doors, desks);
  reviewRoute(doors, desks);
  holdRoute(doors, desks);
  liftRoute(doors, desks);
  retentionRoutes(doors, desks);
}

/** What waits for staff, the earliest day first. */
function queueRoutes(doors: Doors, { units, rights, cases }: PrivacyDesks): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/requests',
      tag,
      summary: { zh: '待答复的权利请求', en: 'Requests that wait for an answer' },
      who: ['staff'],
      needs: 'rights.answer',
      answer: { status: 200, body: z.strictObject({ requests: z.array(request) }) },
      refusals: [],
    },
    async (asked) => {
      const waiting = await units.run(asked.tenant, (unit) => rights.queue(unit));
      const shown: RightsRequest[] = [];
      for (const one of waiting) {
        if (shown.length === queueMax) break;
        if (await isWithinReach(asked, one.caseId, cases)) shown.push(one);
      }
      return { requests: shown.map(requestJson) };
    },
  );
  doors.read(
    {
      method: 'GET',
      path: '/v1/requests/:id',
      tag,
      summary: { zh: '查看一件请求及其原话', en: 'One request in the words it was made in' },
      who: ['staff'],
      needs: 'rights.answer',
      params: withId,
      answer: {
        status: 200,
        body: z.strictObject({ request, asked: z.string(), answered: z.string() }),
      },
      refusals: [
        'lending.case_unknown',
        'privacy.request_unknown',
        'privacy.erased',
        'vault.erased',
      ],
    },
    async (asked) => {
      const one = await requestOf(asked, { units, rights, cases });
      const told = await units.run(asked.tenant, (unit) => rights.words(unit, one));
      return { request: requestJson(one), ...told };
    },
  );
}

/** Her record, read for her at the counter. */
function recordRoute(doors: Doors, desks: PrivacyDesks): void {
  const { units, rights, cases } = desks;
  doors.read(
    {
      method: 'GET',
      path: '/v1/requests/:id/data',
      tag,
      summary: { zh: '代本人查阅其信息', en: 'What is known of the person who asked' },
      who: ['staff'],
      needs: 'rights.answer',
      params: withId,
      answer: { status: 200, body: known },
      refusals: [
        'lending.case_unknown',
        'privacy.request_unknown',
        'privacy.reading_over',
        'privacy.erased',
        'vault.erased',
      ],
    },
    async (asked) => {
      const one = await requestOf(asked, { units, rights, cases });
      rights.requireReading(one);
      return knownOf(desks, { tenant: asked.tenant, caseId: one.caseId });
    },
  );
}

/** A request made at the counter, under the name of who took it down. */
function counterRoute(doors: Doors, { rights, cases }: PrivacyDesks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/requests',
      tag,
      summary: { zh: '柜面代提权利请求', en: 'Takes down a request made at the counter' },
      who: ['staff'],
      needs: 'rights.answer',
      body: z.strictObject({ case: caseId, ...asking.shape, approval: id.optional() }),
      answer: { status: 201, body: answered },
      refusals: [...requestRefusals, ...approvalRefusals],
    },
    async (asked) => {
      const { case: about, kind, words: told, changes, approval } = asked.body;
      await cases.require(asked, about);
      const commit = rights.open({
        tenant: asked.tenant,
        caseId: about,
        by: staffOf(asked),
        kind,
        words: told,
        approval,
        ...(changes === undefined ? {} : { changes }),
      });
      return async (unit) => keptUnder(await commit(unit));
    },
  );
}

function answerRoute(doors: Doors, desks: PrivacyDesks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/requests/:id/answer',
      tag,
      summary: { zh: '答复一件请求；拒绝须说明理由', en: 'Answers a request; a refusal says why' },
      who: ['staff'],
      needs: 'rights.answer',
      params: withId,
      body: z.strictObject({ granted: z.boolean(), because: words }),
      answer: { status: 200, body: answered },
      refusals: [...requestRefusals, 'access.own_matter'],
    },
    async (asked) => {
      await requestOf(asked, desks);
      const { granted, because } = asked.body;
      const order = { id: asked.params.id, granted, because, by: staffOf(asked) };
      const commit = desks.rights.answer(order);
      return async (unit) => keptUnder(await commit(unit));
    },
  );
}

/** PIPL 24: a person decides again, or for the first time, and closes her request. */
function reviewRoute(doors: Doors, { decision, rights }: PrivacyDesks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/decisions/:case/review',
      tag,
      summary: { zh: '人工复核自动化决策', en: 'A person reviews an automated decision' },
      who: ['staff'],
      needs: 'decision.review',
      params: z.strictObject({ case: caseId }),
      body: z.strictObject({ decision: z.enum(['approved', 'refused']), why: words }),
      answer: { status: 200, body: z.strictObject({ case: caseId, state: caseState }) },
      refusals: [
        'access.duties_apart',
        'access.reason_missing',
        'lending.case_unknown',
        'lending.out_of_order',
        'lending.review_impossible',
        'lending.reasons_malformed',
        'vault.erased',
        'vault.restricted',
      ],
    },
    async (asked) => {
      const { case: about } = asked.params;
      const { decision: outcome, why } = asked.body;
      const order = { caseId: about, decision: outcome, why };
      const commit = await decision.decide(asked, order);
      const by = staffOf(asked);
      return async (unit) => {
        const loan = await commit(unit);
        await rights.reviewed(unit, { caseId: about, outcome, by });
        return { subject: loan.subject, body: { case: about, state: loan.state } };
      };
    },
  );
}

/** Orders of an authority to keep a case. */
function holdRoute(doors: Doors, { holds, cases }: PrivacyDesks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/holds',
      tag,
      summary: { zh: '设置法律保全', en: 'Places a legal hold' },
      who: ['staff'],
      needs: 'hold.place',
      body: z.strictObject({
        case: caseId,
        authority: z.enum(holdAuthorities),
        reference: z.string().max(200),
        reason: z.string().max(200),
      }),
      answer: { status: 201, body: hold },
      refusals: [
        'lending.case_unknown',
        'privacy.case_unknown',
        'privacy.erased',
        'privacy.hold_malformed',
      ],
    },
    async (asked) => {
      const { case: about, ...order } = asked.body;
      await cases.require(asked, about);
      const by = staffOf(asked);
      const commit = holds.place({ tenant: asked.tenant, caseId: about, by, ...order });
      return async (unit) => ({ body: holdJson(await commit(unit)) });
    },
  );
}

/** Who places a hold on cases within reach lifts those, and no others. */
function liftRoute(doors: Doors, { units, holds, cases }: PrivacyDesks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/holds/:id/lift',
      tag,
      summary: {
        zh: '经双人复核解除法律保全',
        en: 'Lifts a legal hold, with a second pair of eyes',
      },
      who: ['staff'],
      needs: 'hold.lift',
      params: withId,
      body: z.strictObject({ reason: z.string().max(200), approval: id.optional() }),
      answer: { status: 200, body: hold },
      refusals: [
        ...approvalRefusals,
        'lending.case_unknown',
        'privacy.erased',
        'privacy.hold_lifted',
        'privacy.hold_malformed',
        'privacy.hold_unknown',
      ],
    },
    async (asked) => {
      const { reason, approval } = asked.body;
      const { id: about } = asked.params;
      const { caseId: held } = await units.run(asked.tenant, (unit) => holds.byId(unit, about));
      await cases.require(asked, held);
      const commit = holds.lift({ id: about, reason, approval, by: staffOf(asked) });
      return async (unit) => ({ body: holdJson(await commit(unit)) });
    },
  );
}

/** What the job would do today; the job itself runs by the clock. */
function retentionRoutes(doors: Doors, { units, retention }: PrivacyDesks): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/retention',
      tag,
      summary: { zh: '保存期限执行的预演', en: 'What the retention job would do today' },
      who: ['staff'],
      needs: 'retention.run',
      query: z.strictObject({ after: z.string().max(22).default('') }),
      answer: { status: 200, body: z.strictObject({ cases: z.array(runLine) }) },
      refusals: [],
    },
    async ({ tenant, query }) => ({
      cases: await units.run(tenant, (unit) => retention.plan(unit, query.after)),
    }),
  );
}

async function requestOf(
  asked: Asked<z.infer<typeof withId>>,
  desks: Pick<PrivacyDesks, 'units' | 'rights' | 'cases'>,
): Promise<RightsRequest> {
  const one = await desks.units.run(asked.tenant, (unit) =>
    desks.rights.byId(unit, asked.params.id),
  );
  await desks.cases.require(asked, one.caseId);
  return one;
}

async function isWithinReach(asked: Asked, about: string, cases: CaseAccess): Promise<boolean> {
  try {
    await cases.require(asked, about);
    return true;
  } catch (thrown) {
    if (beyondReach.has(faultCode(thrown) ?? '')) return false;
    throw thrown;
  }
}

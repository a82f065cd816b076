/**
 * What a person asks about her own information: her record, her requests, her consents.
 *
 * Her case is her token's; she names none.
 */
import { z } from 'zod';
import { ownOf } from '../own.ts';
import type { Doors } from '../route.ts';
import { privacyDeskRoutes } from './privacy-desk.ts';
import {
  answered,
  asking,
  keptUnder,
  known,
  knownOf,
  type PrivacyDesks,
  recipientId,
  request,
  requestJson,
  requestRefusals,
  screenJson,
  shownConsent,
} from './privacy-shapes.ts';

const tag = 'privacy';

export function privacyRoutes(doors: Doors, desks: PrivacyDesks): void {
  ownRoutes(doors, desks);
  requestRoutes(doors, desks);
  consentRoutes(doors, desks);
  withdrawalRoute(doors, desks);
  privacyDeskRoutes(doors, desks);
}

/** A borrower and her own record. */
function ownRoutes(doors: Doors, desks: PrivacyDesks): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/me/data',
      tag,
      summary: { zh: '查阅并复制本人信息', en: 'What is known of me, to read and to take' },
      who: ['borrower'],
      answer: { status: 200, body: known },
      refusals: ['privacy.erased', 'privacy.case_unknown', 'vault.erased'],
    },
    (asked) => knownOf(desks, ownOf(asked)),
  );
}

/** Her requests and their answers. */
function requestRoutes(doors: Doors, { units, rights }: PrivacyDesks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/me/requests',
      tag,
      summary: { zh: '提出个人信息权利请求', en: 'Asks about my information' },
      who: ['borrower'],
      body: asking,
      answer: { status: 201, body: answered },
      refusals: requestRefusals,
    },
    async (asked) => {
      const own = ownOf(asked);
      const { kind, words: told, changes } = asked.body;
      const commit = rights.open({
        tenant: own.tenant,
        caseId: own.caseId,
        by: 'borrower',
        kind,
        words: told,
        ...(changes === undefined ? {} : { changes }),
      });
      return async (unit) => keptUnder(await commit(unit));
    },
  );
  doors.read(
    {
      method: 'GET',
      path: '/v1/me/requests',
      tag,
      summary: { zh: '查看本人的请求及答复', en: 'My requests and their answers' },
      who: ['borrower'],
      answer: { status: 200, body: z.strictObject({ requests: z.array(request) }) },
      refusals: [],
    },
    async (asked) => {
      const own = ownOf(asked);
      const held = await units.run(own.tenant, (unit) => rights.ofCase(unit, own.caseId));
      return { requests: held.map(requestJson) };
    },
  );
}

/** The consents that are asked now, screen by screen. */
function consentRoutes(doors: Doors, { units, consents, file }: PrivacyDesks): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/consents',
      tag: 'consents',
      summary: { zh: '本环节待征求的同意，逐屏列出', en: 'The consents asked now, by screen' },
      who: ['borrower'],
      query: z.strictObject({ stage: z.string().max(32).default('application') }),
      answer: {
        status: 200,
        body: z.strictObject({ screens: z.array(z.array(shownConsent)) }),
      },
      refusals: ['lending.case_unknown', 'lending.product_unknown'],
    },
    async (asked) => {
      const own = ownOf(asked);
      const screens = await units.run(own.tenant, async (unit) => {
        const loan = await file.read(unit, own.caseId);
        const { asks } = file.productOf(loan).minimisation;
        return consents.screens(unit, { caseId: loan.id, asks, stage: asked.query.stage });
      });
      return { screens: screens.map(screenJson) };
    },
  );
}

/** One call, as easy as giving it was (PIPL 15). */
function withdrawalRoute(doors: Doors, { portions, file }: PrivacyDesks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/consents/:kind/withdrawal',
      tag: 'consents',
      summary: { zh: '撤回一项同意', en: 'Takes one consent back' },
      who: ['borrower'],
      params: z.strictObject({ kind: z.string().max(64) }),
      body: z.strictObject({ recipient: recipientId.optional() }),
      answer: { status: 200, body: z.strictObject({ kind: z.string(), effect: z.string() }) },
      refusals: ['consent.kind_unknown', 'consent.not_given', 'lending.case_unknown'],
    },
    async (asked) => {
      const { caseId: own, subject } = ownOf(asked);
      const { kind } = asked.params;
      const { recipient } = asked.body;
      return async (unit) => {
        await file.lock(unit, own);
        const act = { caseId: own, subject, kind, recipient };
        const { effect } = await portions.withdraw(unit, act);
        return { body: { kind, effect } };
      };
    },
  );
}

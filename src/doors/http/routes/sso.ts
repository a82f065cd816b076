/**
 * /v1/sso: staff sign on with their institution's own identity provider.
 */
import { z } from 'zod';
import { formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Units } from '#base/unit';
import type { OpenedSession, SingleSignOn } from '#business/access';
import type { Doors } from '../route.ts';
import { id, instant } from '../schemas.ts';

/** What these routes lean on. */
export interface SsoRoutesDesk {
  readonly units: Units;
  readonly sso: SingleSignOn;
}

/** Each start asks the provider twice; an address that starts more often is not a person. */
const startsPerMinuteMax = 30;
const word = z.string().regex(/^[a-z][a-z0-9-]{1,31}$/);
const text = z.string().regex(/^[\x21-\x7e]{1,256}$/);
const url = z.string().regex(/^https?:\/\/[\x21-\x7e]{1,500}$/);
const binding = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const issuer = z.strictObject({
  issuer: url,
  clientId: text,
  redirectUri: url,
  loginClaim: z.string().regex(/^[A-Za-z_:][A-Za-z0-9_:./-]{0,127}$/),
  strong: z.array(text).max(16),
  active: z.boolean(),
});
const shownIssuer = z.strictObject({ id: word, ...issuer.shape, hasSecret: z.boolean() });

/** What a login by any way answers. */
export const openedSession = z.strictObject({
  token: z.string(),
  session: id,
  until: instant,
  mustChange: z.boolean(),
});

export function ssoRoutes(doors: Doors, desk: SsoRoutesDesk): void {
  startRoute(doors, desk);
  finishRoute(doors, desk);
  issuerRoutes(doors, desk);
}

/** A session as a route answers it. */
export function shownSession(opened: OpenedSession): z.infer<typeof openedSession> {
  return { ...opened, until: formatInstant(opened.until) };
}

function startRoute(doors: Doors, { sso }: SsoRoutesDesk): void {
  doors.each(
    {
      method: 'POST',
      path: '/v1/sso/:id/start',
      tag: 'sso',
      summary: { zh: '开始单点登录', en: 'Begins a single sign-on' },
      why: 'Each start is an attempt of its own; one that is not finished expires.',
      who: ['anyone'],
      perMinuteMax: startsPerMinuteMax,
      params: z.strictObject({ id: word }),
      answer: { status: 200, body: z.strictObject({ goTo: z.string(), binding }) },
      refusals: [
        'access.sso_unknown',
        'access.sso_refused',
        'access.sso_unreachable',
        'access.issuer_malformed',
      ],
    },
    ({ tenant, params }) => sso.start(tenant, params.id),
  );
}

function finishRoute(doors: Doors, { sso }: SsoRoutesDesk): void {
  doors.each(
    {
      method: 'POST',
      path: '/v1/sso/finish',
      tag: 'sso',
      summary: { zh: '完成单点登录', en: 'Ends a single sign-on with a session' },
      why: 'An attempt is used up by its first answer, so a repetition is refused by itself.',
      who: ['anyone'],
      perMinuteMax: startsPerMinuteMax,
      /** `query` is what the browser was sent back with, without the question mark. */
      body: z.strictObject({ binding, query: z.string().max(8_192) }),
      answer: { status: 200, body: openedSession },
      refusals: [
        'access.sso_refused',
        'access.sso_unknown',
        'access.sso_unreachable',
        'access.issuer_malformed',
        'access.unauthenticated',
      ],
    },
    async ({ tenant, body }) => shownSession(await sso.finish(tenant, body)),
  );
}

function issuerRoutes(doors: Doors, { units, sso }: SsoRoutesDesk): void {
  const answer = { status: 200, body: z.strictObject({ id: word }) };
  doors.read(
    {
      method: 'GET',
      path: '/v1/sso',
      tag: 'sso',
      summary: { zh: '单点登录服务一览', en: 'The providers of single sign-on' },
      who: ['staff'],
      needs: 'tenant.manage',
      answer: { status: 200, body: z.strictObject({ issuers: z.array(shownIssuer) }) },
      refusals: [],
    },
    async ({ tenant }) => {
      const issuers = await units.run(tenant, (unit) => sso.list(unit));
      return {
        issuers: issuers.map(({ sealed, ...one }) => ({ ...one, hasSecret: sealed !== undefined })),
      };
    },
  );
  doors.once(
    {
      method: 'PUT',
      path: '/v1/sso/:id',
      tag: 'sso',
      summary: { zh: '设置单点登录服务', en: 'Sets a provider of single sign-on' },
      who: ['staff'],
      needs: 'tenant.manage',
      params: z.strictObject({ id: word }),
      body: z.strictObject({ ...issuer.shape, secret: text.optional(), approval: id.optional() }),
      answer,
      refusals: [
        'access.approval_differs',
        'access.approval_needed',
        'access.approval_not_open',
        'access.approval_unknown',
        'access.issuer_malformed',
      ],
    },
    async ({ caller, params, body }) => {
      if (caller.kind !== 'staff') throw new Fault('access.not_yours');
      const { secret, ...terms } = body;
      const order = { id: params.id, ...terms, ...(secret === undefined ? {} : { secret }) };
      const commit = sso.configure(caller.staff.id, order);
      return async (unit) => {
        await commit(unit);
        return { body: { id: params.id } };
      };
    },
  );
}

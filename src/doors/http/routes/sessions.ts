/**
 * /v1/sessions: how members of staff come in, who they are, how they go out.
 */
import { z } from 'zod';
import { formatInstant } from '#base/clock';
import type { Units } from '#base/unit';
import { requireStaff, type Sessions } from '#business/access';
import { loginsPerMinuteMax } from '../limits.ts';
import type { Doors } from '../route.ts';
import { id, instant } from '../schemas.ts';

/** What these routes lean on. */
export interface SessionRoutesDesk {
  readonly units: Units;
  readonly sessions: Sessions;
}

const tag = 'sessions';
const words = z.string().min(1).max(128);
const login = z.strictObject({ login: z.string().min(1).max(64), password: words });
const opened = z.strictObject({
  token: z.string(),
  session: id,
  until: instant,
  mustChange: z.boolean(),
});
const factor = z.enum(['password', 'webauthn', 'oidc']);
const me = z.strictObject({
  staff: id,
  login: z.string(),
  unit: z.string(),
  unitPath: z.string(),
  roles: z.array(z.string()),
  session: id,
  factors: z.array(factor),
  mustChange: z.boolean(),
  glass: z.array(z.strictObject({ id, permission: z.string(), case: z.string(), until: instant })),
});
const done = z.strictObject({ ended: z.boolean() });

export function sessionRoutes(doors: Doors, desk: SessionRoutesDesk): void {
  loginRoute(doors, desk);
  meRoute(doors);
  logoutRoutes(doors, desk);
  passwordRoute(doors, desk);
}

function loginRoute(doors: Doors, { sessions }: SessionRoutesDesk): void {
  doors.each(
    {
      method: 'POST',
      path: '/v1/sessions',
      tag,
      summary: { zh: '登录', en: 'Logs in' },
      why: 'A stored answer would hold a session; a second login is a second session.',
      who: ['anyone'],
      perMinuteMax: loginsPerMinuteMax,
      body: login,
      answer: { status: 201, body: opened },
      refusals: ['access.unauthenticated', 'access.login_delayed', 'access.logins_busy'],
    },
    async ({ tenant, body, address }) => {
      const session = await sessions.login({ tenant, ...body, address });
      return { ...session, until: formatInstant(session.until) };
    },
  );
}

function meRoute(doors: Doors): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/sessions/current',
      tag,
      summary: { zh: '当前登录者', en: 'Who is logged in here' },
      who: ['staff'],
      answer: { status: 200, body: me },
      refusals: [],
    },
    async ({ caller }) => {
      const { staff, session, factors } = requireStaff(caller);
      const glass = staff.glass.map((open) => ({
        id: open.id,
        permission: open.permission,
        case: open.caseId,
        until: formatInstant(open.until),
      }));
      const { login: name, unit, unitPath, roles, mustChange } = staff;
      const account = { staff: staff.id, login: name, unit, unitPath, roles, mustChange };
      return { ...account, session, factors, glass };
    },
  );
}

function logoutRoutes(doors: Doors, { units, sessions }: SessionRoutesDesk): void {
  const head = {
    method: 'DELETE',
    tag,
    why: 'Ending what has ended changes nothing, and nobody is left to ask again.',
    who: ['staff'],
    answer: { status: 200, body: done },
    refusals: [],
  } as const;
  doors.each(
    { ...head, path: '/v1/sessions/current', summary: { zh: '退出登录', en: 'Logs out' } },
    async ({ tenant, caller }) => {
      await units.run(tenant, (unit) => sessions.logout(unit, requireStaff(caller)));
      return { ended: true };
    },
  );
  doors.each(
    { ...head, path: '/v1/sessions', summary: { zh: '全部退出', en: 'Logs out everywhere' } },
    async ({ tenant, caller }) => {
      await units.run(tenant, (unit) => sessions.logoutEverywhere(unit, requireStaff(caller)));
      return { ended: true };
    },
  );
}

function passwordRoute(doors: Doors, { units, sessions }: SessionRoutesDesk): void {
  doors.each(
    {
      method: 'PUT',
      path: '/v1/sessions/current/password',
      tag,
      summary: { zh: '更改密码（随后重新登录）', en: 'Changes the password; every session ends' },
      why: 'It ends the session that asks; asked again, the old password is the wrong one.',
      who: ['staff'],
      body: z.strictObject({ old: words, fresh: words }),
      answer: { status: 200, body: done },
      refusals: [
        'access.login_delayed',
        'access.logins_busy',
        'access.password_refused',
        'access.password_weak',
      ],
    },
    async ({ tenant, caller, body, address }) => {
      const commit = await sessions.changePassword(requireStaff(caller), { ...body, address });
      await units.run(tenant, commit);
      return { ended: true };
    },
  );
}

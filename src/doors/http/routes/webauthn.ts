/**
 * /v1/authenticators: security keys and passkeys of the staff member who asks, and his proof with
 * one.
 */
import { z } from 'zod';
import { formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Units } from '#base/unit';
import type { Authenticators, RelyingParty, StaffCaller } from '#business/access';
import type { Asked, Doors } from '../route.ts';
import { instant } from '../schemas.ts';
import { openedSession, shownSession } from './sso.ts';

/** What these routes lean on. */
export interface AuthenticatorRoutesDesk {
  readonly units: Units;
  readonly authenticators: Authenticators;
  /** The domain and origin of the tenant's own pages. */
  readonly partyOf: (tenant: TenantId) => Promise<RelyingParty>;
}

const credentialId = z.string().regex(/^[A-Za-z0-9_-]{16,1024}$/);
const ask = z.strictObject({
  challenge: z.string(),
  rpId: z.string(),
  userHandle: z.string(),
  credentials: z.array(credentialId),
});
/** RegistrationResponseJSON or AuthenticationResponseJSON (WebAuthn Level 3 §5.1). */
const answered = z.record(z.string(), z.unknown());
const head = { tag: 'authenticators', who: ['staff'] } as const;
const refusals = ['access.credential_refused'];

export function webauthnRoutes(doors: Doors, desk: AuthenticatorRoutesDesk): void {
  askRoute(doors, desk);
  registerRoute(doors, desk);
  stepUpRoute(doors, desk);
  ownRoutes(doors, desk);
}

function askRoute(doors: Doors, { authenticators, partyOf }: AuthenticatorRoutesDesk): void {
  doors.each(
    {
      ...head,
      method: 'POST',
      path: '/v1/authenticators/challenges',
      summary: { zh: '取得安全密钥的挑战值', en: 'A challenge for an authenticator' },
      why: 'Each challenge is random and used once; one that is not used expires.',
      body: z.strictObject({ purpose: z.enum(['register', 'assert']) }),
      answer: { status: 200, body: ask },
      refusals: [],
    },
    async (asked) => {
      const party = await partyOf(asked.tenant);
      return authenticators.ask(staffOf(asked), asked.body.purpose, party);
    },
  );
}

function registerRoute(doors: Doors, { authenticators, partyOf }: AuthenticatorRoutesDesk): void {
  doors.once(
    {
      ...head,
      method: 'POST',
      path: '/v1/authenticators',
      summary: { zh: '登记安全密钥', en: 'Registers an authenticator' },
      body: answered,
      answer: { status: 201, body: z.strictObject({ id: credentialId }) },
      refusals: [...refusals, 'access.password_change_due'],
    },
    async (asked) => {
      const party = await partyOf(asked.tenant);
      const commit = await authenticators.register(staffOf(asked), asked.body, party);
      return async (unit) => ({ body: { id: await commit(unit) } });
    },
  );
}

function stepUpRoute(doors: Doors, { authenticators, partyOf }: AuthenticatorRoutesDesk): void {
  doors.each(
    {
      ...head,
      method: 'POST',
      path: '/v1/authenticators/proof',
      summary: { zh: '以安全密钥加强会话', en: 'Proves oneself with an authenticator' },
      why: 'A challenge is used up by its first answer, so a repetition is refused by itself.',
      body: answered,
      answer: { status: 200, body: openedSession },
      refusals: [...refusals, 'access.unauthenticated'],
    },
    async (asked) => {
      const party = await partyOf(asked.tenant);
      return shownSession(await authenticators.stepUp(staffOf(asked), asked.body, party));
    },
  );
}

function ownRoutes(doors: Doors, { units, authenticators }: AuthenticatorRoutesDesk): void {
  const own = z.strictObject({ id: credentialId, addedAt: instant });
  doors.read(
    {
      ...head,
      method: 'GET',
      path: '/v1/authenticators',
      summary: { zh: '本人的安全密钥', en: "One's own authenticators" },
      answer: { status: 200, body: z.strictObject({ authenticators: z.array(own) }) },
      refusals: [],
    },
    async (asked) => {
      const { staff } = staffOf(asked);
      const held = await units.run(asked.tenant, (unit) => authenticators.list(unit, staff.id));
      const list = held.map(({ id, addedAt }) => ({ id, addedAt: formatInstant(addedAt) }));
      return { authenticators: list };
    },
  );
  doors.once(
    {
      ...head,
      method: 'DELETE',
      path: '/v1/authenticators/:id',
      summary: { zh: '移除本人的安全密钥', en: "Removes one of one's own authenticators" },
      params: z.strictObject({ id: credentialId }),
      answer: { status: 200, body: z.strictObject({ id: credentialId }) },
      refusals,
    },
    async (asked) => {
      const { id } = asked.params;
      const commit = authenticators.remove(staffOf(asked), id);
      return async (unit) => {
        await commit(unit);
        return { body: { id } };
      };
    },
  );
}

function staffOf({ caller }: Asked): StaffCaller {
  if (caller.kind !== 'staff') throw new Fault('access.not_yours');
  return caller;
}

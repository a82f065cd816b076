/**
 * /v1/clients: machines of partners and their keys, as the institution's own people manage them.
 */
import { z } from 'zod';
import { fromBase64 } from '#base/bytes';
import { formatInstant, parseInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Units } from '#base/unit';
import { type ClientDesk, clientTerms } from '#business/access';
import type { Asked, Doors } from '../route.ts';
import { id, instant, withId } from '../schemas.ts';

/** What these routes lean on. */
export interface ClientRoutesDesk {
  readonly units: Units;
  readonly clients: ClientDesk;
}

const keyId = z.string().regex(/^[0-9a-f]{24}$/);
const kind = z.enum(['api-key', 'hmac-sha256', 'ecdsa-p256-sha256', 'ed25519', 'sm2-sm3']);
const shownKey = z.strictObject({
  id: keyId,
  kind,
  expiresAt: instant.nullable(),
  revoked: z.boolean(),
});
const shownClient = z.strictObject({
  id,
  ...clientTerms.shape,
  revoked: z.boolean(),
  keys: z.array(shownKey),
});
const approval = id.optional();
const orderedTerms = z.strictObject({ ...clientTerms.shape, approval });
const approvalRefusals = [
  'access.approval_differs',
  'access.approval_needed',
  'access.approval_not_open',
  'access.approval_unknown',
];
const keyOrder = z.strictObject({
  kind,
  /** base64 of the DER SubjectPublicKeyInfo, for kinds with a public key. */
  publicKey: z.base64().max(512).optional(),
  expiresAt: instant.optional(),
  /** With it the client's other keys end after so many seconds. */
  overlapSeconds: z.int().nonnegative().optional(),
  approval,
});
const givenKey = z.strictObject({ id: keyId, secret: z.string().optional() });
const tag = 'clients';
const termsRefusals = ['access.client_malformed', 'access.address_malformed'];
const unknownRefusals = ['access.client_unknown', 'access.client_revoked'];

export function clientRoutes(doors: Doors, desk: ClientRoutesDesk): void {
  listRoute(doors, desk);
  registerRoute(doors, desk);
  changeRoutes(doors, desk);
  keyRoutes(doors, desk);
}

function listRoute(doors: Doors, { units, clients }: ClientRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/clients',
      tag,
      summary: { zh: '接口调用方一览', en: 'The clients and their keys' },
      who: ['staff'],
      needs: 'client.manage',
      answer: { status: 200, body: z.strictObject({ clients: z.array(shownClient) }) },
      refusals: [],
    },
    async ({ tenant }) => {
      const list = await units.run(tenant, (unit) => clients.list(unit));
      return {
        clients: list.map(({ tenant: _tenant, keys, ...client }) => ({
          ...client,
          keys: keys.map((key) => ({
            ...key,
            expiresAt: key.expiresAt === undefined ? null : formatInstant(key.expiresAt),
          })),
        })),
      };
    },
  );
}

function registerRoute(doors: Doors, { clients }: ClientRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/clients',
      tag,
      summary: { zh: '登记接口调用方', en: 'Registers a client' },
      who: ['staff'],
      needs: 'client.manage',
      body: orderedTerms,
      answer: { status: 201, body: withId },
      refusals: [...termsRefusals, ...approvalRefusals],
    },
    async (asked) => {
      const commit = clients.register(staffIdOf(asked), asked.body);
      return async (unit) => ({ body: { id: await commit(unit) } });
    },
  );
}

function changeRoutes(doors: Doors, { clients }: ClientRoutesDesk): void {
  const head = {
    path: '/v1/clients/:id',
    tag,
    who: ['staff'],
    needs: 'client.manage',
    params: withId,
    answer: { status: 200, body: withId },
  } as const;
  doors.once(
    {
      ...head,
      method: 'PUT',
      summary: { zh: '变更接口调用方', en: 'Changes the terms of a client' },
      body: orderedTerms,
      refusals: [...termsRefusals, ...unknownRefusals, ...approvalRefusals],
    },
    async (asked) => {
      const commit = clients.change(staffIdOf(asked), asked.params.id, asked.body);
      return async (unit) => {
        await commit(unit);
        return { body: { id: asked.params.id } };
      };
    },
  );
  doors.once(
    {
      ...head,
      method: 'DELETE',
      summary: { zh: '注销接口调用方', en: 'Revokes a client for good' },
      refusals: unknownRefusals,
    },
    async (asked) => {
      const commit = clients.revoke(staffIdOf(asked), asked.params.id);
      return async (unit) => {
        await commit(unit);
        return { body: { id: asked.params.id } };
      };
    },
  );
}

function keyRoutes(doors: Doors, { clients }: ClientRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/clients/:id/keys',
      tag,
      summary: { zh: '签发或轮换密钥，密钥仅显示一次', en: 'Adds or rotates a key, shown once' },
      who: ['staff'],
      needs: 'client.manage',
      params: withId,
      body: keyOrder,
      answer: { status: 201, body: givenKey },
      refusals: [
        ...unknownRefusals,
        ...approvalRefusals,
        'access.client_malformed',
        'access.overlap_too_long',
        'httpsig.key_unsuitable',
      ],
    },
    async (asked) => {
      const { kind: ordered, publicKey, expiresAt, overlapSeconds, approval: seen } = asked.body;
      const commit = clients.addKey(staffIdOf(asked), asked.params.id, {
        kind: ordered,
        approval: seen,
        ...(publicKey === undefined ? {} : { publicKey: read('publicKey', fromBase64, publicKey) }),
        ...(expiresAt === undefined
          ? {}
          : { expiresAt: read('expiresAt', parseInstant, expiresAt) }),
        ...(overlapSeconds === undefined ? {} : { overlapSeconds }),
      });
      return async (unit) => ({ body: await commit(unit) });
    },
  );
  doors.once(
    {
      method: 'DELETE',
      path: '/v1/clients/:id/keys/:key',
      tag,
      summary: { zh: '立即停用一把密钥', en: 'Ends a key at once' },
      who: ['staff'],
      needs: 'client.manage',
      params: z.strictObject({ id, key: keyId }),
      answer: { status: 200, body: z.strictObject({ key: keyId }) },
      refusals: unknownRefusals,
    },
    async (asked) => {
      const { id: client, key } = asked.params;
      const commit = clients.revokeKey(staffIdOf(asked), client, key);
      return async (unit) => {
        await commit(unit);
        return { body: { key } };
      };
    },
  );
}

/** A text that has the shape and yet says nothing, such as the 99th of a month. */
function read<T>(at: string, parse: (text: string) => T, text: string): T {
  try {
    return parse(text);
  } catch (cause) {
    throw new Fault('access.client_malformed', { at }, { cause });
  }
}

function staffIdOf({ caller }: Asked): string {
  if (caller.kind !== 'staff') throw new Fault('access.not_yours');
  return caller.staff.id;
}

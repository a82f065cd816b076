/**
 * A system of the cooperative with keys of every kind, given and approved by two people.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect } from 'vitest';
import type { Json } from '#base/canonical';
import { textIn } from '#doors/phone';
import type { Guest } from '../guest.ts';
import { coop, DoorHand } from './door-hand.ts';
import { well } from './walks.ts';

const why = '存证接口测试';

export interface Machine {
  readonly hand: DoorHand;
  readonly apiKey: string;
  readonly hmac: { readonly id: string; readonly secret: string };
  readonly es256: { readonly id: string; readonly privateKey: KeyObject };
  readonly ed25519: { readonly id: string; readonly privateKey: KeyObject };
}

export async function openMachine(world: Guest): Promise<Machine> {
  const [admin, security] = await Promise.all([
    DoorHand.of(world, 'administrator', { at: coop }),
    DoorHand.of(world, 'security-officer', { at: coop }),
  ]);
  const approved = async (order: Json): Promise<string> => {
    const asked = well(await admin.post('/v1/approvals', { kind: 'client.manage', order, why }));
    const id = textIn(asked.body, 'id');
    well(await security.post(`/v1/approvals/${id}/decision`, { give: true, why }));
    return id;
  };
  const terms = {
    name: '合同系统',
    scopes: ['deposit.define', 'deposit.submit', 'deposit.read'],
    signature: 'optional',
    addresses: [],
    rate: 'bulk',
  };
  const approval = await approved({ act: 'register', ...terms });
  const client = textIn(well(await admin.post('/v1/clients', { ...terms, approval })).body, 'id');
  const keyed = async (order: { kind: string; publicKey?: string }) => {
    const allowed = await approved({ act: 'key', client, ...order });
    const said = await admin.post(`/v1/clients/${client}/keys`, { ...order, approval: allowed });
    return well(said).body;
  };
  const api = await keyed({ kind: 'api-key' });
  const hmac = await keyed({ kind: 'hmac-sha256' });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const es256 = await keyed({ kind: 'ecdsa-p256-sha256', publicKey: spki });
  const edwards = generateKeyPairSync('ed25519');
  const der = edwards.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const ed25519 = await keyed({ kind: 'ed25519', publicKey: der });
  const hand = new DoorHand(world);
  hand.token = textIn(api, 'secret');
  return {
    hand,
    apiKey: textIn(api, 'secret'),
    hmac: { id: textIn(hmac, 'id'), secret: textIn(hmac, 'secret') },
    es256: { id: textIn(es256, 'id'), privateKey },
    ed25519: { id: textIn(ed25519, 'id'), privateKey: edwards.privateKey },
  };
}

/** Brought by the system; not approved by itself, nor unseen, but by another person. */
export async function approveDefinition(
  world: Guest,
  machine: Machine,
  definition: Json,
): Promise<void> {
  const { body } = well(await machine.hand.post('/v1/deposits/definitions', { definition }));
  const security = await DoorHand.of(world, 'security-officer', { at: coop });
  const path = `/v1/deposits/definitions/${textIn(body, 'id')}/versions/1/approval`;
  expect((await machine.hand.post(path, { sha256: textIn(body, 'sha256') })).status).toBe(403);
  expect((await security.post(path, { sha256: '0'.repeat(64) })).code).toBe(
    'deposit.definition_differs',
  );
  well(await security.post(path, { sha256: textIn(body, 'sha256') }));
}

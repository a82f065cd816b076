/**
 * Systems of an institution that bring records, each signed with the system's own P-256 key.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Json } from '#base/canonical';
import { textIn } from '#doors/phone';
import { sourceMessage } from '#formats/entry';
import type { Guest } from '../guest.ts';
import { coop, DoorHand } from './door-hand.ts';
import { well } from './walks.ts';

const why = '记录来源';
const schema = {
  $id: 'source-record',
  title: '来源记录',
  type: 'object',
  properties: {
    姓名: { type: 'string', 'x-sensitivity': 'personal' },
    金额: { type: 'string', format: 'decimal', 'x-sensitivity': 'business' },
    流水号: { type: 'string', 'x-sensitivity': 'public' },
  },
  required: ['姓名', '金额', '流水号'],
  additionalProperties: false,
} as const;

/** What a deposit of these records must hold. */
export const recordSlots = [
  { slot: 'record', title: '记录', kind: 'record', schema: schema.$id },
] as const;

/** Who signs: the id of a client's key, and the key. */
export interface RecordSigner {
  readonly key: string;
  readonly privateKey: KeyObject;
}

/** One system: its hand at the door, and its key. */
export interface RecordSource extends RecordSigner {
  readonly hand: DoorHand;
}

/** One record as the door takes it: `deposit` by the house's id, signed over the source's name. */
export function signedRecord(
  { key, privateKey }: RecordSigner,
  deposit: { readonly id: string; readonly name: string },
  item: string,
): { readonly [member: string]: Json } {
  const fields = { 姓名: '王样例', 金额: '5000.00', 流水号: `${deposit.name}-${item}` };
  const record = { deposit: deposit.name, item, schema: `${schema.$id}@1`, fields };
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const value = sign('sha256', sourceMessage(record), options).toString('base64');
  const signature = { key, value };
  return { deposit: deposit.id, name: item, schema: schema.$id, fields, signature };
}

/** Systems of the first demo institution, each with keys of its own, and their kind of record. */
export async function openSources(world: Guest, count: number): Promise<readonly RecordSource[]> {
  const [admin, security] = await Promise.all([
    DoorHand.of(world, 'administrator', { at: coop }),
    DoorHand.of(world, 'security-officer', { at: coop }),
  ]);
  const sources: RecordSource[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    sources.push(await openSource(world, { admin, security, name: `source-${nth}` }));
  }
  const [first] = sources;
  if (first === undefined) throw new Error('a source');
  const { body } = well(await first.hand.post('/v1/deposits/definitions', { definition: schema }));
  const path = `/v1/deposits/definitions/${textIn(body, 'id')}/versions/1/approval`;
  well(await security.post(path, { sha256: textIn(body, 'sha256') }));
  return sources;
}

async function openSource(
  world: Guest,
  { admin, security, name }: { admin: DoorHand; security: DoorHand; name: string },
): Promise<RecordSource> {
  const approved = async (order: Json): Promise<string> => {
    const asked = well(await admin.post('/v1/approvals', { kind: 'client.manage', order, why }));
    const id = textIn(asked.body, 'id');
    well(await security.post(`/v1/approvals/${id}/decision`, { give: true, why }));
    return id;
  };
  const scopes = ['deposit.define', 'deposit.submit', 'deposit.read'];
  const terms = { name, scopes, signature: 'optional', addresses: [], rate: 'bulk' };
  const approval = await approved({ act: 'register', ...terms });
  const client = textIn(well(await admin.post('/v1/clients', { ...terms, approval })).body, 'id');
  const keyed = async (order: { kind: string; publicKey?: string }) => {
    const allowed = await approved({ act: 'key', client, ...order });
    const path = `/v1/clients/${client}/keys`;
    return well(await admin.post(path, { ...order, approval: allowed })).body;
  };
  const hand = new DoorHand(world);
  hand.token = textIn(await keyed({ kind: 'api-key' }), 'secret');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const es256 = await keyed({ kind: 'ecdsa-p256-sha256', publicKey: spki });
  return { hand, key: textIn(es256, 'id'), privateKey };
}

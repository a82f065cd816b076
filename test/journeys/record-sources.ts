/**
 * Systems of an institution that bring records signed with the system's own P-256 key: one by one,
 * or all records of a request by one signature.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { nodeEngine } from '#adapters/engine';
import { toBase64Url } from '#base/bytes';
import type { Json } from '#base/canonical';
import { seededRandom } from '#base/random';
import { textIn } from '#doors/phone';
import { batchMessage, type SourceRecord, sourceLeaf, sourceMessage } from '#formats/entry';
import { hashLeaf, heldTree } from '#formats/tlog';
import type { Guest } from '../guest.ts';
import { coop, DoorHand } from './door-hand.ts';
import { well } from './walks.ts';

const why = '记录来源';
/** A source takes its blinds from real chance; here a run is to be like the one before. */
const blinds = seededRandom(20_261_122);
const blindBytes = 16;
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

/** A deposit by the house's id and by the source's own name, which its signatures are over. */
interface NamedDeposit {
  readonly id: string;
  readonly name: string;
}

/** One record as the door takes it, signed by itself. */
export function signedRecord(
  signer: RecordSigner,
  deposit: NamedDeposit,
  item: string,
): { readonly [member: string]: Json } {
  const { key } = signer;
  const record = recordOf(deposit, item);
  const value = signedBy(signer, sourceMessage(record));
  return { ...orderOf(deposit, record), signature: { key, value } };
}

/** Records of one request as the door takes them, all under one signature. */
export async function signedBatch(
  signer: RecordSigner,
  deposit: NamedDeposit,
  items: readonly string[],
): Promise<SignedBatch> {
  const records = items.map((item) => recordOf(deposit, item));
  return signedTogether(signer, deposit, records);
}

/** What a request holds under one signature. */
export interface SignedBatch {
  readonly records: readonly { readonly [member: string]: Json }[];
  readonly batchSignature: { readonly key: string; readonly value: string };
}

/** The same of any records of one deposit. */
export async function signedTogether(
  signer: RecordSigner,
  deposit: NamedDeposit,
  records: readonly SourceRecord[],
): Promise<SignedBatch> {
  const blind = records.map(() => toBase64Url(blinds.bytes(blindBytes)));
  const leaves = await Promise.all(
    records.map((record, at) => hashLeaf(sourceLeaf(record, blind[at] ?? ''), nodeEngine)),
  );
  const { root } = await heldTree(leaves, nodeEngine);
  const value = signedBy(signer, batchMessage({ root, size: records.length }));
  return {
    records: records.map((record, at) => ({
      ...orderOf(deposit, record),
      blind: blind[at] ?? '',
    })),
    batchSignature: { key: signer.key, value },
  };
}

function signedBy({ privateKey }: RecordSigner, message: Uint8Array): string {
  return sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64');
}

function recordOf({ name }: NamedDeposit, item: string): SourceRecord {
  const fields = { 姓名: '王样例', 金额: '5000.00', 流水号: `${name}-${item}` };
  return { deposit: name, item, schema: `${schema.$id}@1`, fields };
}

function orderOf(
  { id }: NamedDeposit,
  { item, schema: versioned, fields }: SourceRecord,
): { readonly [member: string]: Json } {
  return { deposit: id, name: item, schema: versioned.split('@')[0] ?? '', fields };
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

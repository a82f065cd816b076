/**
 * A system that submits evidence and asks for receipts, and the first register of a log's members.
 */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import type { Json } from '#base/canonical';
import type { TenantId } from '#base/unit';
import { textIn } from '#doors/phone';
import type { Signer } from '#formats/crypto';
import { noteKey, printSignatures, type Rule, signNote } from '#formats/tlog';
import { type Member, printRegister } from '#formats/witness';
import { logKey, witnessKeys } from '../../src/main/estate/trust-folder.ts';
import type { Guest } from '../guest.ts';
import { DoorHand, type Institution } from './door-hand.ts';
import { well } from './walks.ts';

const why = '回执测试';
/** Who votes in the register that `founding` writes. */
export const members = ['bank-a', 'bank-b', 'bank-c'] as const;
const definitions = [
  {
    $id: 'receipt-record',
    title: '示例记录',
    type: 'object',
    properties: { 金额: { type: 'string', format: 'decimal', 'x-sensitivity': 'business' } },
    required: ['金额'],
    additionalProperties: false,
  },
  {
    $id: 'receipts',
    title: '示例场景',
    type: 'scenario',
    nodes: [{ slot: 'record', title: '示例记录', kind: 'record', schema: 'receipt-record' }],
  },
];

/** Three banks with one vote each, a regulator that observes, the witnesses that stand. */
export async function founding(world: Guest, tenant: TenantId) {
  const signers = new Map<string, Signer>();
  const keys = new Map<string, Member>();
  for (const name of [...members, 'regulator']) {
    const signer = softSigner(generateSoftKey('ed25519'));
    const spki = { name, kind: 'ed25519', publicKey: signer.publicKey } as const;
    signers.set(name, signer);
    keys.set(name, { name, votes: name !== 'regulator', key: await noteKey(spki, nodeEngine) });
  }
  const witnesses = (await witnessKeys(world.trust, nodeEngine)).filter(
    ({ name }) => name !== 'regulator',
  );
  const voters = witnesses.filter(({ name }) => name !== 'sentinel');
  const judges: Rule = {
    is: 'group',
    name: 'voters',
    threshold: 3,
    members: voters.map(({ name }): Rule => ({ is: 'witness', name })),
  };
  const sentinel: Rule = { is: 'witness', name: 'sentinel' };
  const text = printRegister({
    number: 1,
    previous: undefined,
    fromSeconds: 1_790_000_000,
    delaySeconds: 86_400,
    votes: 2,
    liars: 1,
    own: ['sentinel'],
    members: [...keys.values()],
    policy: {
      logs: [await logKey(world.trust, tenant, nodeEngine)],
      witnesses: witnesses.map((key) => ({ name: key.name, key })),
      quorum: { is: 'group', name: 'all', threshold: 2, members: [sentinel, judges] },
    },
  });
  const line = async (name: string, over = text): Promise<Json> => {
    const [member, signer] = [keys.get(name), signers.get(name)];
    if (member === undefined || signer === undefined) throw new Error(`nobody is ${name}`);
    return { line: printSignatures([await signNote(over, member.key, signer)]) };
  };
  return { text, line };
}

/** Its first deposit wants one record of the schema `receipt-record`. */
export async function machineAt(world: Guest, at: Institution): Promise<DoorHand> {
  const key = await clientAt(world, at, {
    name: '回执系统',
    scopes: ['deposit.define', 'deposit.submit', 'deposit.read', 'status.read', 'statement.submit'],
    signature: 'optional',
    kind: 'api-key',
  });
  const hand = new DoorHand(world, { at });
  hand.token = key.secret;
  const security = await DoorHand.of(world, 'security-officer', { at });
  for (const definition of definitions) {
    const { body } = well(await hand.post('/v1/deposits/definitions', { definition }));
    const path = `/v1/deposits/definitions/${textIn(body, 'id')}/versions/1/approval`;
    well(await security.post(path, { sha256: textIn(body, 'sha256') }));
  }
  return hand;
}

/** What a machine may, and a key of it, both under four eyes. */
export async function clientAt(
  world: Guest,
  at: Institution,
  { kind, ...wanted }: { name: string; scopes: string[]; signature: string; kind: string },
): Promise<{ readonly id: string; readonly secret: string }> {
  const [admin, security] = await Promise.all([
    DoorHand.of(world, 'administrator', { at }),
    DoorHand.of(world, 'security-officer', { at }),
  ]);
  const approved = async (order: Json): Promise<string> => {
    const asked = well(await admin.post('/v1/approvals', { kind: 'client.manage', order, why }));
    const id = textIn(asked.body, 'id');
    well(await security.post(`/v1/approvals/${id}/decision`, { give: true, why }));
    return id;
  };
  const terms = { ...wanted, addresses: [], rate: 'bulk' };
  const approval = await approved({ act: 'register', ...terms });
  const client = textIn(well(await admin.post('/v1/clients', { ...terms, approval })).body, 'id');
  const allowed = await approved({ act: 'key', client, kind });
  const made = await admin.post(`/v1/clients/${client}/keys`, { kind, approval: allowed });
  const { body } = well(made);
  return { id: textIn(body, 'id'), secret: textIn(body, 'secret') };
}

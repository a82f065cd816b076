/**
 * Which processes make the house, which verb each runs, what it holds and whom it waits for.
 *
 * Each has a folder of its own under var/ and keys that no other process has. The table is the
 * truth: provisioning, the supervisor, operators.json and the printed table all read it.
 */
import { join } from 'node:path';

import { sealKeyFile } from '#adapters/keystores';
import type { TenantId } from '#base/unit';

export interface KeyPlan {
  /** File in the process's folder, PKCS#8 PEM, 0600. */
  readonly file: string;
  readonly algorithm: 'p256' | 'ed25519' | 'sm2';
  /** What a verifier calls the holder: its role in operators.json. */
  readonly role: 'actor' | 'ca' | 'tsa' | 'log' | 'twin' | 'witness' | 'gateway' | 'seal';
}

/** A key that a process holds once for each tenant. */
export interface TenantKeyPlan extends Omit<KeyPlan, 'file'> {
  readonly file: (tenant: TenantId) => string;
}

export interface ProcessPlan {
  readonly name: string;
  readonly verb: string;
  /** Processes that must be ready before this one is started. */
  readonly after: readonly string[];
  readonly keys: readonly KeyPlan[];
  readonly tenantKeys?: readonly TenantKeyPlan[];
  readonly database?: 'fubie_app' | 'fubie_sequencer';
  /** Plays somebody else's role: refused in production. */
  readonly simulates?: boolean;
}

export const gatewayNames = ['sms', 'identity', 'bureau', 'core-banking'] as const;
export const voterNames = ['court', 'notary', 'arbitration', 'peer-bank'] as const;
export const sentinelName = 'sentinel';
export const mirrorName = 'regulator';
export const witnessNames = [...voterNames, sentinelName, mirrorName] as const;
/** Who runs the processes: of the tenants none, so that nobody's evidence is kept by himself. */
export const houseOperator = '示例平台运营方（演示）';

/** The seal that each tenant comes with. */
export const sealName = 'contract-seal';

/** The paper under which a seal signs by itself. */
export function paperOf(seal: string): string {
  return `${seal}-standing`;
}

/** Below the key store's folder, as its adapter names it. */
function sealFile(tenant: TenantId): string {
  return sealKeyFile({ tenant, seal: sealName });
}

/** Below the sequencer's folder; the keys of later shards in folders of their half-years. */
export function logKeyFile(tenant: TenantId, shard = ''): string {
  return join(tenant, shard, 'key.pem');
}

/** Beside it: what was signed with it, in a journal. */
export const signedHeadsFile = 'signed-heads.jsonl';
export const twinHeadsFile = 'twin-heads.jsonl';

/** Beside it: with this one the same leaves are signed under SM3 and SM2. */
export function twinKeyFile(tenant: TenantId, shard = ''): string {
  return join(tenant, shard, 'twin-key.pem');
}

/** Of the voters; with the sentinel they make level L2. */
export const quorum = 3;

/** The folder, the process and the socket of a witness; its key is named by the role alone. */
export function witnessProcess(role: string): string {
  return `witness-${role}`;
}

export function roleOfWitness(process: string): string {
  return process.replace(/^witness-/, '');
}

function gateway(name: string): ProcessPlan {
  const keys: readonly KeyPlan[] = [{ file: 'key.pem', algorithm: 'ed25519', role: 'gateway' }];
  return { name, verb: 'gateway', after: [], keys, simulates: true };
}

function witness(role: string): ProcessPlan {
  const keys: readonly KeyPlan[] = [{ file: 'key.pem', algorithm: 'ed25519', role: 'witness' }];
  return { name: witnessProcess(role), verb: 'witness', after: [], keys };
}

const actorKey: KeyPlan = { file: 'key.pem', algorithm: 'ed25519', role: 'actor' };

export const processPlans: readonly ProcessPlan[] = [
  { name: 'database', verb: 'database', after: [], keys: [] },
  {
    name: 'trust-centre',
    verb: 'trust-centre',
    after: [],
    keys: [
      { file: 'ca-key.pem', algorithm: 'p256', role: 'ca' },
      { file: 'tsa-key.pem', algorithm: 'p256', role: 'tsa' },
    ],
  },
  {
    name: 'keystore',
    verb: 'keystore',
    after: [],
    keys: [],
    tenantKeys: [{ file: sealFile, algorithm: 'p256', role: 'seal' }],
  },
  ...witnessNames.map(witness),
  ...gatewayNames.map(gateway),
  {
    name: 'sequencer',
    verb: 'sequencer',
    after: ['database', ...witnessNames.map(witnessProcess)],
    keys: [],
    tenantKeys: [
      { file: (tenant) => logKeyFile(tenant), algorithm: 'ed25519', role: 'log' },
      { file: (tenant) => twinKeyFile(tenant), algorithm: 'sm2', role: 'twin' },
    ],
    database: 'fubie_sequencer',
  },
  {
    name: 'serve',
    verb: 'serve',
    after: ['database', 'trust-centre', 'keystore'],
    keys: [actorKey],
    database: 'fubie_app',
  },
  {
    name: 'work',
    verb: 'work',
    after: ['database', 'trust-centre', 'keystore'],
    keys: [actorKey],
    database: 'fubie_app',
  },
];

/**
 * Makes the private key of every process in that process's folder, and reads the public halves.
 *
 * The installer is the only program that sees more than one folder; it keeps nothing of what it
 * made and hands out public keys only. A tenant's keys are made once: of one that left, the public
 * halves are read from where they were kept, for its packages are judged by them for ever.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { createKeyFile, nodeEngine, softSigner } from '#adapters/engine';
import { type SealSigners, sealPublicKey, sealSigners } from '#adapters/keystores';
import { fromBase64, toBase64, toHex } from '#base/bytes';
import { faultCode } from '#base/fault';
import type { TenantId } from '#base/unit';
import { type NoteKey, noteKey } from '#formats/tlog';
import { twinOrigin } from '#formats/twin';
import { type Estate, processFolder } from '../estate/estate.ts';
import { type KeyPlan, type ProcessPlan, roleOfWitness, sealName } from '../estate/plan.ts';
import { readSealOrders, sealKeyPath } from '../estate/seal-orders.ts';
import { textIn } from '../estate/secrets.ts';
import { keysPath, type TenantOrder } from '../estate/tenant-orders.ts';

export interface PublishedKey {
  readonly process: string;
  readonly role: KeyPlan['role'];
  /** How certificates, vkeys and operators.json call it. */
  readonly name: string;
  /** Whose it is, where it belongs to one tenant: seals and logs. */
  readonly tenant: TenantId | undefined;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** For keys that sign notes and entries. */
  readonly note: NoteKey | undefined;
}

type KeyRole = KeyPlan['role'];

export async function makeKeys(
  estate: Estate,
  plans: readonly ProcessPlan[],
  tenants: readonly TenantOrder[],
): Promise<readonly PublishedKey[]> {
  const keys: PublishedKey[] = [];
  for (const plan of plans) {
    for (const key of plan.keys) {
      const spki = await makeKey(join(processFolder(estate, plan.name), key.file), key);
      keys.push(await publish(plan, { ...key, spki, tenant: undefined }));
    }
  }
  for (const tenant of tenants) {
    keys.push(
      ...(await tenantKeys(estate, plans, tenant)),
      ...(await furtherSeals(estate, tenant)),
    );
  }
  return keys;
}

/** Where keys of seals are: in files, in a token, at a service. */
export function keystoreSigners(estate: Estate): Promise<SealSigners> {
  return sealSigners(processFolder(estate, 'keystore'), { simulatorsAllowed: true });
}

/** Seals beyond the first; their public halves are kept for ever, for packages name them. */
async function furtherSeals(
  estate: Estate,
  { record: { id }, gone }: TenantOrder,
): Promise<readonly PublishedKey[]> {
  const keys: PublishedKey[] = [];
  for (const { seal, gone: ended } of await readSealOrders(estate.tenants, id)) {
    const path = sealKeyPath(estate.tenants, id, seal);
    const held = await unlessTokenAway(
      textIn(path, async () => {
        if (gone || ended) return '';
        const folder = processFolder(estate, 'keystore');
        const name = { tenant: id, seal };
        return toBase64(await sealPublicKey(folder, name, await keystoreSigners(estate)));
      }),
    );
    if (held === undefined || held === '') continue;
    const spki = fromBase64(held);
    const of = { process: 'keystore', role: 'seal', note: undefined } as const;
    keys.push({ ...of, name: seal, tenant: id, spki });
  }
  return keys;
}

/** A token that is out or locked keeps its own seal waiting and not the house. */
export async function unlessTokenAway<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (thrown) {
    if (faultCode(thrown)?.startsWith('keystores.token_') !== true) throw thrown;
    return undefined;
  }
}

/** Made where the processes look for them; the public halves are kept beside the order. */
async function tenantKeys(
  estate: Estate,
  plans: readonly ProcessPlan[],
  { record: { id }, gone }: TenantOrder,
): Promise<readonly PublishedKey[]> {
  const planned = plans.flatMap((plan) => (plan.tenantKeys ?? []).map((key) => ({ plan, key })));
  const text = await textIn(keysPath(estate.tenants, id), async () => {
    const made: [KeyRole, string][] = [];
    for (const { plan, key } of gone ? [] : planned) {
      const path = join(processFolder(estate, plan.name), key.file(id));
      const spki = key.role === 'seal' ? await firstSeal(estate, id) : await makeKey(path, key);
      made.push([key.role, toBase64(spki)]);
    }
    return `${JSON.stringify(Object.fromEntries(made))}\n`;
  });
  const held = new Map(Object.entries(JSON.parse(text) as Record<string, string>));
  // A house of before logs had twins has made none, and none is made for a log that has begun.
  const made = planned.filter(({ key: { role } }) => held.has(role));
  const log = fromBase64(held.get('log') ?? '');
  const keys = made.map(({ plan, key: { role } }) => {
    const spki = fromBase64(held.get(role) ?? '');
    return publish(plan, { role, spki, tenant: id, log });
  });
  return Promise.all(keys);
}

async function firstSeal(estate: Estate, tenant: TenantId): Promise<Uint8Array> {
  const signers = await keystoreSigners(estate);
  return sealPublicKey(processFolder(estate, 'keystore'), { tenant, seal: sealName }, signers);
}

async function makeKey(path: string, { algorithm }: Pick<KeyPlan, 'algorithm'>) {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return softSigner(await createKeyFile(path, algorithm)).publicKey;
}

interface KeyOf {
  readonly role: KeyRole;
  readonly spki: Uint8Array;
  readonly tenant: TenantId | undefined;
  /** The key of the tenant's log, by which its twin is named too. */
  readonly log?: Uint8Array;
}

async function publish(plan: ProcessPlan, key: KeyOf): Promise<PublishedKey> {
  const { role, spki, tenant } = key;
  const name = nameOf(plan, key);
  const kind = role === 'witness' ? 'cosignature' : 'ed25519';
  const noted = role === 'witness' || role === 'log' || role === 'actor';
  const note = noted ? await noteKey({ name, kind, publicKey: spki }, nodeEngine) : undefined;
  return { process: plan.name, role, name, tenant, spki, note };
}

function nameOf(plan: ProcessPlan, { role, spki, tenant, log = spki }: KeyOf): string {
  if (role === 'witness') return roleOfWitness(plan.name);
  // A log's name is for ever its own: two demo logs must not be taken for forks of one.
  const origin = `fubie.example/log/${tenant}/${toHex(digest(log)).slice(0, 16)}`;
  if (role === 'log') return origin;
  if (role === 'twin') return twinOrigin(origin);
  return role === 'ca' || role === 'tsa' || role === 'seal' ? role : plan.name;
}

/** `SHA256:…`, as ssh prints it, over the SubjectPublicKeyInfo. */
export function fingerprintOf(spki: Uint8Array): string {
  return `SHA256:${Buffer.from(digest(spki)).toString('base64').replace(/=+$/, '')}`;
}

function digest(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/**
 * Makes the private key of every process in that process's folder, and reads the public halves.
 *
 * The installer is the only program that sees more than one folder; it keeps nothing of what it
 * made and hands out public keys only.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { createKeyFile, nodeEngine, softSigner } from '#adapters/engine';
import { toHex } from '#base/bytes';
import { type NoteKey, noteKey } from '#formats/tlog';
import { type Estate, processFolder } from './estate.ts';
import { type KeyPlan, type ProcessPlan, roleOfWitness } from './plan.ts';

export interface PublishedKey {
  readonly process: string;
  readonly role: KeyPlan['role'];
  /** How certificates, vkeys and operators.json call it. */
  readonly name: string;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** For keys that sign notes and entries. */
  readonly note: NoteKey | undefined;
}

export async function makeKeys(
  estate: Estate,
  plans: readonly ProcessPlan[],
): Promise<readonly PublishedKey[]> {
  const keys: PublishedKey[] = [];
  for (const plan of plans) {
    for (const key of plan.keys) {
      const path = join(processFolder(estate, plan.name), key.file);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const signer = softSigner(await createKeyFile(path, key.algorithm));
      keys.push(await publish(plan, key, signer.publicKey));
    }
  }
  return keys;
}

async function publish(
  plan: ProcessPlan,
  { role }: KeyPlan,
  spki: Uint8Array,
): Promise<PublishedKey> {
  const name = nameOf(plan, role, spki);
  const kind = role === 'witness' ? 'cosignature' : 'ed25519';
  const noted = role === 'witness' || role === 'log' || role === 'actor';
  const note = noted ? await noteKey({ name, kind, publicKey: spki }, nodeEngine) : undefined;
  return { process: plan.name, role, name, spki, note };
}

function nameOf(plan: ProcessPlan, role: KeyPlan['role'], spki: Uint8Array): string {
  if (role === 'witness') return roleOfWitness(plan.name);
  // A log's name is for ever its own: two demo logs must not be taken for forks of one.
  if (role === 'log') return `fubie.example/log/${toHex(digest(spki)).slice(0, 16)}`;
  return role === 'ca' || role === 'tsa' || role === 'seal' ? role : plan.name;
}

/** `SHA256:…`, as ssh prints it, over the SubjectPublicKeyInfo. */
export function fingerprintOf(spki: Uint8Array): string {
  return `SHA256:${Buffer.from(digest(spki)).toString('base64').replace(/=+$/, '')}`;
}

function digest(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

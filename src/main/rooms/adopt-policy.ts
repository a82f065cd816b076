/**
 * Puts the witness policy in force into the log, once for each tenant and each text of it.
 *
 * A verifier demands that the policy it was handed is the one the log knows (docs/specs),
 * so that nobody can lower the quorum afterwards.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { TenantId } from '#base/unit';
import { parseLevelPolicy, requireSound } from '#formats/tlog';
import { policyCaseId } from '#trust/evidence';
import { registersFolder } from '../estate/trust-folder.ts';
import type { Ground } from './ground.ts';

export const policyName = 'policy.json';
const registerName = 'register.note';

/** The case under which a policy stands in the log, named by the digest of its text. */
export async function policyCase(ground: Ground): Promise<{ caseId: string; bytes: Uint8Array }> {
  const bytes = new Uint8Array(await readFile(join(ground.settings.trust, policyName)));
  return { caseId: await policyCaseId(bytes, ground.engine), bytes };
}

export async function adoptPolicy(ground: Ground, tenant: TenantId): Promise<void> {
  const { caseId, bytes } = await policyCase(ground);
  // A rule under which two quorums need not share an honest witness is never adopted.
  requireSound(parseLevelPolicy(bytes));
  await adopt(ground, tenant, { caseId, name: policyName, bytes });
  for (const note of await registersOf(ground)) {
    const registerCase = await policyCaseId(note, ground.engine);
    await adopt(ground, tenant, { caseId: registerCase, name: registerName, bytes: note });
  }
}

async function adopt(
  ground: Ground,
  tenant: TenantId,
  text: { caseId: string; name: string; bytes: Uint8Array },
): Promise<void> {
  const { caseId, name, bytes } = text;
  await ground.units.run(tenant, async (unit) => {
    const known = await ground.entries.ofCase(unit, caseId);
    if (known.length > 0) return;
    await ground.evidence.record(unit, {
      caseId,
      type: 'policy.adopted',
      disclosures: [],
      of: [{ name, bytes }],
    });
  });
}

/** The notes that members voted, in their order; none where nobody voted yet. */
export async function registersOf({ settings }: Ground): Promise<readonly Uint8Array[]> {
  const folder = join(settings.trust, registersFolder);
  const names = await readdir(folder).catch(() => []);
  const notes = names.filter((name) => name.endsWith('.note')).toSorted();
  return Promise.all(notes.map(async (name) => new Uint8Array(await readFile(join(folder, name)))));
}

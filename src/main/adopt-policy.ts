/**
 * Puts the witness policy in force into the log, once for each tenant and each text of it.
 *
 * A verifier demands that the policy it was handed is the one the log knows (docs/specs),
 * so that nobody can lower the quorum afterwards.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { toHex } from '#base/bytes';
import type { TenantId } from '#base/unit';
import type { Ground } from './ground.ts';

export const policyName = 'policy.json';

/** The case under which a policy stands in the log, named by the digest of its text. */
export async function policyCase(ground: Ground): Promise<{ caseId: string; bytes: Uint8Array }> {
  const bytes = new Uint8Array(await readFile(join(ground.settings.trust, policyName)));
  const sha256 = toHex(await ground.engine.digest('sha256', bytes));
  return { caseId: `policy-${sha256}`, bytes };
}

export async function adoptPolicy(ground: Ground, tenant: TenantId): Promise<void> {
  const { caseId, bytes } = await policyCase(ground);
  await ground.units.run(tenant, async (unit) => {
    const known = await ground.entries.ofCase(unit, caseId);
    if (known.length > 0) return;
    await ground.evidence.record(unit, {
      caseId,
      type: 'policy.adopted',
      disclosures: [],
      of: [{ name: policyName, bytes }],
    });
  });
}

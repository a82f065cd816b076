/**
 * The tenant's register: one chain for what belongs to no loan case.
 *
 * Sign-ins, staff, retention, epochs and back-ups are facts about the institution itself. Its name
 * follows from the tenant, so that nobody can keep a second register, and its first entry says
 * whose it is.
 */
import { toBase64Url, toHex, utf8 } from '#base/bytes';
import type { TenantId } from '#base/unit';
import type { Engine } from '#formats/crypto';
import type { EntryType } from '#formats/entry';

/** The tenant's own subject: no person, never erased. */
export const officeSubject = 'office';

/** What the first entry of a register is. */
export const registerFirst = 'tenant.opened' satisfies EntryType;

/** The case under which a policy, or a register of members, stands in a log: by its very text. */
export async function policyCaseId(text: Uint8Array, engine: Engine): Promise<string> {
  return `policy-${toHex(await engine.digest('sha256', text))}`;
}

const registerIdBytes = 16;
const originalName = 'tenant';

/** 22 characters of base64url from the SHA-256 of `fubie/register/<tenant>`, as case ids are. */
export async function registerCaseId(tenant: TenantId, engine: Engine): Promise<string> {
  const digest = await engine.digest('sha256', utf8(`fubie/register/${tenant}`));
  return toBase64Url(digest.subarray(0, registerIdBytes));
}

/** The draft of that first entry: the tenant by name, which its log's origin shows anyway. */
export function registerOpening(tenant: TenantId) {
  const of = [{ name: originalName, bytes: utf8(tenant) }];
  return { type: registerFirst, disclosures: [], of } as const;
}

/**
 * Whose case a request is about: a borrower's own, or one that a desk of the house may open.
 */
import { Fault } from '#base/fault';
import type { Permission } from '#business/access';
import type { CaseAccess, Lawful } from './desks.ts';
import type { Asked } from './route.ts';

/** The case and the tenant a borrower's request stands in, from her token alone. */
export interface Own {
  readonly tenant: Asked['tenant'];
  readonly caseId: string;
  readonly subject: string;
}

/** The borrower of a route that lets only borrowers in. */
export function ownOf({ tenant, caller }: Asked): Own {
  if (caller.kind !== 'borrower') throw new Fault('access.not_yours');
  return { tenant, caseId: caller.caseId, subject: caller.subject };
}

/** Under whose name a member of staff acts, on a route that lets only staff in. */
export function staffOf({ caller }: Pick<Asked, 'caller'>): string {
  if (caller.kind !== 'staff') throw new Fault('access.not_yours');
  return caller.staff.id;
}

/** A borrower sees her own case; the house's people and machines those within their reach. */
export async function requireCase(
  asked: Asked,
  of: { readonly caseId: string; readonly permission: Permission },
  cases: CaseAccess,
): Promise<void> {
  const { caseId, permission } = of;
  if (asked.caller.kind !== 'borrower') return cases.require(asked, caseId, permission);
  if (asked.caller.caseId !== caseId) throw new Fault('access.not_yours');
}

/** Her own record is always hers; staff say for which authority or dispute they open it. */
export function lawfulOf(asked: Asked, cases: CaseAccess): Lawful | undefined {
  if (asked.caller.kind === 'borrower') return 'subject';
  return cases.isLegal(asked, asked.purpose) ? 'legal' : undefined;
}

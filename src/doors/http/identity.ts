/**
 * Who stands behind a request: several ways to show it, tried in order, and the first that knows.
 *
 * A request that shows nothing is nobody. One that shows something no way knows is refused: a wrong
 * key must never quietly become a stranger's rights.
 */
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { Caller, Permission, RequestFacts } from '#business/access';

/** Finds the caller of a request; access.unauthenticated when what is shown is nobody's. */
export type Identify = (tenant: TenantId, facts: RequestFacts) => Promise<Caller>;

/** One way to show who asks; undefined when this request does not show it this way. */
export type Way = (tenant: TenantId, facts: RequestFacts) => Promise<Caller | undefined>;

/** Refuses a caller who is not allowed `needs`; the door asks before a route acts. */
export type Authorise = (
  asked: { readonly tenant: TenantId; readonly caller: Caller },
  needs: Permission,
) => Promise<void>;

/** Header fields by which somebody shows who he is. */
const credentials = ['authorization', 'signature', 'signature-input', 'x-api-key'];

export function identifyBy(ways: readonly Way[]): Identify {
  return async (tenant, facts) => {
    for (const way of ways) {
      const caller = await way(tenant, facts);
      if (caller !== undefined) return caller;
    }
    const shown = credentials.some((name) => facts.headers[name] !== undefined);
    if (shown) throw new Fault('access.unauthenticated');
    return { kind: 'nobody' };
  };
}

/** The token of `Authorization: Bearer …` (RFC 6750 section 2.1), if it is one of the house's. */
export function bearerOf(facts: Pick<RequestFacts, 'headers'>): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]{16,128})$/.exec(facts.headers['authorization'] ?? '')?.[1];
}

/** The name under which a caller's keys and journal lines stand. */
export function callerName(caller: Caller): string {
  if (caller.kind === 'borrower') return caller.caseId;
  if (caller.kind === 'staff') return `staff ${caller.staff.id}`;
  if (caller.kind === 'machine') return `machine ${caller.client.id}`;
  return 'nobody';
}

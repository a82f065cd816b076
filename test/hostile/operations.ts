/**
 * The operations of the OpenAPI document as a test walks them, and who may ask each.
 */
import type { Json } from '#base/canonical';
import type { Tenant } from './two-tenants.ts';

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly who: readonly string[];
  /** Open to anyone. */
  readonly open: boolean;
  readonly permission: string | undefined;
  readonly declared: Members;
}

export type Members = { readonly [name: string]: Json };

/** By whom a permission is held in the demo institutions. */
const holders: Readonly<Record<string, string>> = {
  'approval.give': 'security-officer',
  'audit.read': 'auditor',
  'breakglass.review': 'security-officer',
  'case.decide': 'reviewer',
  'client.manage': 'administrator',
  'decision.review': 'reviewer',
  'deposit.approve': 'security-officer',
  'deposit.define': 'administrator',
  'deposit.read': 'auditor',
  'epoch.turn': 'administrator',
  'erase.order': 'privacy-officer',
  'hold.lift': 'privacy-officer',
  'hold.place': 'privacy-officer',
  'retention.run': 'privacy-officer',
  'rights.answer': 'privacy-officer',
  'breach.record': 'privacy-officer',
  'seal.manage': 'administrator',
  'seal.decide': 'security-officer',
  'staff.manage': 'administrator',
  'staff.read': 'administrator',
  'status.read': 'auditor',
  'tenant.manage': 'administrator',
  'tenant.read': 'administrator',
  'usage.read': 'administrator',
};

export function operationsIn(document: Members): readonly Operation[] {
  return Object.entries(membersOf(document['paths'])).flatMap(([path, methods]) =>
    Object.entries(membersOf(methods)).map(([method, declared]) => {
      const members = membersOf(declared);
      const who = textsOf(members['x-fubie-who']);
      const permission = members['x-fubie-permission'];
      return {
        id: textOf(members['operationId']),
        method: method.toUpperCase(),
        path,
        who,
        open: who.includes('anyone'),
        permission: typeof permission === 'string' ? permission : undefined,
        declared: members,
      };
    }),
  );
}

/** A token of that tenant that this operation lets in; undefined where nobody need be known. */
export function identityFor(operation: Operation, tenant: Tenant): string | undefined {
  const { who, permission } = operation;
  if (who.includes('staff')) return tenant.staff[holders[permission ?? ''] ?? loginFor(operation)];
  if (who.includes('borrower')) return tenant.borrower.hand.token;
  if (permission === 'regulator.look') return tenant.regulator;
  return who.includes('machine') ? tenant.machine : undefined;
}

function loginFor({ path, permission }: Operation): string {
  if (path.endsWith('/decision') && path.startsWith('/v1/cases')) return 'reviewer';
  return permission === undefined ? 'administrator' : 'loan-officer';
}

export function membersOf(json: Json | undefined): Members {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return {};
  return json as Members;
}

export function textOf(json: Json | undefined): string {
  return typeof json === 'string' ? json : '';
}

export function textsOf(json: Json | undefined): readonly string[] {
  return Array.isArray(json) ? json.map(String) : [];
}

/**
 * Which permissions a machine can have: none of those that are a person's own judgement.
 *
 * A program that gives approvals, opens break-glasses, reviews decisions or registers other
 * programs would be four eyes in one head.
 */
import { type Permission, permissions } from './permission.ts';

const personal: readonly Permission[] = [
  'approval.give',
  'breakglass.open',
  'breakglass.review',
  'case.unmask',
  'client.manage',
  'decision.review',
  'epoch.turn',
  'erase.order',
  'hold.lift',
  'package.legal',
  'staff.manage',
  'tenant.manage',
];

/**
 * Scopes that stand alone: with another one beside it a supervisor's client could look at the same
 * things without saying why.
 */
export const soleScopes: readonly Permission[] = ['regulator.look'];

/** The permissions that can be scopes of a client. */
export const machineScopes: readonly Permission[] = permissions.filter(
  (permission) => !personal.includes(permission),
);

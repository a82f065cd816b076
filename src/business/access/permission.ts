/**
 * The closed list of what one can be allowed to do; roles and scopes of machines are made of these.
 */
export const permissions = [
  'case.list',
  'case.read',
  'case.find',
  'case.open',
  'case.unmask',
  'case.decide',
  'case.repay',
  'package.build',
  'package.legal',
  'staff.read',
  'staff.manage',
  'approval.give',
  'breakglass.open',
  'breakglass.review',
  'hold.place',
  'hold.lift',
  'retention.run',
  'erase.order',
  'rights.answer',
  'breach.record',
  'seal.manage',
  'seal.decide',
  'tenant.read',
  'tenant.manage',
  'usage.read',
  'epoch.turn',
  'client.manage',
  'audit.read',
  'decision.review',
  'status.read',
  'regulator.look',
  'deposit.define',
  'deposit.approve',
  'deposit.submit',
  'deposit.read',
  'statement.submit',
] as const;

/** One thing that a role or a machine's scope allows. */
export type Permission = (typeof permissions)[number];

/**
 * The verbs of the program, each in a file that is loaded only when it is called.
 *
 * A verb answers its exit code. To add one: a file in verbs/ that exports `run`, and a line here.
 */
export interface Verb {
  run(args: readonly string[]): Promise<number>;
}

export const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  start: () => import('./verbs/start.ts'),
  database: () => import('./verbs/database.ts'),
  'trust-centre': () => import('./verbs/trust-centre.ts'),
  keystore: () => import('./verbs/keystore.ts'),
  sequencer: () => import('./verbs/sequencer.ts'),
  witness: () => import('./verbs/witness.ts'),
  monitor: () => import('./verbs/monitor.ts'),
  register: () => import('./verbs/register.ts'),
  anchor: () => import('./verbs/anchor.ts'),
  gateway: () => import('./verbs/gateway.ts'),
  serve: () => import('./verbs/serve.ts'),
  work: () => import('./verbs/work.ts'),
  phone: () => import('./verbs/phone.ts'),
  demo: () => import('./verbs/demo.ts'),
  sign: () => import('./verbs/sign.ts'),
  verify: () => import('./verbs/verify.ts'),
  package: () => import('./verbs/package.ts'),
  tenant: () => import('./verbs/tenant.ts'),
  epoch: () => import('./verbs/epoch.ts'),
  fsck: () => import('./verbs/fsck.ts'),
  backup: () => import('./verbs/backup.ts'),
  restore: () => import('./verbs/restore.ts'),
  staff: () => import('./verbs/staff.ts'),
  doctor: () => import('./verbs/doctor.ts'),
};

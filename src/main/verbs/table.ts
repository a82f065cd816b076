/**
 * The verbs of the program, each in a file that is loaded only when it is called.
 *
 * A verb answers its exit code. To add one: a file in verbs/ that exports `run`, and a line here.
 */
export interface Verb {
  run(args: readonly string[]): Promise<number>;
}

export const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  start: () => import('./start.ts'),
  database: () => import('./database.ts'),
  'trust-centre': () => import('./trust-centre.ts'),
  keystore: () => import('./keystore.ts'),
  sequencer: () => import('./sequencer.ts'),
  witness: () => import('./witness.ts'),
  monitor: () => import('./monitor.ts'),
  register: () => import('./register.ts'),
  anchor: () => import('./anchor.ts'),
  gateway: () => import('./gateway.ts'),
  serve: () => import('./serve.ts'),
  work: () => import('./work.ts'),
  phone: () => import('./phone.ts'),
  demo: () => import('./demo.ts'),
  seal: () => import('./seal.ts'),
  sign: () => import('./sign.ts'),
  verify: () => import('./verify.ts'),
  package: () => import('./package.ts'),
  tenant: () => import('./tenant.ts'),
  epoch: () => import('./epoch.ts'),
  fsck: () => import('./fsck.ts'),
  backup: () => import('./backup.ts'),
  restore: () => import('./restore.ts'),
  staff: () => import('./staff.ts'),
  doctor: () => import('./doctor.ts'),
};

/** Those who watch the log from outside: witnesses that cosign, the mirror, monitors. */
export { EntryWatch } from './entry-watch.ts';
export { witnessFaults } from './faults.ts';
export type { Finding, FindingCode } from './log-walk.ts';
export { Mirror } from './mirror.ts';
export {
  type FinalHead,
  Monitor,
  type MonitorMemory,
  type MonitorParts,
  type MonitorReport,
  type Verified,
  type WitnessView,
} from './monitor.ts';
export {
  RegisterDesk,
  type RegisterDeskParts,
  type RegisterStore,
  type RegisterText,
  type ShownRegister,
} from './register-desk.ts';
export { Witness, type WitnessMemory } from './witness.ts';

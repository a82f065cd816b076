/** The log's twin: the same leaves under SM3, its heads signed with SM2. */
export { twinFaults } from './faults.ts';
export {
  type JudgedTwin,
  judgeTwin,
  judgeTwinProof,
  parseTwinVkey,
  printTwinVkey,
  signTwin,
  type TwinKey,
  twinKey,
  twinOrigin,
} from './twin-note.ts';
export { twinEngine } from './twin-tree.ts';

/** Work that follows a commit. */
export { integrationFaults } from './faults.ts';
export {
  Again,
  type Job,
  type JobHand,
  type JobParts,
  type JobStore,
  Jobs,
  jobLeaseMs,
} from './jobs.ts';

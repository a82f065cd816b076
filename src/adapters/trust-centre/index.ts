/** The trust centre: its folder for the process itself, its client for everybody else. */
export { TrustCentreClient } from './client.ts';
export { trustCentreFaults } from './faults.ts';
export type { TrustCentre } from './folder.ts';
export { openTrustCentre } from './folder.ts';

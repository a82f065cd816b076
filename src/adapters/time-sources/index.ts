/** Servers of time outside the house (SNTP), and how far its own clock is from them. */
export { timeSourcesFaults } from './faults.ts';
export type { TimeStanding } from './measured-clock.ts';
export { MeasuredClock } from './measured-clock.ts';
export type { TimeServer } from './sntp.ts';
export { askTimeServer, parseTimeServers } from './sntp.ts';

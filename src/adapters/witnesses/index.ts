/** Witnesses and monitors: other processes, their journals and folders, public files of logs. */
export { convictionsIn } from './convictions.ts';
export { witnessesFaults } from './faults.ts';
export { FileSignedHeads, FileWitnessMemory, headsIn, signedHeadsIn } from './head-memory.ts';
export { FileMonitorMemory } from './monitor-memory.ts';
export { publicFiles } from './public-files.ts';
export { SocketWitness } from './witness-client.ts';

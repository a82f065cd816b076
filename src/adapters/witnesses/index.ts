/** Witnesses in other processes, and the journals that witnesses and sequencer keep. */
export { witnessesFaults } from './faults.ts';
export { FileSignedHeads, FileWitnessMemory } from './head-memory.ts';
export { SocketWitness } from './witness-client.ts';

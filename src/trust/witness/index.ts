/** Those who watch the log from outside: witnesses that cosign, and the mirror that copies. */
export { witnessFaults } from './faults.ts';
export { Mirror } from './mirror.ts';
export { Witness, type WitnessMemory } from './witness.ts';

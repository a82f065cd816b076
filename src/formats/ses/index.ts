/** Electronic seals and their signatures (GB/T 38540-2020, GM/T 0031-2014), read and checked. */

export type { SealCheck, SealFinding } from './check.ts';
export { checkSeal, checkSealSignature, sealAlgorithm, sealFindings } from './check.ts';
export { sesFaults } from './faults.ts';
export type { Seal, SealedTime, SealHolder } from './seal.ts';
export { readSeal } from './seal.ts';
export type { SealSignature } from './signature.ts';
export { readSealSignature } from './signature.ts';

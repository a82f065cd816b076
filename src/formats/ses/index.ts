/** Electronic seals and their uses (GB/T 38540-2020, GM/T 0031-2014), read, checked and made. */

export type { SealCheck, SealFinding } from './check.ts';
export { checkSeal, checkSealSignature, sealAlgorithm, sealFindings } from './check.ts';
export { sesFaults } from './faults.ts';
export type { Seal, SealedTime, SealHolder } from './seal.ts';
export { readSeal } from './seal.ts';
export type { SealSignature } from './signature.ts';
export { readSealSignature } from './signature.ts';
export type { SealDraft, SealKey, SealUse } from './writing.ts';
export { makeSeal, useSeal } from './writing.ts';

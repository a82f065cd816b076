/** Seals of an institution from the application to the destruction, and what each was put on. */
export { sealFaults } from './faults.ts';
export type { Seal, SealAct, SealMade, SealOrder, SealStanding, SealStep } from './seal.ts';
export { requireRenewable, sealActs, sealFor, sealStandings, stepped } from './seal.ts';
export type { SealBookParts, SealRows, SealUse } from './seal-book.ts';
export { SealBook } from './seal-book.ts';

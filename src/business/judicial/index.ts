/** Evidence for courts: the package of one case, assembled from what the rooms below hold. */
export { buildPackage } from './assembly.ts';
export { type ReportWords, reportFacts } from './facts.ts';
export { judicialFaults } from './faults.ts';
export type { CaseDocument, CaseEntry, CaseMaterial } from './material.ts';

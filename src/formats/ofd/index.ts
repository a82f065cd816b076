/** OFD documents (GB/T 33190-2016) read for judging: their signatures and what these cover. */

export { isOfd } from './entrance.ts';
export { ofdFaults } from './faults.ts';
export type { OfdFinding, OfdFindingCode } from './findings.ts';
export { ofdFindings } from './findings.ts';
export type { JudgedOfd, JudgedOfdSignature, OfdJudging } from './judge.ts';
export { judgeOfd } from './judge.ts';
export type { JudgedReference } from './references.ts';
export type { StampPlace } from './signature-file.ts';

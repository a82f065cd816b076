/** Transparency logs: RFC 6962 trees and the C2SP texts around them. Pure; reads make and check. */
export {
  type Checkpoint,
  type Cosigner,
  cosign,
  cosignerOf,
  type JudgedCheckpoint,
  judgeCheckpoint,
  parseCheckpoint,
  parseHead,
  printHead,
  type TreeHead,
} from './checkpoint.ts';
export { append, type Edge, edgeRoot, emptyEdge, parseEdge, printEdge } from './edge.ts';
export { tlogFaults } from './faults.ts';
export {
  consistencyProof,
  consistencyRanges,
  hashLeaf,
  hashNode,
  inclusionProof,
  type NodeReader,
  type Range,
  rangeHash,
  rootHash,
} from './merkle.ts';
export {
  keyIdText,
  type Note,
  type NoteKey,
  type NoteSignature,
  noteKey,
  parseNote,
  parseSignatures,
  parseVkey,
  printNote,
  printSignatures,
  printVkey,
  signNote,
} from './note.ts';
export { atLeast, type Level, type LevelPolicy, levelUnder, quorumsIntersect } from './policy.ts';
export { consistencyFlaw, inclusionFlaw, type ProofFlaw } from './proof-checks.ts';
export {
  type JudgedProof,
  judgeLogProof,
  type LogProof,
  parseLogProof,
  printLogProof,
} from './proof-file.ts';
export { hashBytes, parseHash, parseSize } from './size.ts';

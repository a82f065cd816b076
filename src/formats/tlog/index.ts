/** Transparency logs: RFC 6962 trees and the C2SP texts around them. Pure; reads make and check. */
export {
  type Checkpoint,
  type Cosigner,
  cosign,
  cosignerOf,
  type JudgedCheckpoint,
  judgeCheckpoint,
  judgeNote,
  parseCheckpoint,
  parseHead,
  printHead,
  type TreeHead,
} from './checkpoint.ts';
export { append, type Edge, edgeRoot, emptyEdge, parseEdge, printEdge } from './edge.ts';
export { tlogFaults } from './faults.ts';
export { type HeldTree, heldTree } from './held-tree.ts';
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
  isKeyName,
  keyIdText,
  type Note,
  type NoteKey,
  type NoteKeyKind,
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
export {
  atLeast,
  type Level,
  type LevelPolicy,
  levelRule,
  levelUnder,
  parseLevelPolicy,
  requireSound,
} from './policy.ts';
export { type LogPolicy, parsePolicy, printPolicy, quorumHolds } from './policy-file.ts';
export { lintRule, type Rule, type RuleFinding } from './policy-rules.ts';
export { judgePrefix, prefixProof } from './prefix-proof.ts';
export { consistencyFlaw, inclusionFlaw, type ProofFlaw } from './proof-checks.ts';
export { type JudgedProof, judgeLogProof, parseLogProof, printLogProof } from './proof-file.ts';
export { hashBytes, parseHash, parseSize } from './size.ts';
export { subtreeConsistencyFlaw, subtreeInclusionFlaw } from './subtree-checks.ts';

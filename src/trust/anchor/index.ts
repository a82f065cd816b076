/** Anchors: heads of logs on a consortium's chain, and the proofs that they stand there. */

export { Anchor, type AnchorParts, type AnchorStep } from './anchor.ts';
export { anchorFaults } from './faults.ts';
export type {
  AnchorBook,
  AnchorChain,
  AnchorState,
  ChainHead,
  Outcome,
  SentHead,
} from './ports.ts';

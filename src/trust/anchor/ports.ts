/** What the room of anchors leans on: a chain, and a book of its own. */
import type { Instant } from '#base/clock';
import type { AnchorProof } from '#formats/evm';

/** A log's head by the name the contract knows the log by. */
export interface ChainHead {
  /** Keccak-256 of the origin. */
  readonly log: Uint8Array;
  readonly size: number;
  readonly root: Uint8Array;
}

/** What became of a transaction, as far as the node that is asked knows. */
export type Outcome =
  | { readonly is: 'waiting' }
  /** Never heard of, or in a block that is not in the chain any more. */
  | { readonly is: 'unknown' }
  | { readonly is: 'reverted' }
  | { readonly is: 'included'; readonly block: bigint };

/**
 * A consortium's EVM chain with the contract of contracts/EvidenceAnchor.sol on it. Every call may
 * refuse with anchor.unreachable, and with anchor.wrong_contract where the address holds no such
 * contract; a node that lies is found by proofs, not by trust in its answers.
 */
export interface AnchorChain {
  /** The EIP-155 number of the chain that answers now. */
  chainId(): Promise<bigint>;
  /** The greatest size the contract holds of a log, 0 if none. */
  sizeOf(log: Uint8Array): Promise<number>;
  rootOf(log: Uint8Array, size: number): Promise<Uint8Array | undefined>;
  /** Sends the head and answers the transaction's hash; the contract takes the same head twice. */
  send(head: ChainHead): Promise<string>;
  outcomeOf(transaction: string): Promise<Outcome>;
  /** Up to here no block is replaced any more, as the chain's own rules have it. */
  finalBlock(): Promise<bigint>;
  /** The proof of a head in the state after a block. */
  prove(head: ChainHead, block: bigint): Promise<AnchorProof>;
}

/** A head that is on its way. */
export interface SentHead {
  readonly checkpoint: string;
  readonly sentAt: Instant;
  /** Nothing if the process died between writing this down and sending. */
  readonly transaction: string | undefined;
}

/** What survives a crash. */
export interface AnchorState {
  readonly sent: SentHead | undefined;
  /** Size of the newest head whose proof is kept. */
  readonly anchoredSize: number;
  readonly anchoredAt: Instant | undefined;
}

/** The anchor's own folder: durable when a promise resolves. */
export interface AnchorBook {
  state(): Promise<AnchorState>;
  save(state: AnchorState): Promise<void>;
  /** Keeps the file of one anchored head for good. */
  keep(size: number, file: Uint8Array): Promise<void>;
}

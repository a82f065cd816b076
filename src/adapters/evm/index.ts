/** A consortium's EVM chain: the client of the anchor's contract, its founding, and its book. */

export { deployAnchor, type Founding } from './deploy.ts';
export { EvmChain, type EvmChainSettings } from './evm-chain.ts';
export { FileAnchorBook } from './file-book.ts';

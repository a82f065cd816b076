/** Bytes of an EVM chain: RLP, tries, headers, and the proof of an anchored root. */

export {
  type AnchoredHead,
  type AnchorProof,
  anchorNameOf,
  anchorSlot,
  provedAnchor,
} from './anchor.ts';
export { type AnchorFile, parseAnchorFile, printAnchorFile } from './anchor-file.ts';
export { evmFaults } from './faults.ts';
export { type BlockHeader, parseHeader } from './header.ts';
export { keccak256 } from './keccak.ts';
export { recoverAddress } from './recover.ts';
export { decodeRlp, encodeRlp, listOf, numberOfRlp, type Rlp, rlpNumber, stringOf } from './rlp.ts';
export { type Sealed, sealedBy, type Validators } from './seals.ts';
export { provedValue } from './trie.ts';

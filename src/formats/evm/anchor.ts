/**
 * The proof that a contract on a chain held one root for one size of a log, up to a block's header.
 *
 * It is a storage proof (EIP-1186): header → state root → the contract's account → its storage root
 * → the slot. The slot is that of `mapping(bytes32 log => mapping(uint64 size => bytes32 root))` at
 * a stated place (Solidity, "Layout of State Variables in Storage"). Whether the header is one of
 * the chain's own is a question of its own: see docs/specs/anchor.md.
 */
import { concat, equal, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { type BlockHeader, parseHeader } from './header.ts';
import { keccak256 } from './keccak.ts';
import { decodeRlp, listOf, stringOf } from './rlp.ts';
import { provedValue } from './trie.ts';

/** The place of `roots` among the contract's variables (contracts/EvidenceAnchor.sol). */
const rootsSlot = 0n;
const accountMembers = 4;
const storageRootPlace = 2;
const hashBytes = 32;
const addressBytes = 20;

/** Everything that leads from a header to the slot. */
export interface AnchorProof {
  /** EIP-155 number of the chain. */
  readonly chain: bigint;
  /** Address of the contract, 20 bytes. */
  readonly contract: Uint8Array;
  /** RLP of the block's header. */
  readonly header: Uint8Array;
  /** Nodes of the state trie, from the root. */
  readonly account: readonly Uint8Array[];
  /** Nodes of the contract's storage trie, from the root. */
  readonly storage: readonly Uint8Array[];
  /** RLP of headers behind the block's, each the child of the one before: whose seals they bear. */
  readonly descendants?: readonly Uint8Array[];
}

/** A log's head as the contract holds it. */
export interface AnchoredHead {
  /** Keccak-256 of the log's origin. */
  readonly log: Uint8Array;
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** How the contract names a log. */
export function anchorNameOf(origin: string): Uint8Array {
  return keccak256(utf8(origin));
}

/** Where the contract keeps the root of a size. */
export function anchorSlot(head: Pick<AnchoredHead, 'log' | 'size'>): Uint8Array {
  const ofLog = keccak256(concat(head.log, word(rootsSlot)));
  return keccak256(concat(word(head.size), ofLog));
}

/** The header under which the root stood; evm.proof_wrong if the proof does not lead there. */
export function provedAnchor(proof: AnchorProof, head: AnchoredHead): BlockHeader {
  if (proof.contract.length !== addressBytes) throw wrong('address');
  const header = parseHeader(proof.header);
  const account = provedValue({
    root: header.stateRoot,
    key: keccak256(proof.contract),
    nodes: proof.account,
  });
  if (account === undefined) throw wrong('the contract is not there');
  const members = listOf(decodeRlp(account));
  const storageRoot = stringOf(members[storageRootPlace]);
  if (members.length !== accountMembers || storageRoot.length !== hashBytes) throw wrong('account');
  const slot = keccak256(anchorSlot(head));
  const held = provedValue({ root: storageRoot, key: slot, nodes: proof.storage });
  if (held === undefined) throw wrong('nothing stands there');
  // Storage keeps numbers: leading zeros of a root are not written.
  const value = stringOf(decodeRlp(held));
  const root = concat(new Uint8Array(Math.max(0, hashBytes - value.length)), value);
  if (!equal(root, head.root)) throw wrong('another root stands there');
  return header;
}

function word(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, at) =>
    Number((value >> BigInt(8 * (31 - at))) & 0xffn),
  );
}

function wrong(why: string): Fault {
  return new Fault('evm.proof_wrong', { why });
}

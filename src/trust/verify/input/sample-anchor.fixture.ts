/** For tests: an anchor of a checkpoint on a chain of one block. */
import { toHex, utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import {
  type AnchorProof,
  anchorNameOf,
  anchorSlot,
  encodeRlp,
  keccak256,
  printAnchorFile,
  type Rlp,
  rlpNumber,
} from '#formats/evm';
import { parseCheckpoint } from '#formats/tlog';

const contract = new Uint8Array(20).fill(7);
const chain = 31_337n;
const headerMembers = 15;
const blockSeconds = 1_795_000_000n;

/** The trust folder's anchor.json for it. */
export const sampleChain = canonicalBytes({
  v: 1,
  chain: String(chain),
  contract: toHex(contract),
  name: 'test chain: single-node test chain',
});

interface Lie {
  readonly root?: Uint8Array;
  readonly chain?: bigint;
  readonly contract?: Uint8Array;
}

/** A chain of one block whose state holds one contract with one slot. */
export function anchorOf(text: string, lie: Lie = {}): Uint8Array {
  const { members, proof } = anchorParts(text, lie);
  return printAnchorFile({ checkpoint: text, proof: { ...proof, header: encodeRlp(members) } });
}

/** The same before its header is put together, so that a test can seal it. */
export function anchorParts(
  text: string,
  lie: Lie = {},
): { readonly members: Rlp[]; readonly proof: Omit<AnchorProof, 'header'> } {
  const { origin, size, root } = parseCheckpoint(text);
  const slot = anchorSlot({ log: anchorNameOf(origin), size: BigInt(size) });
  const storage = leaf(keccak256(slot), encodeRlp(lie.root ?? root));
  const account = [rlpNumber(1n), rlpNumber(0n), keccak256(storage), keccak256(utf8('code'))];
  const address = lie.contract ?? contract;
  const state = leaf(keccak256(address), encodeRlp(account));
  const members: Rlp[] = Array.from({ length: headerMembers }, () => new Uint8Array(32).fill(9));
  members[3] = keccak256(state);
  members[8] = rlpNumber(12n);
  members[11] = rlpNumber(blockSeconds);
  const named = { chain: lie.chain ?? chain, contract: address };
  return { members, proof: { ...named, account: [state], storage: [storage] } };
}

/** A trie of one leaf: hex prefix of an even way, then all of it. */
function leaf(key: Uint8Array, value: Uint8Array): Uint8Array {
  return encodeRlp([Uint8Array.of(0x20, ...key), value]);
}

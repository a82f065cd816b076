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

/** A chain of one block whose state holds one contract with one slot. */
export function anchorOf(
  text: string,
  lie: { root?: Uint8Array; chain?: bigint; contract?: Uint8Array } = {},
): Uint8Array {
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
  const proof: AnchorProof = {
    chain: lie.chain ?? chain,
    contract: address,
    header: encodeRlp(members),
    account: [state],
    storage: [storage],
  };
  return printAnchorFile({ checkpoint: text, proof });
}

/** A trie of one leaf: hex prefix of an even way, then all of it. */
function leaf(key: Uint8Array, value: Uint8Array): Uint8Array {
  return encodeRlp([Uint8Array.of(0x20, ...key), value]);
}

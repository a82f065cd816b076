/**
 * Checks the two proofs about subtrees that Merkle tree certificates use
 * (draft-ietf-plants-merkle-tree-certs-02 section 4): a run of leaves that a cosigner signed by
 * itself (C2SP tlog-cosignature, ML-DSA-44) stands in a tree.
 *
 * A subtree [start, end) is one only when its start is a multiple of the smallest power of two that
 * holds it. One without leaves is part of every tree, and its hash is that of nothing.
 */
import { equal } from '#base/bytes';
import type { Engine } from '#formats/crypto';
import { hashNode } from './merkle.ts';
import { inclusionFlaw, isEmptyRoot, type ProofFlaw } from './proof-checks.ts';
import { hashBytes } from './size.ts';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Does `leaf` stand at `index` of the log, inside the subtree with this root? */
export async function subtreeInclusionFlaw(
  claim: {
    readonly leaf: Uint8Array;
    readonly index: number;
    readonly subtree: Span;
    readonly root: Uint8Array;
    readonly proof: readonly Uint8Array[];
  },
  engine: Engine,
): Promise<ProofFlaw | undefined> {
  const { index, subtree } = claim;
  if (!isSubtree(subtree)) return 'size_malformed';
  if (!Number.isSafeInteger(index)) return 'size_malformed';
  if (index < subtree.start || index >= subtree.end) return 'index_beyond_size';
  const inside = { index: index - subtree.start, size: subtree.end - subtree.start };
  return inclusionFlaw({ ...claim, ...inside }, engine);
}

/** Is the subtree with root `node` a part of the tree of `size` leaves with root `root`? */
export async function subtreeConsistencyFlaw(
  claim: {
    readonly subtree: Span;
    readonly node: Uint8Array;
    readonly size: number;
    readonly root: Uint8Array;
    readonly proof: readonly Uint8Array[];
  },
  engine: Engine,
): Promise<ProofFlaw | undefined> {
  const { subtree, size, node, root, proof } = claim;
  const isEmpty = subtree.start === subtree.end && subtree.start >= 0;
  if (!(isEmpty || isSubtree(subtree)) || !Number.isSafeInteger(size)) return 'size_malformed';
  if (subtree.end > size) return 'index_beyond_size';
  if (isEmpty) {
    if (proof.length > 0) return 'proof_length';
    return (await isEmptyRoot(node, engine)) ? undefined : 'root_differs';
  }
  if (![node, root, ...proof].every((hash) => hash.length === hashBytes)) return 'hash_malformed';
  // The names of the draft: first and last leaf of the subtree, last leaf of the tree.
  let at = new Positions(subtree.start, subtree.end - 1, size - 1);
  while (at.first !== at.last && (at.last === at.tree || at.last % 2 === 1)) at = at.above();
  const [start, ...rest] = at.first === at.last ? [node, ...proof] : proof;
  if (start === undefined) return 'proof_length';
  let nodeHash = start;
  let rootHash = start;
  for (const sibling of rest) {
    if (at.tree === 0) return 'proof_length';
    if (at.last % 2 === 1 || at.last === at.tree) {
      if (at.first < at.last) nodeHash = await hashNode(sibling, nodeHash, engine);
      rootHash = await hashNode(sibling, rootHash, engine);
      while (at.last % 2 === 0) at = at.above();
    } else {
      rootHash = await hashNode(rootHash, sibling, engine);
    }
    at = at.above();
  }
  if (at.tree !== 0) return 'proof_length';
  return equal(nodeHash, node) && equal(rootHash, root) ? undefined : 'root_differs';
}

/** Three leaves, and the nodes over them level by level. No shifts: they end at 32 bits. */
class Positions {
  readonly first: number;
  readonly last: number;
  readonly tree: number;

  constructor(first: number, last: number, tree: number) {
    this.first = first;
    this.last = last;
    this.tree = tree;
  }

  above(): Positions {
    return new Positions(half(this.first), half(this.last), half(this.tree));
  }
}

function isSubtree({ start, end }: Span): boolean {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return false;
  if (start < 0 || end <= start) return false;
  let span = 1;
  while (span < end - start) span *= 2;
  return start % span === 0;
}

function half(position: number): number {
  return Math.floor(position / 2);
}

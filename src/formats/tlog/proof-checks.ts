/**
 * Checks the two proofs of RFC 6962 with the algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2.
 *
 * They answer with the flaw, or with nothing when the proof holds. Every hash has 32 bytes, also
 * where the algorithm would not look at it: a proof has one spelling.
 */
import { equal } from '#base/bytes';
import type { Engine } from '#formats/crypto';
import { hashNode } from './merkle.ts';
import { hashBytes } from './size.ts';

export type ProofFlaw =
  | 'index_beyond_size'
  | 'size_malformed'
  | 'hash_malformed'
  | 'proof_length'
  | 'root_differs';

export interface InclusionClaim {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

export interface ConsistencyClaim {
  readonly from: { readonly size: number; readonly root: Uint8Array };
  readonly to: { readonly size: number; readonly root: Uint8Array };
  readonly proof: readonly Uint8Array[];
}

/** Does `leaf` stand at `index` of the tree of `size` leaves with this root? */
export async function inclusionFlaw(
  claim: InclusionClaim,
  engine: Engine,
): Promise<ProofFlaw | undefined> {
  const { leaf, index, size, root, proof } = claim;
  if (!isSize(index) || !isSize(size)) return 'size_malformed';
  if (index >= size) return 'index_beyond_size';
  if (![leaf, root, ...proof].every(isHash)) return 'hash_malformed';
  let position = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return 'proof_length';
    if (position % 2 === 1 || position === last) {
      hash = await hashNode(sibling, hash, engine);
      while (position % 2 === 0 && position !== 0) {
        position /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = await hashNode(hash, sibling, engine);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) return 'proof_length';
  return equal(hash, root) ? undefined : 'root_differs';
}

/** Is the tree `to` the tree `from` with nothing but new leaves at its end? */
export async function consistencyFlaw(
  claim: ConsistencyClaim,
  engine: Engine,
): Promise<ProofFlaw | undefined> {
  const { from, to, proof } = claim;
  if (!isSize(from.size) || !isSize(to.size) || from.size > to.size) return 'size_malformed';
  if (![from.root, to.root, ...proof].every(isHash)) return 'hash_malformed';
  if (from.size === 0 || from.size === to.size) {
    if (proof.length > 0) return 'proof_length';
    if (from.size < to.size) return undefined;
    const isOne =
      equal(from.root, to.root) && (to.size > 0 || (await isEmptyRoot(to.root, engine)));
    return isOne ? undefined : 'root_differs';
  }
  return climb(claim, engine);
}

/** RFC 9162 section 2.1.4.2 for 0 < from < to. */
async function climb(claim: ConsistencyClaim, engine: Engine): Promise<ProofFlaw | undefined> {
  const { from, to } = claim;
  const [start, ...rest] = isPowerOfTwo(from.size) ? [from.root, ...claim.proof] : claim.proof;
  if (start === undefined) return 'proof_length';
  let position = from.size - 1;
  let last = to.size - 1;
  while (position % 2 === 1) {
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  let oldHash = start;
  let newHash = start;
  for (const sibling of rest) {
    if (last === 0) return 'proof_length';
    if (position % 2 === 1 || position === last) {
      oldHash = await hashNode(sibling, oldHash, engine);
      newHash = await hashNode(sibling, newHash, engine);
      while (position % 2 === 0 && position !== 0) {
        position /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      newHash = await hashNode(newHash, sibling, engine);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) return 'proof_length';
  return equal(oldHash, from.root) && equal(newHash, to.root) ? undefined : 'root_differs';
}

/** RFC 6962 section 2.1: MTH({}) is the hash of nothing. */
export async function isEmptyRoot(root: Uint8Array, engine: Engine): Promise<boolean> {
  return equal(root, await engine.digest('sha256', new Uint8Array(0)));
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === hashBytes;
}

/** By doubling: a logarithm rounds, and says so of 2^49 − 1 too. */
function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}

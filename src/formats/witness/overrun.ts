/**
 * A shard that went on behind its end: its closing leaf under one head that the log signed, and a
 * head that is larger than that leaf allows. One note may be both.
 *
 * Whether the larger head continues the closed tree need not be shown, and its files may be hidden:
 * if it does not, the log has forked. A log places its closing leaf once, as the last leaf of a
 * transaction, and nothing behind it; no crash, restart or late draft makes a larger head.
 */
import { utf8 } from '#base/bytes';
import type { Engine } from '#formats/crypto';
import { closingIn, nextOrigin } from '#formats/shard';
import { type Checkpoint, hashLeaf, inclusionFlaw } from '#formats/tlog';

/** The leaf that closes a shard, as text, and its place. */
export interface ClosingLeaf {
  readonly index: number;
  readonly leaf: string;
}

/** Where the closing leaf is said to stand. */
interface Under {
  readonly head: Checkpoint;
  readonly proof: readonly Uint8Array[];
}

/** Why this leaf does not end the log of this head; undefined where it does. */
export async function closingLeafFlaw(
  { index, leaf }: ClosingLeaf,
  { head, proof }: Under,
  engine: Engine,
): Promise<'not_closed' | 'hashes_wrong' | undefined> {
  const { origin, size, root } = head;
  const bytes = utf8(leaf);
  const says = closingIn(bytes);
  if (says?.origin !== origin || nextOrigin(says) === origin) return 'not_closed';
  const named = { leaf: await hashLeaf(bytes, engine), index, size, root, proof };
  const flaw = await inclusionFlaw(named, engine);
  return flaw === undefined ? undefined : 'hashes_wrong';
}

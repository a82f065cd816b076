/**
 * Follows the link from one shard to the next: four texts that a stranger finds in the two logs,
 * and the key of the first shard. Every later key is learned from the last leaf before it.
 */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  type JudgedCheckpoint,
  judgeLogProof,
  type NoteKey,
  parseLogProof,
  parseVkey,
} from '#formats/tlog';
import { parseClosing, parseOpening, type ShardClosing } from './leaves.ts';

/** A leaf at the border of a shard with its `.tlog-proof`. */
export interface ShardLeaf {
  readonly leaf: Uint8Array;
  readonly proof: string;
}

/** Why two shards are not one log. */
export type ShardLinkFlaw =
  | 'leaf_malformed'
  | 'not_in_log'
  | 'not_signed'
  | 'not_last'
  | 'not_first'
  | 'other_log'
  | 'other_head';

/** The end of a shard: its final head, and the key by which the log goes on. */
export interface ClosedShard {
  readonly says: ShardClosing;
  readonly next: NoteKey;
  /** The final checkpoint, with whoever cosigned it. */
  readonly judged: JudgedCheckpoint;
  /** Its text, as the proof holds it. */
  readonly note: string;
}

/** The closing leaf, or why it closes nothing. `keys.log`: of the shard that ends. */
export async function judgeClosing(
  closing: ShardLeaf,
  keys: { readonly log: NoteKey; readonly witnesses: readonly NoteKey[] },
  engine: Engine,
): Promise<ClosedShard | ShardLinkFlaw> {
  try {
    const says = parseClosing(closing.leaf);
    const next = await parseVkey(says.next, engine);
    const judged = await judgeLogProof({ text: closing.proof, entry: closing.leaf }, keys, engine);
    if (!judged.signedByLog) return 'not_signed';
    if (judged.flaw !== undefined) return 'not_in_log';
    const { origin, size } = judged.checkpoint;
    if (judged.index !== size - 1) return 'not_last';
    if (says.origin !== origin || next.name === origin) return 'other_log';
    return { says, next, judged, note: parseLogProof(closing.proof).checkpoint };
  } catch (thrown) {
    if (thrown instanceof Fault) return 'leaf_malformed';
    throw thrown;
  }
}

/** Why this leaf does not open the shard after the closed one; undefined where it does. */
export async function openingFlaw(
  opening: ShardLeaf,
  closed: ClosedShard,
  engine: Engine,
): Promise<ShardLinkFlaw | undefined> {
  try {
    const says = parseOpening(opening.leaf);
    const keys = { log: closed.next, witnesses: [] };
    const first = await judgeLogProof({ text: opening.proof, entry: opening.leaf }, keys, engine);
    if (!first.signedByLog) return 'not_signed';
    if (first.flaw !== undefined) return 'not_in_log';
    if (first.index !== 0) return 'not_first';
    const { origin, size, root } = closed.judged.checkpoint;
    const after = first.checkpoint.origin;
    if (says.origin !== after || says.before.origin !== origin) return 'other_log';
    const same = says.before.size === size && equal(says.before.root, root);
    return same ? undefined : 'other_head';
  } catch (thrown) {
    if (thrown instanceof Fault) return 'leaf_malformed';
    throw thrown;
  }
}

/**
 * Follows the link from one shard to the next: four texts that a stranger finds in the two logs.
 */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { judgeLogProof, type NoteKey } from '#formats/tlog';
import { parseClosing, parseOpening } from './leaves.ts';

/** The last leaf of one shard and the first of the next, each with its `.tlog-proof`. */
export interface ShardLink {
  readonly closing: { readonly leaf: Uint8Array; readonly proof: string };
  readonly opening: { readonly leaf: Uint8Array; readonly proof: string };
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

type JudgedProof = Awaited<ReturnType<typeof judgeLogProof>>;

/** Undefined where the link holds. `keys`: of the two shards' logs. */
export async function judgeShardLink(
  link: ShardLink,
  keys: { readonly before: NoteKey; readonly after: NoteKey },
  engine: Engine,
): Promise<ShardLinkFlaw | undefined> {
  let last: JudgedProof;
  let first: JudgedProof;
  let says: { closing: ReturnType<typeof parseClosing>; opening: ReturnType<typeof parseOpening> };
  try {
    const { closing, opening } = link;
    const judge = (of: ShardLink['closing'], log: NoteKey): Promise<JudgedProof> =>
      judgeLogProof({ text: of.proof, entry: of.leaf }, { log, witnesses: [] }, engine);
    last = await judge(closing, keys.before);
    first = await judge(opening, keys.after);
    says = { closing: parseClosing(closing.leaf), opening: parseOpening(opening.leaf) };
  } catch (thrown) {
    if (thrown instanceof Fault) return 'leaf_malformed';
    throw thrown;
  }
  if (!last.signedByLog || !first.signedByLog) return 'not_signed';
  if (last.flaw !== undefined || first.flaw !== undefined) return 'not_in_log';
  const { origin, size, root } = last.checkpoint;
  if (last.index !== size - 1) return 'not_last';
  if (first.index !== 0) return 'not_first';
  const { closing, opening } = says;
  const named = closing.origin === origin && opening.before.origin === origin;
  const next = first.checkpoint.origin;
  if (!named || closing.next !== next || opening.origin !== next) return 'other_log';
  const same = opening.before.size === size && equal(opening.before.root, root);
  return same ? undefined : 'other_head';
}

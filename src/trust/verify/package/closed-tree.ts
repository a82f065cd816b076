/**
 * A shard of a package's log that ended before that of `checkpoint.txt`, as its border shows it.
 */
import { equal } from '#base/bytes';
import type { Checkpoint, JudgedCheckpoint, NoteKey } from '#formats/tlog';
import type { EvidenceLevel } from '../report/report.ts';

/** A shard that ended, and the note under which its proofs stand. */
export interface ClosedTree {
  /** 1 for the log's first shard. */
  readonly number: number;
  readonly log: NoteKey;
  readonly note: string;
  readonly judged: JudgedCheckpoint;
  readonly checkpoint: Checkpoint;
  /** How far its last head is cosigned, by the rule of its time. */
  readonly level: EvidenceLevel;
  /** What the first leaf of the next shard says of this one's twin. */
  readonly twinRoot: Uint8Array | undefined;
}

/** Is the root that the next opening leaf names that of the twin's final head? */
export function isTwinRoot(tree: Pick<ClosedTree, 'twinRoot'>, root: Uint8Array): boolean {
  return tree.twinRoot !== undefined && equal(tree.twinRoot, root);
}

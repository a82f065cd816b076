/**
 * The shards of a log by place. Places are numbered through all of them; a tree counts its own
 * leaves, and so do its checkpoints, proofs and files.
 */

/** One half-year of a log: a tree, a key and an origin of its own. */
export interface Shard {
  /** 1 for the first. */
  readonly number: number;
  /** The half-year by China's clock, such as `2027h1`; empty in a log that was never opened. */
  readonly name: string;
  /** What its checkpoints are called; empty in a log that was never opened. */
  readonly origin: string;
  /** Its first place: what is at place p has the index p − base in its tree. */
  readonly base: number;
  /** The place after its last leaf; undefined while it grows. */
  readonly end: number | undefined;
}

/** A shard as its row says it. */
export type ShardRow = Pick<Shard, 'name' | 'origin' | 'base'>;

/** A log in which nothing was ever closed is one shard. */
export function shardsOf(rows: readonly ShardRow[]): readonly Shard[] {
  const known = rows.length === 0 ? [{ name: '', origin: '', base: 0 }] : rows;
  return known.map((row, at) => ({ ...row, number: at + 1, end: known[at + 1]?.base }));
}

/** The shard in which a place lies. */
export function shardHolding(shards: readonly Shard[], place: number): Shard {
  const found = shards.findLast(({ base }) => base <= place);
  return found ?? { number: 1, name: '', origin: '', base: 0, end: undefined };
}

/** The shard whose tree a checkpoint is of: its size counts the leaves up to its last. */
export function shardOfHead(shards: readonly Shard[], size: number): Shard {
  return shardHolding(shards, size - 1);
}

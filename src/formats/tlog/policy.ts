/**
 * Which cosignatures make which level: the sentinel alone L1, the sentinel and a quorum L2.
 *
 * The sentinel comes first at every level: a quorum without it would let the log go on where its
 * own memory of what it signed is missing.
 */
export type Level = 'L0' | 'L1' | 'L2';

export interface LevelPolicy {
  /** Key names. The mirror of the regulator is in neither list: it does not vote. */
  readonly sentinel: string;
  readonly voters: readonly string[];
  readonly quorum: number;
}

export function levelUnder(policy: LevelPolicy, cosigners: readonly { name: string }[]): Level {
  const names = new Set(cosigners.map(({ name }) => name));
  if (!names.has(policy.sentinel)) return 'L0';
  const votes = policy.voters.filter((voter) => names.has(voter)).length;
  return votes >= policy.quorum ? 'L2' : 'L1';
}

export function atLeast(level: Level, needed: Level): boolean {
  return level >= needed;
}

/** With `liars` dishonest voters, do any two quorums still share an honest one? */
export function quorumsIntersect(policy: LevelPolicy, liars: number): boolean {
  return 2 * policy.quorum - policy.voters.length >= liars + 1;
}

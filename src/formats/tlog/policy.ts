/**
 * Which cosignatures make which level: the sentinel alone L1, the sentinel and a quorum L2.
 *
 * The sentinel comes first at every level: a quorum without it would let the log go on where its
 * own memory of what it signed is missing.
 */
import { type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import { lintRule, type Rule } from './policy-rules.ts';

/** How much stands behind a checkpoint: nobody, the sentinel, the sentinel and a quorum. */
export type Level = 'L0' | 'L1' | 'L2';

/** The witnesses that matter to the levels, by name. */
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

/** Reads `{ v, sentinel, voters, quorum, … }`; further members are for people. */
export function parseLevelPolicy(bytes: Uint8Array): LevelPolicy {
  const json = parseCanonical(bytes);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed();
  const { sentinel, voters, quorum } = json as { readonly [name: string]: Json };
  if (typeof sentinel !== 'string' || typeof quorum !== 'number') throw malformed();
  if (!Array.isArray(voters)) throw malformed();
  const names = voters.map((voter: Json) => {
    if (typeof voter !== 'string') throw malformed();
    return voter;
  });
  return { sentinel, voters: names, quorum };
}

/** How many voters may lie before two histories could both have a quorum. */
export const liarsBorne = 1;

/** tlog.policy_unsound when two quorums need not share more than the liars that are borne. */
export function requireSound(policy: LevelPolicy): void {
  const [finding] = lintRule(votersRule(policy), liarsBorne);
  if (finding !== undefined) throw new Fault('tlog.policy_unsound', { ...finding });
  if (policy.voters.includes(policy.sentinel)) {
    throw new Fault('tlog.policy_unsound', { code: 'witness_repeated', detail: policy.sentinel });
  }
}

export function atLeast(level: Level, needed: Level): boolean {
  return level >= needed;
}

/** The voters alone, as a rule: the sentinel is the log's own and counts for no independence. */
export function votersRule(policy: LevelPolicy): Rule {
  const members = policy.voters.map((name): Rule => ({ is: 'witness', name }));
  return { is: 'group', name: votersGroup, threshold: policy.quorum, members };
}

/** What L2 asks, as a rule of C2SP tlog-policy: the sentinel and the quorum of voters. */
export function levelRule(policy: LevelPolicy): Rule {
  const members: Rule[] = [{ is: 'witness', name: policy.sentinel }, votersRule(policy)];
  return { is: 'group', name: levelGroup, threshold: members.length, members };
}

const votersGroup = 'voters';
const levelGroup = 'level-2';

function malformed(): Fault {
  return new Fault('tlog.policy_malformed', { why: 'levels' });
}

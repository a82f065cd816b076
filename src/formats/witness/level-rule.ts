/**
 * What a register says of the levels: the sentinel for L1, k of its voters with it for L2.
 *
 * A register may hold any C2SP policy; levels follow from one of this form only: both of the
 * sentinel, which is a witness of the log's own, and of one group of witnesses. A witness keeps its
 * key as long as it keeps its name, so that a line of an older head never counts for another.
 */
import { equal } from '#base/bytes';
import type { LevelPolicy, NoteKey, Rule } from '#formats/tlog';
import type { Register } from './register.ts';

/** Whose cosignatures make which level, from a time on. */
export interface LevelRule {
  /** Of the register; 0 is what the log was installed with. */
  readonly number: number;
  readonly fromSeconds: number;
  readonly policy: LevelPolicy;
  /** Their keys, by the names that the policy uses. */
  readonly witnesses: readonly NoteKey[];
}

/** Undefined where the register's policy has another form. */
export function levelRuleOf(register: Register): LevelRule | undefined {
  const { number, fromSeconds, own, policy } = register;
  const named = new Map(policy.witnesses.map(({ name, key }) => [name, key]));
  const keyName = (rule: Rule): string | undefined =>
    rule.is === 'witness' ? named.get(rule.name)?.name : undefined;
  const [sentinel, voters, ...more] = bothOf(policy.quorum);
  const names = voters?.is === 'group' ? voters.members.map(keyName) : [];
  const first = sentinel && keyName(sentinel);
  const known = names.filter((name) => name !== undefined);
  if (first === undefined || voters?.is !== 'group' || more.length > 0) return undefined;
  if (known.length < names.length || !own.includes(sentinel?.name ?? '')) return undefined;
  return {
    number,
    fromSeconds,
    policy: { sentinel: first, voters: known, quorum: voters.threshold },
    witnesses: [...named.values()],
  };
}

/** The members of a group that asks for every one of them, witnesses first. */
function bothOf(rule: Rule | undefined): readonly Rule[] {
  if (rule?.is !== 'group' || rule.threshold !== rule.members.length) return [];
  return rule.members.toSorted((a, b) => Number(a.is === 'group') - Number(b.is === 'group'));
}

/**
 * The rules that count one after the other, the installed one first. A register of another form,
 * with another sentinel, or with another key under a known name changes nothing of the levels: the
 * sentinel is the log's own memory of what it signed, and no vote can exchange a memory.
 */
export function levelRules(
  installed: LevelRule,
  registers: readonly Register[],
): readonly LevelRule[] {
  const rules: LevelRule[] = [installed];
  for (const register of registers) {
    const rule = levelRuleOf(register);
    if (rule === undefined || rule.policy.sentinel !== installed.policy.sentinel) continue;
    if (witnessesOf([...rules, rule]) !== undefined) rules.push(rule);
  }
  return rules;
}

/** Every witness of these rules once; undefined where a name has two keys. */
export function witnessesOf(rules: readonly LevelRule[]): readonly NoteKey[] | undefined {
  const known = new Map<string, NoteKey>();
  for (const key of rules.flatMap(({ witnesses }) => witnesses)) {
    const other = known.get(key.name);
    if (other !== undefined && !equal(other.publicKey, key.publicKey)) return undefined;
    known.set(key.name, key);
  }
  return [...known.values()];
}

/** The rule in force at a time. */
export function levelRuleAt(rules: readonly LevelRule[], atSeconds: number): LevelRule | undefined {
  return rules.findLast(({ fromSeconds }) => fromSeconds <= atSeconds);
}

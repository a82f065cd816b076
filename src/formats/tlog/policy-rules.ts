/**
 * Nested k-of-n groups of witnesses, and what any two sets that satisfy such a rule have in common.
 *
 * A split view needs two satisfying sets of cosignatures for two histories. Whoever is in both has
 * lied; with at most `liars` of them, a rule is sound when any two satisfying sets share at least
 * one more than that.
 */
export type Rule =
  | { readonly is: 'witness'; readonly name: string }
  | {
      readonly is: 'group';
      readonly name: string;
      readonly threshold: number;
      readonly members: readonly Rule[];
    };

/** Why a rule protects nobody. */
export type RuleFlaw =
  | 'members_too_many'
  | 'witness_repeated'
  | 'threshold_impossible'
  | 'overlap_too_small';

/** What is wrong with a rule, and between whom. */
export interface RuleFinding {
  readonly code: RuleFlaw;
  readonly detail: string;
}

/** All subsets are looked at: 2^16 of them take a few milliseconds. */
export const ruleMembersMax = 16;

/** Do these witnesses satisfy the rule? */
export function satisfies(rule: Rule, names: ReadonlySet<string>): boolean {
  if (rule.is === 'witness') return names.has(rule.name);
  const votes = rule.members.filter((member) => satisfies(member, names)).length;
  return votes >= rule.threshold;
}

/** Every witness a rule names, as often as it does. */
export function witnessesOf(rule: Rule): string[] {
  return rule.is === 'witness' ? [rule.name] : rule.members.flatMap(witnessesOf);
}

/** The satisfying sets from which nobody can be missing. */
export function minimalSets(rule: Rule): readonly (readonly string[])[] {
  const names = witnessesOf(rule);
  return minimalMasks(rule, names).map((mask) => namesIn(mask, names));
}

/**
 * What makes a rule unsound when up to `liars` of its witnesses lie; empty when nothing does. Those
 * in `own` are run by the log itself: that they are in both sets says nothing.
 */
export function lintRule(rule: Rule, liars: number, own: readonly string[] = []): RuleFinding[] {
  const names = witnessesOf(rule);
  if (names.length > ruleMembersMax) {
    return [{ code: 'members_too_many', detail: `${names.length}, of ${ruleMembersMax} at most` }];
  }
  const repeated = names.filter((name, at) => names.indexOf(name) !== at);
  const wrong = impossibleGroups(rule);
  const found: RuleFinding[] = [
    ...repeated.map((detail) => ({ code: 'witness_repeated', detail }) as const),
    ...wrong.map((detail) => ({ code: 'threshold_impossible', detail }) as const),
  ];
  if (found.length > 0) return found;
  const others = names.reduce(
    (mask, name, bit) => (own.includes(name) ? mask : mask | (1 << bit)),
    0,
  );
  const pair = leastOverlap(minimalMasks(rule, names), others, names.length);
  if (pair === undefined || pair.shared > liars) return [];
  const [one, other] = pair.masks.map((mask) => namesIn(mask, names).join('+'));
  const detail = `${one} and ${other} share ${pair.shared}, ${liars + 1} needed`;
  return [{ code: 'overlap_too_small', detail }];
}

function impossibleGroups(rule: Rule): string[] {
  if (rule.is === 'witness') return [];
  const { threshold, members, name } = rule;
  const isPossible = Number.isSafeInteger(threshold) && threshold >= 1;
  const own = isPossible && threshold <= members.length ? [] : [name];
  return [...own, ...members.flatMap(impossibleGroups)];
}

function minimalMasks(rule: Rule, names: readonly string[]): number[] {
  const holds = new Uint8Array(2 ** names.length);
  const minimal: number[] = [];
  for (let mask = 0; mask < holds.length; mask += 1) {
    // Adding a witness never breaks a rule, so a subset that holds was met before.
    let isLarger = false;
    for (let bit = 1; bit <= mask && !isLarger; bit *= 2) {
      isLarger = (mask & bit) !== 0 && holds[mask - bit] === 1;
    }
    const isMinimal = !isLarger && satisfies(rule, new Set(namesIn(mask, names)));
    if (isMinimal) minimal.push(mask);
    if (isLarger || isMinimal) holds[mask] = 1;
  }
  return minimal;
}

/** Larger sets share more, so the minimal ones decide; a set may also be paired with itself. */
function leastOverlap(
  masks: readonly number[],
  counted: number,
  members: number,
): { shared: number; masks: readonly number[] } | undefined {
  // Nine of sixteen have 11,440 minimal sets and 65 million pairs: a table counts their bits. Five
  // members need one of 32 places; the largest one took a process at rest half of its work.
  const bits = Uint8Array.from({ length: 2 ** members }, (_, mask) => bitCount(mask));
  const sets = Uint16Array.from(masks);
  let shared = Number.POSITIVE_INFINITY;
  let pair: readonly number[] = [];
  for (let at = 0; at < sets.length; at += 1) {
    const one = sets[at] ?? 0;
    for (let from = at; from < sets.length; from += 1) {
      const common = bits[one & counted & (sets[from] ?? 0)] ?? 0;
      if (common >= shared) continue;
      shared = common;
      pair = [one, sets[from] ?? 0];
    }
  }
  return pair.length === 0 ? undefined : { shared, masks: pair };
}

function namesIn(mask: number, names: readonly string[]): string[] {
  return names.filter((_, bit) => (mask & (1 << bit)) !== 0);
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { canonicalBytes } from '#base/canonical';
import type { Fault } from '#base/fault';
import { type NoteKeyKind, noteKey, printVkey } from './note.ts';
import { levelRule, parseLevelPolicy, requireSound, votersRule } from './policy.ts';
import { parsePolicy, printPolicy, quorumHolds } from './policy-file.ts';
import { lintRule, minimalSets, type Rule, satisfies, witnessesOf } from './policy-rules.ts';

async function vkey(name: string, kind: NoteKeyKind = 'cosignature'): Promise<string> {
  const algorithm = kind === 'mldsa-cosignature' ? 'ml-dsa-44' : 'ed25519';
  const { publicKey } = softSigner(generateSoftKey(algorithm));
  return printVkey(await noteKey({ name, kind, publicKey }, nodeEngine));
}

const witness = (name: string): Rule => ({ is: 'witness', name });
const group = (name: string, threshold: number, members: readonly Rule[]): Rule => {
  return { is: 'group', name, threshold, members };
};

test('the example of c2sp.org/tlog-policy: two of X and any of Y', async () => {
  const lines = [
    '# as in the text of C2SP, with tabs and blanks where it allows them',
    `log ${await vkey('log.test', 'ed25519')} https://log.test/`,
    '',
    `witness X1 ${await vkey('x1.test')}`,
    `witness X2 ${await vkey('x2.test', 'mldsa-cosignature')}`,
    ` \twitness\tX3 ${await vkey('x3.test')}  https://x3.test/`,
    'group X-witnesses 2 X1 X2 X3',
    '  # comments may be indented',
    `witness Y1 ${await vkey('y1.test')}`,
    `witness Y2 ${await vkey('y2.test')}`,
    'group Y-witnesses any Y1 Y2',
    'group X-and-Y all X-witnesses Y-witnesses',
    'quorum X-and-Y',
  ];
  const policy = await parsePolicy(`${lines.join('\n')}\n`, nodeEngine);
  const holds = (...names: string[]) =>
    quorumHolds(
      policy,
      names.map((name) => ({ name })),
    );
  expect(holds('x1.test', 'x2.test', 'y2.test')).toBe(true);
  expect(holds('x1.test', 'x2.test', 'x3.test')).toBe(false);
  expect(holds('x1.test', 'y1.test', 'y2.test')).toBe(false);
  expect(holds('X1', 'X2', 'Y1')).toBe(false);
  const printed = printPolicy(policy);
  expect(printPolicy(await parsePolicy(printed, nodeEngine))).toBe(printed);
});

test('a policy that is not exactly one is refused', async () => {
  const [a, b] = [await vkey('a.test'), await vkey('b.test')];
  const log = await vkey('log.test', 'ed25519');
  const base = `log ${log}\nwitness a ${a}\nwitness b ${b}\n`;
  const [, id, material] = a.split('+');
  const refused: Readonly<Record<string, string>> = {
    'no quorum': base,
    'quorum twice': `${base}quorum a\nquorum b\n`,
    'an unknown word': `${base}quorums a\nquorum a\n`,
    'a group before its members': `group g all a\n${base}quorum a\n`,
    'a threshold of none': `${base}group g 0 a b\nquorum g\n`,
    'a threshold above the members': `${base}group g 3 a b\nquorum g\n`,
    'a threshold with a leading zero': `${base}group g 01 a b\nquorum g\n`,
    'a group of nobody': `${base}group g all\nquorum a\n`,
    'one member in two groups': `${base}group g any a b\ngroup h any a\nquorum g\n`,
    'one member twice in a group': `${base}group g 2 a a\nquorum g\n`,
    'a name used twice': `${base}witness a ${b}\nquorum a\n`,
    'the name none': `${base}group none any a\nquorum none\n`,
    'none as a member': `${base}group g any none\nquorum g\n`,
    'one key under two names': `${base}witness c ${a}\nquorum a\n`,
    'two keys of one witness': `${base}witness c ${await vkey('a.test')}\nquorum a\n`,
    'the log twice': `${base}log ${log}\nquorum a\n`,
    'a witness with the key of a log': `${base}witness c ${await vkey('c', 'ed25519')}\nquorum a\n`,
    'a log with the key of a witness': `log ${a}\nquorum none\n`,
    'a wrong key id': `witness a a.test+00000000+${material}\nquorum a\n`,
    'another name under the id': `witness a c.test+${id}+${material}\nquorum a\n`,
    'more words than it takes': `${base}quorum a b\n`,
    'no newline at the end': `${base}quorum a`,
    'a carriage return': `${base}quorum a\r\n`,
    'a no-break space': `${base}quorum\u00a0a\n`,
  };
  for (const [why, text] of Object.entries(refused)) {
    const said = await parsePolicy(text, nodeEngine).then(
      () => 'taken',
      (thrown: Fault) => thrown.code,
    );
    expect(said, why).toBe('tlog.policy_malformed');
  }
  expect((await parsePolicy(`${base}quorum none\n`, nodeEngine)).quorum).toBeUndefined();
});

/** Groups in groups in groups over these names, as the choices fall. */
function nested(names: readonly string[], choices: number[], depth = 0): Rule {
  const [only] = names;
  const choice = (below: number): number => (choices.pop() ?? 0) % below;
  if (only !== undefined && names.length === 1 && (depth > 3 || choice(3) > 0)) {
    return witness(only);
  }
  const members: Rule[] = [];
  for (let at = 0; at < names.length; ) {
    const next = depth > 3 ? at + 1 : at + 1 + choice(names.length - at);
    members.push(nested(names.slice(at, next), choices, depth + 1));
    at = next;
  }
  return group(`g${choices.length}`, 1 + choice(members.length), members);
}

test('the linter says of any nested rule what trying all pairs of sets says', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const choices = fc.array(fc.nat({ max: 11 }), { minLength: 40, maxLength: 40 });
  const rule = fc
    .tuple(fc.shuffledSubarray(names, { minLength: 1 }), choices)
    .map(([chosen, fallen]) => nested(chosen, [...fallen]));
  const own = fc.subarray(names, { maxLength: 2 });
  fc.assert(
    fc.property(rule, fc.nat({ max: 3 }), own, (one, liars, owned) => {
      const members = witnessesOf(one);
      const sets = Array.from({ length: 2 ** members.length }, (_, mask) => {
        return new Set(members.filter((_name, bit) => (mask >> bit) % 2 === 1));
      }).filter((set) => satisfies(one, set));
      const counted = members.filter((name) => !owned.includes(name));
      const shared = sets.flatMap((x) =>
        sets.map((y) => counted.filter((name) => x.has(name) && y.has(name)).length),
      );
      const isSound = Math.min(...shared) >= liars + 1;
      expect(lintRule(one, liars, owned).length === 0).toBe(isSound);
      for (const minimal of minimalSets(one)) {
        expect(satisfies(one, new Set(minimal))).toBe(true);
        for (const left of minimal) {
          const without = new Set(minimal.filter((name) => name !== left));
          expect(satisfies(one, without)).toBe(false);
        }
      }
      // A member that stands twice votes twice, in whatever depth: no rule at all.
      const twice = group('twice', 1, [one, witness(members[0] ?? '')]);
      expect(lintRule(twice, 0)[0]?.code).toBe('witness_repeated');
    }),
    { numRuns: 60 },
  );
});

test('three of four stand one liar, two of four none; the sentinel counts for nobody', () => {
  const voters = ['court', 'notary', 'arbitration', 'peer-bank'];
  const policy = { sentinel: 'sentinel', voters, quorum: 3 };
  expect(lintRule(votersRule(policy), 1)).toEqual([]);
  expect(lintRule(votersRule(policy), 2)).toMatchObject([{ code: 'overlap_too_small' }]);
  const weak = { ...policy, quorum: 2 };
  expect(lintRule(votersRule(weak), 0)).toMatchObject([
    { detail: 'court+notary and arbitration+peer-bank share 0, 1 needed' },
  ]);
  // With the sentinel in both sets the rule looks better than it is: that is why it is left out.
  expect(lintRule(levelRule(weak), 0)).toEqual([]);
  expect(lintRule(levelRule(weak), 0, ['sentinel'])).toHaveLength(1);
  const read = (quorum: number) =>
    parseLevelPolicy(canonicalBytes({ v: 1, sentinel: 'sentinel', voters, quorum, mirrors: [] }));
  expect(() => requireSound(read(3))).not.toThrow();
  expect(() => requireSound(read(2))).toThrow('tlog.policy_unsound');
  expect(() => requireSound({ ...read(3), sentinel: 'court' })).toThrow('tlog.policy_unsound');
  const code = (one: Rule) => lintRule(one, 0)[0]?.code;
  expect(code(votersRule({ ...policy, quorum: 5 }))).toBe('threshold_impossible');
  expect(code(votersRule({ ...policy, quorum: 0 }))).toBe('threshold_impossible');
  expect(code(group('twice', 1, [witness('a'), witness('a')]))).toBe('witness_repeated');
  const many = Array.from({ length: 17 }, (_, at) => witness(`w${at}`));
  expect(code(group('many', 9, many))).toBe('members_too_many');
  expect(lintRule(group('sixteen', 9, many.slice(1)), 1)).toEqual([]);
});

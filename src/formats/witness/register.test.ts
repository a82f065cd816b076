import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import type { Signer } from '#formats/crypto';
import {
  type NoteKey,
  type NoteKeyKind,
  noteKey,
  parsePolicy,
  printNote,
  quorumHolds,
  type Rule,
  signNote,
} from '#formats/tlog';
import {
  followRegisters,
  type Member,
  parseRegister,
  printRegister,
  type Register,
  registerDigest,
  registerInForce,
} from './register.ts';

const day = 86_400;
const start = 1_790_000_000;
const banks = ['bank-a', 'bank-b', 'bank-c'];
const founders = [...banks, 'court', 'notary'];
const signers = new Map<string, Signer>();

async function keyed(name: string, kind: NoteKeyKind): Promise<NoteKey> {
  const signer = softSigner(generateSoftKey('ed25519'));
  signers.set(`${kind} ${name}`, signer);
  return noteKey({ name, kind, publicKey: signer.publicKey }, nodeEngine);
}

const member = async (name: string, votes = true): Promise<Member> => {
  return { name, votes, key: await keyed(name, 'ed25519') };
};

/** The first register: five organisations with one vote each, and a regulator that observes. */
async function founded(): Promise<Register> {
  const names = ['sentinel', ...founders];
  const witnesses = await Promise.all(
    names.map(async (name) => ({ name, key: await keyed(`w.test/${name}`, 'cosignature') })),
  );
  const judges: Rule = {
    is: 'group',
    name: 'voters',
    threshold: 4,
    members: founders.map((name): Rule => ({ is: 'witness', name })),
  };
  const sentinel: Rule = { is: 'witness', name: 'sentinel' };
  return {
    number: 1,
    previous: undefined,
    fromSeconds: start,
    delaySeconds: day,
    votes: 3,
    liars: 1,
    own: ['sentinel'],
    members: [
      ...(await Promise.all(founders.map((name) => member(name)))),
      await member('regulator', false),
    ],
    policy: {
      logs: [await keyed('log.test/members', 'ed25519')],
      witnesses,
      quorum: { is: 'group', name: 'all', threshold: 2, members: [sentinel, judges] },
    },
  };
}

let first: Register;
beforeAll(async () => {
  first = await founded();
});

async function voted(register: Register, names: readonly string[]): Promise<string> {
  const text = printRegister(register);
  const signatures = await Promise.all(
    names.map(async (name) => {
      const signer = signers.get(`ed25519 ${name}`);
      const key = [...first.members, ...register.members].find((one) => one.name === name)?.key;
      if (signer === undefined || key === undefined) throw new Error(`nobody is ${name}`);
      return signNote(text, key, signer);
    }),
  );
  return printNote({ text, signatures });
}

async function next(wanted: Partial<Register>): Promise<Register> {
  const previous = await registerDigest(printRegister(first), nodeEngine);
  return { ...first, number: 2, previous, fromSeconds: start + 3 * day, ...wanted };
}

/** What comes of a change that stood in the log a day after the founding. */
async function change(register: Register, names: readonly string[], loggedAtSeconds = start + day) {
  const logged = [
    { note: await voted(first, founders), loggedAtSeconds: start },
    { note: await voted(register, names), loggedAtSeconds },
  ];
  const judged = await followRegisters(logged, nodeEngine);
  return { judged, flaws: judged[1]?.flaws.map(({ code }) => code) };
}

describe('a register', () => {
  test('prints and parses back, and is a tlog-policy as it stands', async () => {
    const text = printRegister(first);
    expect(await parseRegister(text, nodeEngine)).toEqual(first);
    const policy = await parsePolicy(text, nodeEngine);
    const of = (...names: string[]) => names.map((name) => ({ name: `w.test/${name}` }));
    expect(quorumHolds(policy, of('sentinel', 'bank-a', 'bank-b', 'bank-c', 'court'))).toBe(true);
    expect(quorumHolds(policy, of('bank-a', 'bank-b', 'bank-c', 'court'))).toBe(false);
    const damaged = [
      text.replace('# votes 3', '# votes 03'),
      text.replace('# votes 3\n', ''),
      text.replace('# own sentinel\n', '# own sentinel\n# a word of advice\n'),
      text.replace('observes', 'Observes'),
      text.replace('quorum all', 'quorum  all'),
      text.replace(' votes bank-a+', ' votes bank-b+'),
    ];
    for (const one of damaged) {
      const code = /^(witness\.register|tlog\.(vkey|policy|size))_malformed/;
      await expect(parseRegister(one, nodeEngine), one).rejects.toThrow(code);
    }
  });

  test('begins with the votes of all its members', async () => {
    const short = [{ note: await voted(first, founders.slice(1)), loggedAtSeconds: start }];
    expect((await followRegisters(short, nodeEngine))[0]?.flaws).toMatchObject([
      { code: 'votes_missing', detail: '4 of 5' },
    ]);
    const whole = [{ note: await voted(first, founders), loggedAtSeconds: start }];
    expect((await followRegisters(whole, nodeEngine))[0]?.flaws).toEqual([]);
  });
});

describe('members and rules change by vote, with a delay, in the log', () => {
  test('S2-86 three of five admit a fourth bank; before its day the old register holds', async () => {
    const admitted = await next({ members: [...first.members, await member('bank-d')], votes: 4 });
    const { judged, flaws } = await change(admitted, ['bank-a', 'court', 'notary']);
    expect(flaws).toEqual([]);
    expect(registerInForce(judged, start + 3 * day - 1)?.number).toBe(1);
    expect(registerInForce(judged, start + 3 * day)?.members.map(({ name }) => name)).toContain(
      'bank-d',
    );
    expect(registerInForce(judged, start - 1)).toBeUndefined();
  });

  test('a member leaves, and a witness key is changed, in the same way', async () => {
    const members = first.members.filter(({ name }) => name !== 'bank-c');
    const fresh = await keyed('w.test/court', 'cosignature');
    const witnesses = first.policy.witnesses.map((one) =>
      one.name === 'court' ? { name: 'court', key: fresh } : one,
    );
    const policy = { ...first.policy, witnesses };
    const { flaws } = await change(await next({ members, policy }), ['bank-a', 'bank-b', 'court']);
    expect(flaws).toEqual([]);
  });

  test('S2-86 too few votes, votes of strangers, of oneself twice or of a newcomer change nothing', async () => {
    const admitted = await next({ members: [...first.members, await member('bank-d')], votes: 4 });
    const missing = ['votes_missing'];
    expect((await change(admitted, ['bank-a', 'bank-b'])).flaws).toEqual(missing);
    expect((await change(admitted, ['bank-a', 'bank-a', 'bank-a'])).flaws).toEqual(missing);
    expect((await change(admitted, ['bank-a', 'bank-b', 'bank-d'])).flaws).toEqual(missing);
    const { judged } = await change(admitted, ['bank-a', 'bank-b']);
    expect(registerInForce(judged, start + 9 * day)?.number).toBe(1);
  });

  test('no shorter delay, no other chain, no rule that lets the log split', async () => {
    const votes = ['bank-a', 'bank-b', 'court', 'notary'];
    const soon = await next({ fromSeconds: start + 2 * day - 1 });
    expect((await change(soon, votes)).flaws).toEqual(['too_early']);
    const elsewhere = await next({ previous: await registerDigest('another', nodeEngine) });
    expect((await change(elsewhere, votes)).flaws).toEqual(['previous_differs']);
    expect((await change(await next({ number: 3 }), votes)).flaws).toEqual(['number_wrong']);
    const { quorum } = first.policy;
    if (quorum?.is !== 'group') throw new Error('the quorum is a group');
    const [sentinel, voters] = quorum.members;
    if (sentinel === undefined || voters?.is !== 'group') throw new Error('and so is this');
    const weak = { ...quorum, members: [sentinel, { ...voters, threshold: 3 }] };
    const split = await next({ policy: { ...first.policy, quorum: weak } });
    expect((await change(split, votes)).flaws).toEqual(['rule_unsound']);
    // Three of five share one; that the log's own sentinel is in both sets does not count.
    const trusting = await next({ policy: { ...first.policy, quorum: weak }, own: [] });
    expect((await change(trusting, votes)).flaws).toEqual([]);
    const none = await next({ policy: { ...first.policy, quorum: undefined } });
    expect((await change(none, votes)).flaws).toEqual(['rule_unsound']);
  });

  test('a change that failed is not a step: the next one follows the last good register', async () => {
    const failed = await next({ delaySeconds: 2 * day });
    const good = await next({ fromSeconds: start + 4 * day });
    const logged = [
      { note: await voted(first, founders), loggedAtSeconds: start },
      { note: await voted(failed, ['bank-a']), loggedAtSeconds: start + day },
      { note: await voted(good, ['bank-a', 'bank-b', 'court']), loggedAtSeconds: start + day },
    ];
    const judged = await followRegisters(logged, nodeEngine);
    expect(judged.map(({ flaws }) => flaws.length)).toEqual([0, 1, 0]);
    expect(registerInForce(judged, start + 4 * day)?.delaySeconds).toBe(day);
  });
});

describe('equal rights', () => {
  test('each institution has a key and one vote; a minority never decides', async () => {
    const votes = ['bank-a', 'bank-b', 'bank-c'];
    expect((await change(await next({ votes: 2 }), votes)).flaws).toEqual(['rights_unequal']);
    expect((await change(await next({ votes: 6 }), votes)).flaws).toEqual(['rights_unequal']);
    const [bank] = first.members;
    const twice = { name: 'bank-z', votes: true, key: bank?.key };
    if (twice.key === undefined) throw new Error('there is a bank');
    const again = await noteKey({ ...twice.key, name: 'bank-z' }, nodeEngine);
    const doubled = await next({ members: [...first.members, { ...twice, key: again }], votes: 4 });
    expect((await change(doubled, votes)).flaws).toEqual(['rights_unequal']);
    expect((await change(await next({ delaySeconds: 60 }), votes)).flaws).toEqual([
      'rights_unequal',
    ]);
  });

  test('the regulator observes: its signature is no vote until the members give it one', async () => {
    const seated = first.members.map((one) =>
      one.name === 'regulator' ? { ...one, votes: true } : one,
    );
    const register = await next({ members: seated, votes: 4 });
    const own = await change(register, ['regulator', 'bank-a', 'bank-b']);
    expect(own.flaws).toEqual(['votes_missing']);
    expect(own.judged[1]?.votedBy).toEqual(['bank-a', 'bank-b']);
    const { judged, flaws } = await change(register, ['bank-a', 'bank-b', 'court']);
    expect(flaws).toEqual([]);
    const inForce = registerInForce(judged, start + 9 * day);
    expect(inForce?.members.find(({ name }) => name === 'regulator')?.votes).toBe(true);
  });
});

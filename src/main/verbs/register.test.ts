/** Members change a log's rules with files and keys: what is no vote leaves the file as it was. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createKeyFile, generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { systemClock } from '#base/clock';
import { type NoteKey, noteKey, printVkey, type Rule } from '#formats/tlog';
import { type Member, printRegister, type Register, registerDigest } from '#formats/witness';
import { main } from './dispatch.ts';

const day = 86_400;
const voters = ['court', 'notary', 'arbitration', 'peer-bank'];
const banks = ['bank-a', 'bank-b', 'bank-c'];
const now = Math.floor(systemClock.now() / 1_000);

let folder: string;
let said: string;
const at = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fubie-register-'));
  said = '';
  const keep = (text: string | Uint8Array): boolean => {
    said += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function witness(name: string): Promise<NoteKey> {
  const { publicKey } = softSigner(generateSoftKey('ed25519'));
  const key = await noteKey({ name, kind: 'cosignature', publicKey }, nodeEngine);
  mkdirSync(at('trust/witnesses'), { recursive: true });
  writeFileSync(at(`trust/witnesses/${name}.vkey`), `${printVkey(key)}\n`);
  return key;
}

async function member(name: string): Promise<Member> {
  const { publicKey } = softSigner(await createKeyFile(at(`${name}.pem`), 'ed25519'));
  return {
    name,
    votes: true,
    key: await noteKey({ name, kind: 'ed25519', publicKey }, nodeEngine),
  };
}

/** Three banks, the witnesses a house is installed with, and the rule that its levels follow. */
async function first(): Promise<Register> {
  const witnesses = await Promise.all(
    ['sentinel', ...voters].map(async (name) => ({ name, key: await witness(name) })),
  );
  const judges: Rule = {
    is: 'group',
    name: 'voters',
    threshold: 3,
    members: voters.map((name): Rule => ({ is: 'witness', name })),
  };
  const sentinel: Rule = { is: 'witness', name: 'sentinel' };
  return {
    number: 1,
    previous: undefined,
    fromSeconds: now + day,
    delaySeconds: 3_600,
    votes: 2,
    liars: 1,
    own: ['sentinel'],
    members: await Promise.all(banks.map(member)),
    policy: {
      logs: [],
      witnesses,
      quorum: { is: 'group', name: 'both', threshold: 2, members: [sentinel, judges] },
    },
  };
}

const vote = (name: string, key = name): Promise<number> =>
  main(['register', 'vote', at('next'), '--name', name, '--key', at(`${key}.pem`)]);

describe('votes in files', () => {
  test('a member’s vote counts once; anybody else’s is refused, and the file is as it was', async () => {
    const text = printRegister(await first());
    writeFileSync(at('next'), text);
    await member('stranger');
    expect(await vote('stranger')).toBe(4);
    expect(await vote('bank-a', 'stranger')).toBe(4);
    expect(said).toContain('witness.vote_wrong');
    expect(readFileSync(at('next'), 'utf8')).toBe(text);
    expect(await vote('bank-a')).toBe(0);
    const once = readFileSync(at('next'), 'utf8');
    expect(await vote('bank-a')).toBe(0);
    expect(readFileSync(at('next'), 'utf8')).toBe(once);
    said = '';
    expect(await main(['register', 'key', '--name', 'bank-a', '--key', at('bank-a.pem')])).toBe(0);
    expect(text).toContain(`# member bank-a votes ${said}`);
  });

  test('whom the next register leaves out votes as a member of the one before', async () => {
    const register = await first();
    const text = printRegister(register);
    writeFileSync(at('next'), text);
    for (const name of banks) expect(await vote(name)).toBe(0);
    expect(await main(['register', 'adopt', at('next'), '--trust', at('trust')])).toBe(0);
    const [, ...others] = register.members;
    const second = { ...register, number: 2, members: others, fromSeconds: now + 2 * day };
    const previous = await registerDigest(text, nodeEngine);
    writeFileSync(at('next'), printRegister({ ...second, previous }));
    expect(await vote('bank-a')).toBe(4);
    const order = ['--name', 'bank-a', '--key', at('bank-a.pem'), '--trust', at('trust')];
    expect(await main(['register', 'vote', at('next'), ...order])).toBe(0);
    said = '';
    expect(await main(['register', 'show', '--trust', at('trust'), '--at', `${now + day}`])).toBe(
      0,
    );
    expect(said).toContain('in force: 1');
  });

  test('a register from which no level follows is not adopted', async () => {
    const register = await first();
    const { policy } = register;
    const quorum: Rule = {
      is: 'group',
      name: 'any',
      threshold: 4,
      members: policy.witnesses.map(({ name }): Rule => ({ is: 'witness', name })),
    };
    writeFileSync(at('next'), printRegister({ ...register, policy: { ...policy, quorum } }));
    for (const name of banks) expect(await vote(name)).toBe(0);
    expect(await main(['register', 'adopt', at('next'), '--trust', at('trust')])).toBe(1);
    expect(said).toContain('rule_form');
    expect(await main(['register', 'show', '--trust', at('trust')])).toBe(1);
  });

  test('a witness whose key file is broken is named', async () => {
    writeFileSync(at('next'), printRegister(await first()));
    for (const name of banks) expect(await vote(name)).toBe(0);
    writeFileSync(at('trust/witnesses/notary.vkey'), 'notary+00000000+AAAA');
    expect(await main(['register', 'adopt', at('next'), '--trust', at('trust')])).toBe(4);
    expect(said).toContain('notary.vkey');
  });
});

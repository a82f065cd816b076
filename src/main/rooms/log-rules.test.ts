/**
 * A voted register takes effect in a house by itself: in whom the log asks, and in what a level is.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { instantFromMs } from '#base/clock';
import type { TenantId } from '#base/unit';
import type { Signer } from '#formats/crypto';
import {
  cosign,
  type NoteKey,
  noteKey,
  printHead,
  printNote,
  printVkey,
  type Rule,
  signNote,
} from '#formats/tlog';
import { printRegister, type Register, registerDigest } from '#formats/witness';
import { voterNames, witnessNames } from '../estate/plan.ts';
import { LogRules, publishRegisters, runUnder } from './log-rules.ts';
import { openNoteJudge } from './note-judge.ts';

const tenant = 'bank' as TenantId;
const start = 1_790_000_000;
const hour = 3_600;
const turned = start + 3 * hour;
let trust: string;
const keys = new Map<string, { readonly key: NoteKey; readonly signer: Signer }>();

async function keyed(name: string, kind: NoteKey['kind']): Promise<NoteKey> {
  const signer = softSigner(generateSoftKey('ed25519'));
  const key = await noteKey({ name, kind, publicKey: signer.publicKey }, nodeEngine);
  keys.set(`${kind} ${name}`, { key, signer });
  return key;
}

const held = (name: string) => {
  const found = keys.get(name);
  if (found === undefined) throw new Error(`nobody is ${name}`);
  return found;
};

function policyOf(voters: readonly string[]): Register['policy'] {
  const witness = (name: string): Rule => ({ is: 'witness', name });
  const group: Rule = { is: 'group', name: 'voters', threshold: 3, members: voters.map(witness) };
  return {
    logs: [held('ed25519 log.test/bank').key],
    witnesses: ['sentinel', ...voters].map((name) => ({
      name,
      key: held(`cosignature ${name}`).key,
    })),
    quorum: { is: 'group', name: 'all', threshold: 2, members: [witness('sentinel'), group] },
  };
}

async function noteOf(register: Register): Promise<Uint8Array> {
  const text = printRegister(register);
  const { key, signer } = held('ed25519 member');
  const note = printNote({ text, signatures: [await signNote(text, key, signer)] });
  return new TextEncoder().encode(note);
}

/** The second one gives the vote of the peer bank to the regulator, who only observed before. */
async function registers(): Promise<readonly Uint8Array[]> {
  const first: Register = {
    number: 1,
    previous: undefined,
    fromSeconds: start,
    delaySeconds: hour,
    votes: 1,
    liars: 1,
    own: ['sentinel'],
    members: [{ name: 'member', votes: true, key: held('ed25519 member').key }],
    policy: policyOf(voterNames),
  };
  const second: Register = {
    ...first,
    number: 2,
    previous: await registerDigest(printRegister(first), nodeEngine),
    fromSeconds: turned,
    policy: policyOf([...voterNames.filter((name) => name !== 'peer-bank'), 'regulator']),
  };
  return Promise.all([first, second].map(noteOf));
}

/** A head of this log, cosigned by these at a time. */
async function head(names: readonly string[], atSeconds: number): Promise<string> {
  const log = held('ed25519 log.test/bank');
  const text = printHead({ origin: log.key.name, size: 1, root: new Uint8Array(32) });
  const signatures = [await signNote(text, log.key, log.signer)];
  for (const name of names) {
    const { key, signer } = held(`cosignature ${name}`);
    signatures.push(await cosign({ text, atSeconds }, key, signer));
  }
  return printNote({ text, signatures });
}

beforeAll(async () => {
  trust = await mkdtemp(join(tmpdir(), 'fubie-rules-'));
  await mkdir(join(trust, 'witnesses'));
  await mkdir(join(trust, 'logs'));
  await keyed('member', 'ed25519');
  const log = await keyed('log.test/bank', 'ed25519');
  await writeFile(join(trust, 'logs', `${tenant}.vkey`), `${printVkey(log)}\n`);
  for (const name of witnessNames) {
    const key = await keyed(name, 'cosignature');
    await writeFile(join(trust, 'witnesses', `${name}.vkey`), `${printVkey(key)}\n`);
  }
});
afterAll(() => rm(trust, { recursive: true, force: true }));

describe('the rule of a log', () => {
  test('S2-86 a vote changes who is asked and what a level is, from its time on', async () => {
    const judge = openNoteJudge(trust);
    const rules = new LogRules(trust);
    const three = ['sentinel', 'court', 'notary', 'regulator'];
    // A regulator observes: its cosignature is no vote until a vote made it one.
    expect(await judge(await head(three, turned + 1), tenant)).toBe('L1');
    expect((await rules.at(tenant, instantFromMs((turned + 1) * 1_000))).number).toBe(0);

    await publishRegisters(trust, tenant, await registers());
    expect(await judge(await head(three, turned - 1), tenant)).toBe('L1');
    expect(await judge(await head(three, turned), tenant)).toBe('L2');
    const old = ['sentinel', 'court', 'notary', 'peer-bank'];
    expect(await judge(await head(old, turned - 1), tenant)).toBe('L2');
    expect(await judge(await head(old, turned), tenant)).toBe('L1');
    const rule = await rules.at(tenant, instantFromMs(turned * 1_000));
    expect(rule.policy).toEqual({
      sentinel: 'sentinel',
      voters: ['court', 'notary', 'arbitration', 'regulator'],
      quorum: 3,
    });
    expect((await rules.at('other' as TenantId, instantFromMs(turned * 1_000))).number).toBe(0);
  });

  test('a log that runs under the rule of before ends, and is opened under the one of now', async () => {
    await publishRegisters(trust, tenant, await registers());
    const rules = new LogRules(trust);
    let now = instantFromMs((turned - 1) * 1_000);
    const clock = { source: 'TEST_CLOCK', now: () => now };
    const rule = await rules.at(tenant, now);
    let looks = 0;
    const look = async (): Promise<void> => {
      looks += 1;
      if (looks === 3) now = instantFromMs(turned * 1_000);
      await new Promise((resume) => setImmediate(resume));
    };
    const stop = new AbortController().signal;
    const untilTold = (ended: AbortSignal): Promise<void> =>
      new Promise((end) => ended.addEventListener('abort', () => end()));
    await runUnder(untilTold, { rules, tenant, rule, stop, clock, look });
    expect([rule.number, looks]).toEqual([1, 3]);
    expect((await rules.at(tenant, now)).number).toBe(2);
  });
});

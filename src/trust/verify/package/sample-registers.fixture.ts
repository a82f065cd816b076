/**
 * For tests: members of a sample log, the register they found and one that they vote, and both as
 * a package holds them.
 */
import { toBase64, utf8 } from '#base/bytes';
import { addSeconds } from '#base/clock';
import { type BundleFile, numbered } from '#formats/bundle';
import type { Signer } from '#formats/crypto';
import {
  consistencyProof,
  hashLeaf,
  type NodeReader,
  noteKey,
  printNote,
  type Rule,
  signNote,
} from '#formats/tlog';
import { type Member, printRegister, type Register, registerDigest } from '#formats/witness';
import type { TrustFiles } from '../anchors.ts';
import type { NamedSigner, SampleHouse } from '../own/sample-trust.fixture.ts';
import { type Draft, SampleCase, sampleLog } from './sample-log.fixture.ts';
import { samplePackage } from './sample-package.fixture.ts';

const daySeconds = 86_400;
const platformTag = 'EAECAwQFBgcICQoLDA0ODw';
const voting = ['bank-a', 'bank-b', 'bank-c'];
const proofMembers = 3;

/** Two registers as notes, the second one voted by members of the first. */
export interface SampleRegisters {
  readonly notes: readonly Uint8Array[];
  /** Who cosigns under the second register; the sentinel is the last one. */
  readonly witnesses: readonly NamedSigner[];
}

/**
 * The second register puts a second court in the place of the peer bank, a day ago; `votes` says
 * how many members voted for it.
 */
export async function sampleRegisters(
  house: SampleHouse,
  { votes = 2, quorum = 3 }: { readonly votes?: number; readonly quorum?: number } = {},
): Promise<SampleRegisters> {
  const { engine, now } = house;
  const seconds = Math.floor(now / 1000);
  const signers = new Map<string, Signer>();
  const members: Member[] = [];
  for (const name of [...voting, 'regulator']) {
    const signer = house.makeKey('ed25519');
    signers.set(name, signer);
    const key = await noteKey({ name, kind: 'ed25519', publicKey: signer.publicKey }, engine);
    members.push({ name, votes: name !== 'regulator', key });
  }
  const note = async (register: Register, by: readonly string[]): Promise<Uint8Array> => {
    const text = printRegister(register);
    const signatures = [];
    for (const { name, key } of members.filter((one) => by.includes(one.name))) {
      const signer = signers.get(name);
      if (signer !== undefined) signatures.push(await signNote(text, key, signer));
    }
    return utf8(printNote({ text, signatures }));
  };
  const first: Register = {
    number: 1,
    previous: undefined,
    fromSeconds: seconds - 10 * daySeconds,
    delaySeconds: daySeconds,
    votes: 2,
    liars: 1,
    own: ['sentinel'],
    members,
    policy: policyOf(house, house.witnesses, 3),
  };
  const witnesses = await withSecondCourt(house);
  const second: Register = {
    ...first,
    number: 2,
    previous: await registerDigest(printRegister(first), engine),
    fromSeconds: seconds - daySeconds,
    policy: policyOf(house, witnesses, quorum),
  };
  const notes = [await note(first, voting), await note(second, voting.slice(0, votes))];
  return { notes, witnesses };
}

function policyOf(
  house: SampleHouse,
  witnesses: readonly NamedSigner[],
  quorum: number,
): Register['policy'] {
  const named = witnesses.map(({ key }) => ({ name: key.name, key }));
  const rules = named.map(({ name }): Rule => ({ is: 'witness', name }));
  const voters: Rule = {
    is: 'group',
    name: 'voters',
    threshold: quorum,
    members: rules.slice(0, -1),
  };
  const members = [...rules.slice(-1), voters];
  return {
    logs: [house.log.key],
    witnesses: named,
    quorum: { is: 'group', name: 'all', threshold: members.length, members },
  };
}

async function withSecondCourt(house: SampleHouse): Promise<readonly NamedSigner[]> {
  const signer = house.makeKey('ed25519');
  const spki = { name: 'second-court', kind: 'cosignature', publicKey: signer.publicKey } as const;
  const second = { key: await noteKey(spki, house.engine), signer };
  return house.witnesses.map((one) => (one.key.name === 'peer-bank' ? second : one));
}

/**
 * A package that holds both registers, cosigned by the first `votes` of those who count since the
 * second one; `byOld`, of those before. `trusted` of the two are in the folder.
 */
export async function registerPackage(
  house: SampleHouse,
  registers: SampleRegisters,
  more: { readonly trusted?: number; readonly votes?: number; readonly byOld?: boolean } = {},
): Promise<{ readonly zip: Uint8Array; readonly trust: TrustFiles }> {
  const { trusted = 1, votes = 4, byOld = false } = more;
  const witnesses = byOld ? house.witnesses : registers.witnesses;
  const earlier = registers.notes.map((bytes): Draft => {
    return { type: 'policy.adopted', of: [{ name: 'register.note', bytes }] };
  });
  const platform = new SampleCase(house, platformTag);
  await platform.record({ type: 'policy.adopted', of: [{ name: 'policy', bytes: house.policy }] });
  for (const draft of earlier) await platform.record(draft);
  const { zip } = await samplePackage(
    { ...house, witnesses },
    {
      votes,
      earlier: async () => earlier,
      swap: async (files) => {
        const own = files.filter(({ name }) => name.startsWith('entries/'));
        const leaves = [...platform.entries, ...own.map(({ bytes }) => bytes)];
        return [...files, ...(await registerFiles(house, registers, leaves))];
      },
    },
  );
  return { zip, trust: trusting(house, registers, trusted) };
}

/** The trust folder with the first `count` registers in it. */
export function trusting(
  house: SampleHouse,
  { notes }: SampleRegisters,
  count: number,
): TrustFiles {
  const held = notes.slice(0, count);
  return new Map([
    ...house.trust,
    ...held.map((note, at) => [`registers/000${at + 1}.note`, note] as const),
  ]);
}

/** Both as files, proved under a head of days ago: 1 + 2 leaves of the `leaves` of the log. */
async function registerFiles(
  house: SampleHouse,
  { notes }: SampleRegisters,
  leaves: readonly Uint8Array[],
): Promise<BundleFile[]> {
  const then = { ...house, now: addSeconds(house.now, -5 * daySeconds) };
  const head = await sampleLog(then, leaves.slice(0, proofMembers), house.witnesses);
  const nodes: NodeReader = async (level, index) => {
    if (level === 0) return hashLeaf(leaves[index] ?? new Uint8Array(), house.engine);
    const [left, right] = [
      await nodes(level - 1, 2 * index),
      await nodes(level - 1, 2 * index + 1),
    ];
    return house.engine.digest('sha256', Uint8Array.of(1, ...left, ...right));
  };
  const between = { from: proofMembers, to: leaves.length };
  const hashes = await consistencyProof(between, nodes, house.engine);
  const consistency = utf8(hashes.map((hash) => `${toBase64(hash)}\n`).join(''));
  return notes.flatMap((bytes, at) => [
    { name: numbered('register', at + 1), bytes },
    { name: numbered('register entry', at + 1), bytes: leaves[at + 1] ?? new Uint8Array() },
    { name: numbered('register proof', at + 1), bytes: utf8(head.proofs[at + 1] ?? '') },
    { name: numbered('register consistency', at + 1), bytes: consistency },
  ]);
}

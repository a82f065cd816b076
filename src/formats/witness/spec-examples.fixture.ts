/**
 * The examples of docs/specs/log.md and witness.md, made anew from the seeds that stand there.
 * `treeOf` serves other tests of this room too.
 */
import { nodeEngine, softKeyFromPem, softSigner } from '#adapters/engine';
import { concat, fromHex, fromUtf8, toBase64, toHex, utf8 } from '#base/bytes';
import type { Signer } from '#formats/crypto';
import { printClosing } from '#formats/shard';
import { printBundle } from '#formats/tiles';
import {
  append,
  consistencyProof,
  cosign,
  edgeRoot,
  emptyEdge,
  hashLeaf,
  inclusionProof,
  type NodeReader,
  type NoteKey,
  type NoteKeyKind,
  noteKey,
  prefixProof,
  printHead,
  printLogProof,
  printNote,
  printPolicy,
  printSignatures,
  printVkey,
  type Rule,
  signNote,
} from '#formats/tlog';
import { printMisbehaviour } from './misbehaviour.ts';
import { signPromise } from './promise.ts';
import { printRegister } from './register.ts';
import { printWitnessRequest } from './request.ts';
import { printWitnessedHead } from './witnessed-head.ts';

const origin = 'log.example/specs';
const atSeconds = 1_790_000_000;

export interface Keyed {
  readonly key: NoteKey;
  readonly signer: Signer;
}

/** RFC 8032: the seed of each key is one byte, 32 times. */
async function seeded(name: string, seed: number, kind: NoteKeyKind): Promise<Keyed> {
  const der = concat(fromHex('302e020100300506032b657004220420'), new Uint8Array(32).fill(seed));
  const pem = `-----BEGIN PRIVATE KEY-----\n${toBase64(der)}\n-----END PRIVATE KEY-----\n`;
  const signer = softSigner(softKeyFromPem(pem));
  return { signer, key: await noteKey({ name, kind, publicKey: signer.publicKey }, nodeEngine) };
}

/** A tree of these entries, and the head of it as the log signs it. */
export async function treeOf(entries: readonly string[], log: Keyed) {
  const nodes = new Map<string, Uint8Array>();
  let edge = emptyEdge;
  for (const entry of entries) {
    edge = await append(edge, await hashLeaf(utf8(entry), nodeEngine), {
      engine: nodeEngine,
      completed: (level, index, hash) => void nodes.set(`${level}/${index}`, hash),
    });
  }
  const root = await edgeRoot(edge, nodeEngine);
  const text = printHead({ origin: log.key.name, size: entries.length, root });
  const own = await signNote(text, log.key, log.signer);
  const read: NodeReader = async (level, index) => nodes.get(`${level}/${index}`) ?? utf8('');
  return { text, own, root, read, note: printNote({ text, signatures: [own] }) };
}

/** Every example by the name under which it stands in the specs. */
export async function specExamples(): Promise<ReadonlyMap<string, string>> {
  const log = await seeded(origin, 1, 'ed25519');
  const court = await seeded('court.example', 2, 'cosignature');
  const notary = await seeded('notary.example', 3, 'cosignature');
  const entries = ['entry 0', 'entry 1', 'entry 2'];
  const two = await treeOf(entries.slice(0, 2), log);
  const three = await treeOf(entries, log);
  const line = await cosign({ text: three.text, atSeconds }, court.key, court.signer);
  const checkpoint = printNote({ text: three.text, signatures: [three.own, line] });
  const leaves = await Promise.all(entries.map((entry) => hashLeaf(utf8(entry), nodeEngine)));
  const proof = await consistencyProof({ from: 2, to: 3 }, three.read, nodeEngine);
  const hashes = await inclusionProof({ index: 1, size: 3 }, three.read, nodeEngine);
  const witnesses = [court, notary].map(({ key }) => ({ name: key.name.split('.')[0] ?? '', key }));
  const members = witnesses.map(({ name }): Rule => ({ is: 'witness', name }));
  const quorum: Rule = { is: 'group', name: 'voters', threshold: 2, members };
  const policy = { logs: [log.key], witnesses, quorum };
  const promised = { origin, leaf: leaves[2] ?? utf8(''), since: 2, bySeconds: atSeconds + 60 };
  return new Map([
    ['log vkey', `${printVkey(log.key)}\n`],
    ['witness vkey', `${printVkey(court.key)}\n`],
    ['leaf hashes', leaves.map((leaf) => `${toHex(leaf)}\n`).join('')],
    ['root', `${toHex(three.root)}\n`],
    ['tile', `${toHex(concat(...leaves))}\n`],
    ['bundle', `${toHex(printBundle(entries.map(utf8)))}\n`],
    ['checkpoint', checkpoint],
    ['proof', printLogProof({ index: 1, hashes, checkpoint })],
    ['policy', printPolicy(policy)],
    ['promise', await signPromise(promised, log.key, log.signer)],
    ['fork', await forkOf(entries, log)],
    ['overrun', await overrunOf(entries, log)],
    ['register', await registerNote(policy)],
    ['request', printWitnessRequest({ oldSize: 2, proof, checkpoint: three.note })],
    ['reply', printSignatures([line])],
    ['ml-dsa message', `${toHex(await mldsaMessage(three.text))}\n`],
    [
      'journal',
      `${fromUtf8(
        printWitnessedHead({
          origin,
          size: 3,
          root: three.root,
          oldSize: 2,
          proof,
          atSeconds,
          note: three.note,
        }),
      )}\n`,
    ],
    ['older head', two.note],
  ]);
}

/** Two of the entries, and three of another history. */
async function forkOf(entries: readonly string[], log: Keyed): Promise<string> {
  const first = await treeOf(entries.slice(0, 2), log);
  const second = await treeOf(['entry 0', 'another', 'entry 2'], log);
  const hashes = await prefixProof({ from: 2, to: 3 }, second.read, nodeEngine);
  const notes = [first.note, second.note] as const;
  return `${fromUtf8(printMisbehaviour({ kind: 'fork', notes, hashes }))}\n`;
}

/** The entries, the closing leaf that twin.md prints, and one more behind it. */
async function overrunOf(entries: readonly string[], log: Keyed): Promise<string> {
  const next = await seeded(`${origin}/2027h1`, 4, 'ed25519');
  const leaf = fromUtf8(printClosing({ origin, next: printVkey(next.key), nextTwin: undefined }));
  const index = entries.length;
  const closed = await treeOf([...entries, leaf], log);
  const longer = await treeOf([...entries, leaf, 'entry 4'], log);
  const hashes = await inclusionProof({ index, size: index + 1 }, closed.read, nodeEngine);
  const notes = [closed.note, longer.note] as const;
  return `${fromUtf8(printMisbehaviour({ kind: 'overrun', notes, hashes, last: { index, leaf } }))}\n`;
}

async function registerNote(policy: Parameters<typeof printPolicy>[0]): Promise<string> {
  const [bank, regulator] = [
    await seeded('bank.example', 4, 'ed25519'),
    await seeded('regulator.example', 5, 'ed25519'),
  ];
  const text = printRegister({
    number: 1,
    previous: undefined,
    fromSeconds: atSeconds,
    delaySeconds: 86_400,
    votes: 1,
    liars: 1,
    own: [],
    members: [
      { name: 'bank.example', votes: true, key: bank.key },
      { name: 'regulator.example', votes: false, key: regulator.key },
    ],
    policy,
  });
  return printNote({ text, signatures: [await signNote(text, bank.key, bank.signer)] });
}

/** What an ML-DSA-44 witness signs: its signatures differ each time, its message does not. */
async function mldsaMessage(text: string): Promise<Uint8Array> {
  let message = utf8('');
  const spki = concat(
    fromHex('30820532300b06096086480165030403110382052100'),
    new Uint8Array(1312),
  );
  const key = await noteKey(
    { name: 'court.example', kind: 'mldsa-cosignature', publicKey: spki },
    nodeEngine,
  );
  await cosign({ text, atSeconds }, key, {
    algorithm: 'ml-dsa-44',
    publicKey: spki,
    sign: async (bytes) => {
      message = Uint8Array.from(bytes);
      return new Uint8Array(2420);
    },
  });
  return message;
}

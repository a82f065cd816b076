/**
 * Who runs nodes of the log beside the house: three banks and the regulator, each with a key and a
 * copy of its own, none of whom believes another.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { FileTiles, treeHash } from '#adapters/tiles';
import { FileWitnessMemory } from '#adapters/witnesses';
import { fromUtf8, toBase64 } from '#base/bytes';
import { systemClock } from '#base/clock';
import type { TenantId } from '#base/unit';
import { textIn } from '#doors/phone';
import {
  judgeCheckpoint,
  levelUnder,
  type NoteKey,
  noteKey,
  parseCheckpoint,
  parseLevelPolicy,
  parsePolicy,
  printHead,
  printNote,
  printPolicy,
  quorumHolds,
  type Rule,
  signNote,
} from '#formats/tlog';
import { printWitnessRequest } from '#formats/witness';
import { Mirror, Witness } from '#trust/witness';
import { logFolder, logKey, witnessKey, witnessKeys } from '../../src/main/estate/trust-folder.ts';
import { ask, signingToken } from '../hostile/asker.ts';
import { guestWith } from '../visit.ts';
import { coop } from './door-hand.ts';
import { clientAt } from './receipt-house.ts';

const banks = ['bank-a.example', 'bank-b.example', 'bank-c.example'] as const;
const waitMsMax = 15_000;
const pauseMs = 250;
const world = guestWith(83);
const tenant = coop.tenant as TenantId;
let folder = '';
let log: NoteKey;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-nodes-'));
  log = await logKey(world.trust, tenant, nodeEngine);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const shown = () => readFile(join(logFolder(world.trust, tenant), 'checkpoint'), 'utf8');

/** One bank's node: a key, a memory of what it cosigned and a copy of every entry, all its own. */
async function nodeOf(bank: string) {
  const signer = softSigner(generateSoftKey('ed25519'));
  const spki = { name: bank, kind: 'cosignature', publicKey: signer.publicKey } as const;
  const key = await noteKey(spki, nodeEngine);
  const witness = new Witness({
    key,
    signer,
    logOf: async (origin) => (origin === log.name ? log : undefined),
    memory: await FileWitnessMemory.open(join(folder, `${bank}.jsonl`)),
    clock: systemClock,
    engine: nodeEngine,
  });
  const copy = new FileTiles(join(folder, bank));
  const source = new FileTiles(logFolder(world.trust, tenant));
  const mirror = new Mirror({ source, copy, log, hash: treeHash, engine: nodeEngine });
  return { bank, key, witness, mirror, copy };
}

test('S2-39 three banks each run a node with a key and an organisation of its own', async () => {
  const nodes = await Promise.all(banks.map(nodeOf));
  const note = await shown();
  const { size, root } = parseCheckpoint(note);
  const lines: string[] = [];
  for (const { witness, mirror, copy } of nodes) {
    expect(await mirror.catchUp()).toBeGreaterThanOrEqual(size);
    expect(
      parseCheckpoint(fromUtf8((await copy.read('checkpoint')) ?? new Uint8Array())).root.length,
    ).toBe(32);
    const request = printWitnessRequest({ oldSize: 0, proof: [], checkpoint: note });
    const reply = await witness.addCheckpoint(request);
    if (reply.is !== 'cosigned') throw new Error(`not cosigned: ${reply.is}`);
    lines.push(printNote({ text: '', signatures: reply.signatures }).slice(1));
    // Another history of the same size, however well it is signed, no bank will have seen.
    const text = printHead({ origin: log.name, size, root: root.map((byte) => byte ^ 1) });
    const forged = softSigner(generateSoftKey('ed25519'));
    const signatures = [await signNote(text, log, forged)];
    const asked = { oldSize: size, proof: [], checkpoint: printNote({ text, signatures }) };
    expect((await witness.addCheckpoint(printWitnessRequest(asked))).is).toBe('refused');
  }
  const keys = nodes.map(({ key }) => key);
  expect(new Set(keys.map(({ publicKey }) => toBase64(publicKey))).size).toBe(3);
  const judged = await judgeCheckpoint(
    `${note}${lines.join('')}`,
    { log, witnesses: keys },
    nodeEngine,
  );
  expect(judged.cosigners.map(({ name }) => name)).toEqual([...banks]);
  const rule: Rule = {
    is: 'group',
    name: 'banks',
    threshold: 3,
    members: banks.map((name): Rule => ({ is: 'witness', name })),
  };
  const witnesses = keys.map((key) => ({ name: key.name, key }));
  const policy = await parsePolicy(
    printPolicy({ logs: [log], witnesses, quorum: rule }),
    nodeEngine,
  );
  expect(quorumHolds(policy, judged.cosigners)).toBe(true);
  expect(quorumHolds(policy, judged.cosigners.slice(1))).toBe(false);
});

test('S2-83 the regulator runs a node that votes nothing, copies every entry, and looks in by its own views', async () => {
  const policy = parseLevelPolicy(new Uint8Array(await readFile(join(world.trust, 'policy.json'))));
  expect([...policy.voters, policy.sentinel]).not.toContain('regulator');
  const own = await witnessKey(world.trust, 'regulator', nodeEngine);
  const witnesses = await witnessKeys(world.trust, nodeEngine);
  expect(
    witnesses.filter(({ publicKey }) => toBase64(publicKey) === toBase64(own.publicKey)),
  ).toHaveLength(1);
  const { cosigners } = await judgeCheckpoint(await shown(), { log, witnesses }, nodeEngine);
  const without = (names: readonly string[]) =>
    cosigners.filter(({ name }) => !names.includes(name));
  expect(levelUnder(policy, without(['regulator']))).toBe('L2');
  expect(levelUnder(policy, without(['court', 'notary']))).toBe('L1');

  const copy = new FileTiles(join(world.house.estate.root, 'witness-regulator', 'copy', tenant));
  const { size } = parseCheckpoint(await shown());
  const end = performance.now() + waitMsMax;
  let copied = 0;
  while (copied < size && performance.now() < end) {
    const bytes = await copy.read('checkpoint');
    copied = bytes === undefined ? 0 : parseCheckpoint(fromUtf8(bytes)).size;
    await new Promise((resume) => setTimeout(resume, pauseMs));
  }
  expect(copied).toBeGreaterThanOrEqual(size);

  const terms = { name: '监管系统', scopes: ['regulator.look'], signature: 'required' };
  const key = await clientAt(world, coop, { ...terms, kind: 'hmac-sha256' });
  const at = { host: coop.host, port: Number(new URL(world.url).port) };
  const looked = async (path: string) =>
    ask(at, { method: 'GET', path: `/v1/regulator/${path}`, token: signingToken(key) });
  expect((await looked('institution')).body).toMatchObject({ institution: tenant });
  const [contract] = (await looked('contracts')).body['contracts'] as readonly {
    contractNumber: string;
  }[];
  const proof = await looked(`contracts/${contract?.contractNumber}/proof`);
  expect(proof.body).toMatchObject({ level: 'L2' });
  const told = await judgeCheckpoint(
    textIn(proof.body, 'checkpoint'),
    { log, witnesses },
    nodeEngine,
  );
  expect(told.signedByLog).toBe(true);
});

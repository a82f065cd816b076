/**
 * 日志的样子：区块、回执与节点。真实的序列器、见证方和镜像，存在内存里。
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { treeHash } from '#adapters/tiles';
import { fromBase64, fromUtf8, toBase64 } from '#base/bytes';
import type { Unit } from '#base/unit';
import { parseBundle } from '#formats/tiles';
import {
  consistencyFlaw,
  judgeCheckpoint,
  judgeLogProof,
  levelUnder,
  noteKey,
  parseCheckpoint,
  printHead,
  printNote,
  printSignatures,
  signNote,
} from '#formats/tlog';
import { printWitnessRequest } from '#formats/witness';
import { ReceiptDesk, type ReceiptDeskParts, Receipts } from '#trust/receipt';
import { Mirror, Witness } from '#trust/witness';
import { type BlockRow, Explorer, type ExplorerStore } from './explorer.ts';
import type { StoredEntry } from './ports.ts';
import type { Sequencer } from './sequencer.ts';
import { shardsOf } from './shards.ts';
import { TestWorld, testUnit } from './test-log.ts';
import { MemoryHeads, MemoryTiles } from './test-memory.ts';
import { record, settle } from './test-story.ts';

const newSigner = () => softSigner(generateSoftKey('ed25519'));
const crypto = { engine: nodeEngine, hash: treeHash, newSigner };
const banks = ['bank-a.example', 'bank-b.example', 'bank-c.example'];
const policy = {
  sentinel: 'sentinel',
  voters: ['court', 'notary', 'arbitration', 'peer-bank'],
  quorum: 3,
};

/** The rows of a log in memory as the explorer asks for them. */
class MemoryBlocks implements ExplorerStore {
  readonly #world: TestWorld;

  constructor(world: TestWorld) {
    this.#world = world;
  }

  async blocks(_unit: Unit, page: { before: number | undefined; countMax: number }) {
    const below = page.before ?? Number.POSITIVE_INFINITY;
    const rows = this.#all().filter(({ size }) => size < below);
    return rows.toReversed().slice(0, page.countMax);
  }

  async block(_unit: Unit, size: number): Promise<BlockRow | undefined> {
    return this.#all().find((row) => row.size >= size);
  }

  async entries(_unit: Unit, start: number, end: number): Promise<readonly StoredEntry[]> {
    const placed = this.#world.log.rows.filter(({ index = -1 }) => index >= start && index < end);
    return placed.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0));
  }

  async shards() {
    return shardsOf([]);
  }

  #all(): BlockRow[] {
    const drafts = [...this.#world.log.drafts.values()].filter(({ level }) => level === 'L2');
    const noted = drafts.map(({ size, text, lines, level }) => {
      const sorted = [...lines.values()].toSorted((a, b) => Number(b.isLog) - Number(a.isLog));
      return { size, level, note: `${text}\n${sorted.map((line) => line.text).join('')}` };
    });
    return noted.map((row, at) => {
      const before = noted[at - 1];
      const chain = { from: before?.size ?? 0, previousNote: before?.note };
      return { ...row, ...chain, height: at + 1, at: this.#world.clock.now() };
    });
  }
}

let world: TestWorld;
let explorer: Explorer;
let sequencer: Sequencer;
let deskParts: ReceiptDeskParts;
let desk: ReceiptDesk;

beforeAll(async () => {
  world = await TestWorld.open(crypto);
  sequencer = world.sequencer();
  await sequencer.start(world.log);
  for (const count of [3, 2]) {
    await record(world, 'case-1', count);
    await settle(world, sequencer);
    world.clock.turn(60_000);
  }
  const tilesOf = () => world.tiles;
  explorer = new Explorer({ store: new MemoryBlocks(world), tilesOf, engine: nodeEngine });
  const stamps = {
    covering: async () => undefined,
    newest: async () => undefined,
    all: async () => [],
    add: async () => undefined,
  };
  deskParts = {
    units: { run: (_tenant, action) => action(testUnit) },
    receipts: new Receipts({
      entries: world.log,
      stamps,
      judge: async (note) => levelUnder(policy, (await judged(note)).cosigners),
      checkStamp: async () => ({ is: 'invalid', because: 'none' }),
      fallenSince: () => undefined,
      engine: nodeEngine,
      clock: world.clock,
    }),
    entries: world.log,
    explorer,
    stamps,
    promise: async () => undefined,
    tilesOf,
    engine: nodeEngine,
  };
  desk = new ReceiptDesk(deskParts);
});

const keysOf = () => [...world.witnesses.values()].map(({ key }) => key);
const judged = (note: string) =>
  judgeCheckpoint(note, { log: world.logKey, witnesses: keysOf() }, nodeEngine);

describe('区块', () => {
  test('S2-11 高度、前一区块的根、时间、本区块的根与见证签名，连成一条链', async () => {
    const [second, first] = await explorer.blocks(testUnit, undefined);
    if (first === undefined || second === undefined) throw new Error('two blocks');
    expect([first.height, second.height]).toEqual([1, 2]);
    expect([first.previousRoot, second.previousRoot]).toEqual([undefined, first.root]);
    expect(second.at).toBeGreaterThan(0);
    for (const block of [first, second]) {
      const { checkpoint, cosigners, signedByLog } = await judged(block.note);
      expect(signedByLog).toBe(true);
      expect(toBase64(checkpoint.root)).toBe(block.root);
      expect(levelUnder(policy, cosigners)).toBe('L2');
    }
    const { block, entries, consistency } = await explorer.block(testUnit, second.size);
    expect([block.from, entries.map(({ index }) => index)]).toEqual([3, [3, 4]]);
    const heads = {
      from: { size: first.size, root: fromBase64(first.root) },
      to: { size: second.size, root: fromBase64(second.root) },
    };
    const proof = consistency.map(fromBase64);
    expect(await consistencyFlaw({ ...heads, proof }, nodeEngine)).toBeUndefined();
  });

  test('S1-38 每一条存证由浏览器自己核验：条目、包含证明、见证方，条目只是承诺', async () => {
    for (const { index = -1, bytes } of world.log.rows) {
      const shown = await explorer.entry(testUnit, index);
      expect(shown.bytes).toEqual(bytes);
      const keys = { log: world.logKey, witnesses: keysOf() };
      const proof = await judgeLogProof({ text: shown.proof, entry: bytes }, keys, nodeEngine);
      expect(proof).toMatchObject({ signedByLog: true, flaw: undefined, index });
      expect(proof.cosigners.map(({ name }) => name)).toContain('court');
      expect(fromUtf8(bytes)).not.toContain('authorisation');
    }
    const none = explorer.entry(testUnit, world.log.rows.length);
    await expect(none).rejects.toThrow('evidence.entry_unknown');
  });

  test('S2-23 回执写明区块高度与位置，附第三人能核验的证明', async () => {
    const [, , third] = world.log.rows;
    const receipt = await desk.of(testUnit.tenant, third?.hash ?? '');
    expect(receipt).toMatchObject({ level: 'L2', index: 2, block: { height: 1, size: 3 } });
    const claim = { text: receipt.proof ?? '', entry: third?.bytes ?? new Uint8Array() };
    const keys = { log: world.logKey, witnesses: keysOf() };
    const proof = await judgeLogProof(claim, keys, nodeEngine);
    expect(proof).toMatchObject({ signedByLog: true, flaw: undefined, index: 2 });
  });

  test('S2-23 an entry that is placed while its promise is asked for is told its place', async () => {
    await record(world, 'case-1', 1);
    const late = world.log.rows.at(-1);
    const placing = new ReceiptDesk({
      ...deskParts,
      promise: async () => {
        await settle(world, sequencer);
        return undefined;
      },
    });
    const receipt = await placing.of(testUnit.tenant, late?.hash ?? '');
    expect(receipt).toMatchObject({ index: 5, level: 'L2', promise: undefined });
  });
});

describe('节点', () => {
  test('S2-39 三家金融机构各以自己的密钥、自己的副本签署同一状态；伪造的历史一家也不签', async () => {
    const note = world.tiles.checkpoint;
    const { size, root } = parseCheckpoint(note);
    const text = printHead({ origin: world.logKey.name, size, root: root.map((byte) => byte ^ 1) });
    const forged = printNote({
      text,
      signatures: [await signNote(text, world.logKey, newSigner())],
    });
    const lines: string[] = [];
    const keys = [];
    for (const name of banks) {
      const signer = newSigner();
      const spki = { name, kind: 'cosignature', publicKey: signer.publicKey } as const;
      const key = await noteKey(spki, nodeEngine);
      keys.push(key);
      const logOf = async (origin: string) =>
        origin === world.logKey.name ? world.logKey : undefined;
      const parts = { key, signer, logOf, memory: new MemoryHeads() };
      const node = new Witness({ ...parts, clock: world.clock, engine: nodeEngine });
      // Asked with the forgery first: who has seen nothing has only the log's signature to go by.
      const lie = printWitnessRequest({ oldSize: 0, proof: [], checkpoint: forged });
      expect(await node.addCheckpoint(lie)).toEqual({ is: 'refused', because: 'untrusted' });
      const asked = printWitnessRequest({ oldSize: 0, proof: [], checkpoint: note });
      const reply = await node.addCheckpoint(asked);
      if (reply.is !== 'cosigned') throw new Error(reply.is);
      lines.push(printSignatures(reply.signatures));
    }
    const all = `${note}${lines.join('')}`;
    const { cosigners } = await judgeCheckpoint(
      all,
      { log: world.logKey, witnesses: keys },
      nodeEngine,
    );
    expect(cosigners.map(({ name }) => name)).toEqual(banks);
    expect(new Set(keys.map(({ publicKey }) => toBase64(publicKey))).size).toBe(banks.length);
  });

  test('S2-83 监管节点默认没有表决权，却有每一条存证的副本；与日志所签不符的，一条也不收', async () => {
    const { cosigners } = await judged(world.tiles.checkpoint);
    expect(cosigners.map(({ name }) => name)).toContain('regulator');
    const two = cosigners.filter(({ name }) => !['court', 'notary'].includes(name));
    expect(levelUnder(policy, two)).toBe('L1');

    const copy = new MemoryTiles(world.fuse);
    const parts = { copy, log: world.logKey, hash: treeHash, engine: nodeEngine };
    const mirror = new Mirror({ ...parts, source: world.tiles });
    expect(await mirror.catchUp()).toBe(world.log.rows.length);
    const bundle = await copy.read(`tile/entries/000.p/${world.log.rows.length}`);
    expect(parseBundle(bundle ?? new Uint8Array())).toEqual(
      world.log.rows.map(({ bytes }) => bytes),
    );
    const bent = {
      read: async (path: string) => {
        const bytes = await world.tiles.read(path);
        return path.startsWith('tile/entries/')
          ? bytes?.map((b, at) => (at === 9 ? b ^ 1 : b))
          : bytes;
      },
    };
    const other = new Mirror({ ...parts, copy: new MemoryTiles(world.fuse), source: bent });
    await expect(other.catchUp()).rejects.toThrow('witness.mirror_differs');
  });
});

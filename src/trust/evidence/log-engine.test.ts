import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { treeHash, twinTreeHash } from '#adapters/tiles';
import { concat, utf8 } from '#base/bytes';
import { parseEntry } from '#formats/entry';
import { nodesFromTiles } from '#formats/tiles';
import {
  consistencyFlaw,
  consistencyProof,
  hashBytes,
  inclusionProof,
  parseCheckpoint,
  printLogProof,
} from '#formats/tlog';
import {
  judgeTwin,
  judgeTwinProof,
  parseTwinVkey,
  printTwinVkey,
  twinEngine,
  twinKey,
  twinOrigin,
} from '#formats/twin';
import { emptyTree, folded, grow, leafRow } from './growth.ts';
import { Intake } from './intake.ts';
import { sequencerSteps } from './sequencer.ts';
import { TestWorld, testUnit } from './test-log.ts';
import { MemoryHeads, MemoryTiles, origin } from './test-memory.ts';
import { check, record, settle } from './test-story.ts';
import { namesTwin, noteTwin, type TwinHeads } from './twin-notes.ts';

const newSigner = () => softSigner(generateSoftKey('ed25519'));
const crypto = { engine: nodeEngine, hash: treeHash, newSigner };
const entry = (n: number): Uint8Array => utf8(`entry ${n}`);
const entries = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => entry(from + at));

describe('entries that belong to no unit', () => {
  async function open() {
    const world = await TestWorld.open(crypto);
    const intake = new Intake();
    const sequencer = world.sequencer({ intake });
    await sequencer.start(world.log);
    return { world, intake, sequencer };
  }

  test('they get places side by side, between those of units, and all is one sound tree', async () => {
    const { world, intake, sequencer } = await open();
    await record(world, 'case-1', 3);
    const first = intake.bring(entries(0, 400));
    const second = intake.bring(entries(400, 300));
    await settle(world, sequencer);
    expect((await first).map(({ index }) => index)).toEqual(
      [...Array(400).keys()].map((n) => n + 3),
    );
    expect((await second).at(-1)).toEqual({ index: 702, again: false });
    const { size, root } = parseCheckpoint(world.tiles.checkpoint);
    const leaves = leafRow(await world.log.entries(0, 703), treeHash);
    expect({ size, root }).toEqual({
      size: 703,
      root: grow(emptyTree(treeHash), leaves, treeHash).tree.root,
    });
  });

  test('the same bytes again stand there once and hear the same place, in any mixture', async () => {
    const { world, intake, sequencer } = await open();
    const first = intake.bring(entries(0, 5));
    await settle(world, sequencer);
    await first;
    const mixed = intake.bring([entry(9), entry(2), entry(9), entry(10)]);
    const beside = intake.bring([entry(10), entry(0)]);
    await settle(world, sequencer);
    expect(await mixed).toEqual([
      { index: 5, again: false },
      { index: 2, again: true },
      { index: 5, again: false },
      { index: 6, again: false },
    ]);
    expect(await beside).toEqual([
      { index: 6, again: false },
      { index: 0, again: true },
    ]);
    const only = intake.bring([entry(4)]);
    await settle(world, sequencer);
    expect(await only).toEqual([{ index: 4, again: true }]);
    expect(parseCheckpoint(world.tiles.checkpoint).size).toBe(7);
  });

  test('nobody hears of a place that did not commit; the line is bounded, and closed it refuses', async () => {
    const { world, intake, sequencer } = await open();
    await settle(world, sequencer);
    world.fuse.uses = 0;
    world.fuse.blowsAt = 4;
    const killed = intake.bring([entry(1)]);
    const heard = killed.then(
      () => 'heard',
      () => 'refused',
    );
    await expect(settle(world, sequencer)).rejects.toThrow('killed');
    world.fuse.blowsAt = -1;
    expect([await heard, world.log.loose.size]).toEqual(['refused', 0]);
    for (let at = 0; at < 20; at += 1)
      intake.bring(entries(at * 1_000, 1_000)).catch(() => 'closed');
    await expect(intake.bring([entry(1)])).rejects.toMatchObject({ code: 'evidence.intake_full' });
    await expect(intake.bring([])).rejects.toThrow('evidence.intake_malformed');
    await expect(intake.bring([new Uint8Array(65_536)])).rejects.toThrow(
      'evidence.intake_malformed',
    );
    intake.close('test');
    await expect(intake.bring([entry(1)])).rejects.toMatchObject({ retryable: true });
  });

  test('of two sequencers that both hold the log one finds the head moved and places nothing', async () => {
    const { world, intake, sequencer } = await open();
    await settle(world, sequencer);
    const stale = new Intake();
    const other = world.sequencer({ intake: stale });
    await settle(world, other);
    void intake.bring([entry(1)]);
    await settle(world, sequencer);
    const refused = stale.bring([entry(2)]).catch(() => 'refused');
    await expect(other.step(world.log)).rejects.toThrow('evidence.head_moved');
    expect(await refused).toBe('refused');
    expect([...world.log.loose.values()].map(({ bytes }) => bytes)).toEqual([entry(1)]);
  });

  test('the two loops place and sign while more arrives, and end when told to', async () => {
    const { world, intake } = await open();
    const stop = new AbortController();
    const running = world.sequencer({ intake }).run(stop.signal);
    const placed = [];
    for (let at = 0; at < 30; at += 1) placed.push(intake.bring(entries(at * 100, 100)));
    const places = (await Promise.all(placed)).flat();
    expect(new Set(places.map(({ index }) => index)).size).toBe(3_000);
    while (world.tiles.checkpoint.split('\n')[1] !== '3000') await new Promise(setImmediate);
    stop.abort();
    await running;
    expect(new Set(world.steps)).toEqual(new Set(sequencerSteps));
    await expect(intake.bring([entry(1)])).rejects.toThrow('evidence.intake_closed');
  });
});

describe('the twin under SM3', () => {
  async function open() {
    const world = await TestWorld.open(crypto);
    const signer = softSigner(generateSoftKey('sm2'));
    const name = twinOrigin(origin);
    const key = await twinKey({ name, publicKey: signer.publicKey }, nodeEngine);
    const tiles = new MemoryTiles(world.fuse);
    const twin = { key, signer, hash: twinTreeHash, tiles, heads: new MemoryHeads() };
    return { world, twin };
  }

  test('same leaves, SM3 tree, SM2 signature: each entry is proved by the twin alone', async () => {
    const { world, twin } = await open();
    const sequencer = world.sequencer({ twin });
    await sequencer.start(world.log);
    await record(world, 'case-1', 5);
    await settle(world, sequencer);
    await record(world, 'case-2', 290);
    await settle(world, sequencer);
    const judged = await judgeTwin(twin.tiles.checkpoint, twin.key, nodeEngine);
    expect(judged).toMatchObject({ signedByLog: true, checkpoint: { size: 295 } });
    expect(parseCheckpoint(world.tiles.checkpoint).root).not.toEqual(judged.checkpoint.root);
    const tree = twinEngine(nodeEngine);
    const nodes = nodesFromTiles(295, (path) => twin.tiles.read(path), tree);
    for (const index of [0, 4, 255, 256, 294]) {
      const hashes = await inclusionProof({ index, size: 295 }, nodes, tree);
      const text = printLogProof({ index, hashes, checkpoint: twin.tiles.checkpoint });
      const [bytes = entry(0)] = await world.log.entries(index, index + 1);
      const claim = { text, entry: bytes };
      const proof = await judgeTwinProof(claim, twin.key, nodeEngine);
      expect(proof).toMatchObject({ index, flaw: undefined, signedByLog: true });
      const forged = await judgeTwinProof({ text, entry: entry(1) }, twin.key, nodeEngine);
      expect(forged.flaw).toBeDefined();
    }
    expect(await check(world)).toMatchObject({ is: 'sound', flaws: [] });
  });

  test('a log that was without one gets a twin of all its entries, and it goes on from there', async () => {
    const { world, twin } = await open();
    const before = world.sequencer();
    await before.start(world.log);
    await record(world, 'case-1', 300);
    await settle(world, before);
    const sequencer = world.sequencer({ twin });
    await record(world, 'case-1', 1);
    await settle(world, sequencer);
    const first = parseCheckpoint(twin.tiles.checkpoint);
    await record(world, 'case-1', 300);
    await settle(world, sequencer);
    const second = parseCheckpoint(twin.tiles.checkpoint);
    const tree = twinEngine(nodeEngine);
    const nodes = nodesFromTiles(second.size, (path) => twin.tiles.read(path), tree);
    const between = { from: first.size, to: second.size };
    expect(between).toEqual({ from: 301, to: 601 });
    const proof = await consistencyProof(between, nodes, tree);
    expect(await consistencyFlaw({ from: first, to: second, proof }, tree)).toBeUndefined();
  });

  test('one entry records both heads, stands in both trees, and names no other pair', async () => {
    const { world, twin } = await open();
    const sequencer = world.sequencer({ twin });
    await record(world, 'case-1', 3);
    await settle(world, sequencer);
    const texts = (): TwinHeads => ({
      text: parseCheckpoint(world.tiles.checkpoint).note.text,
      twinText: parseCheckpoint(twin.tiles.checkpoint).note.text,
    });
    const heads = texts();
    await noteTwin(testUnit, heads, world.evidence());
    await settle(world, sequencer);
    const noted = world.log.rows.at(-1);
    const entryNoted = parseEntry(noted?.bytes ?? utf8(''));
    expect([noted?.type, noted?.index]).toEqual(['log.twinned', 4]);
    expect(await namesTwin(entryNoted, heads, nodeEngine)).toBe(true);
    expect(await namesTwin(entryNoted, texts(), nodeEngine)).toBe(false);
    const torn = { text: heads.text, twinText: texts().twinText };
    await expect(noteTwin(testUnit, torn, world.evidence())).rejects.toThrow('root_differs');
    expect(await check(world)).toMatchObject({ is: 'sound', flaws: [] });
  });

  test('a forged twin is not believed: another key, another origin, an altered head', async () => {
    const { world, twin } = await open();
    const sequencer = world.sequencer({ twin });
    await record(world, 'case-1', 1);
    await settle(world, sequencer);
    const text = twin.tiles.checkpoint;
    expect(await parseTwinVkey(printTwinVkey(twin.key), nodeEngine)).toEqual(twin.key);
    const { publicKey } = softSigner(generateSoftKey('sm2'));
    const other = await twinKey({ name: twin.key.name, publicKey }, nodeEngine);
    expect((await judgeTwin(text, other, nodeEngine)).signedByLog).toBe(false);
    const altered = text.replace('\n1\n', '\n2\n');
    expect((await judgeTwin(altered, twin.key, nodeEngine)).signedByLog).toBe(false);
    const moved = text.replaceAll(twin.key.name, `x${twin.key.name}`);
    expect((await judgeTwin(moved, twin.key, nodeEngine)).signedByLog).toBe(false);
    await expect(
      parseTwinVkey(printTwinVkey(twin.key).replace('+', '+0'), nodeEngine),
    ).rejects.toThrow('twin.vkey_malformed');
  });
});

describe('what others remember', () => {
  test('a voter that was down at start and knows a longer log cosigns nothing when it is back', async () => {
    const world = await TestWorld.open(crypto);
    const notary = world.witness('notary');
    const others = [...world.witnesses.values()].filter((witness) => witness !== notary);
    const sequencer = world.sequencer();
    await record(world, 'case-1', 2);
    await settle(world, sequencer);
    const restore = world.log.backUp();
    for (const witness of others) witness.down = true;
    await record(world, 'case-1', 3);
    await settle(world, sequencer);
    restore();
    // What the others never saw is gone, as after a failover to a copy that was behind.
    world.log.rows.length = 2;
    Object.assign(world, { heads: new MemoryHeads(), tiles: new MemoryTiles(world.fuse) });
    for (const witness of others) witness.down = false;
    notary.down = true;
    world.clock.turn(60_000);
    const again = world.sequencer();
    await again.start(world.log);
    notary.down = false;
    world.clock.turn(60_000);
    await record(world, 'case-2', 1);
    await settle(world, again);
    expect(notary.memory.kept.map(({ size }) => size)).toEqual([2, 5]);
    expect(world.log.alarms.get('witness_opposed.notary')).toBe('notary is at 5');
  });

  test('a log convicted of misbehaviour signs nothing more, neither now nor after a start', async () => {
    const world = await TestWorld.open(crypto);
    let proof: string | undefined;
    const sequencer = world.sequencer({ conviction: async () => proof });
    await sequencer.start(world.log);
    await record(world, 'case-1', 1);
    await settle(world, sequencer);
    proof = 'two roots for 1';
    await record(world, 'case-1', 1);
    await expect(settle(world, sequencer)).rejects.toThrow('evidence.convicted');
    expect(parseCheckpoint(world.tiles.checkpoint).size).toBe(1);
    await expect(sequencer.start(world.log)).rejects.toThrow('evidence.convicted');
  });
});

test('a tree grown in any pieces has the same tiles and the same root', () => {
  const leaves = leafRow(entries(0, 1_000), treeHash);
  const whole = grow(emptyTree(treeHash), leaves, treeHash);
  let tree = emptyTree(treeHash);
  const pieces: Uint8Array[] = [];
  for (let at = 0, step = 1; at < 1_000; at += step, step = (step * 7) % 300) {
    const grown = grow(tree, leaves.slice(at * hashBytes, (at + step) * hashBytes), treeHash);
    tree = grown.tree;
    for (const [height, { row }] of grown.gained.entries()) {
      pieces[height] = concat(pieces[height] ?? new Uint8Array(), row);
    }
  }
  expect(tree).toEqual(whole.tree);
  expect(pieces).toEqual(whole.gained.map(({ row }) => row));
  const full = folded(leaves.slice(0, 256 * hashBytes), treeHash);
  expect(pieces[1]?.slice(0, hashBytes)).toEqual(full);
});

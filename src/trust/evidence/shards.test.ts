import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { treeHash } from '#adapters/tiles';
import { utf8 } from '#base/bytes';
import { type Instant, instantFromMs } from '#base/clock';
import {
  judgeClosing,
  nextOrigin,
  openingFlaw,
  parseClosing,
  parseOpening,
  printClosing,
  printOpening,
  shardEndsAt,
  shardName,
  shardOfOrigin,
  shardOrigin,
} from '#formats/shard';
import { nodesFromTiles } from '#formats/tiles';
import { inclusionProof, parseCheckpoint, printLogProof, printVkey } from '#formats/tlog';
import { Intake } from './intake.ts';
import type { ShardCrossing } from './sequencer.ts';
import { TestWorld } from './test-log.ts';
import { origin } from './test-memory.ts';
import { record, settle } from './test-story.ts';

const newSigner = () => softSigner(generateSoftKey('ed25519'));
const crypto = { engine: nodeEngine, hash: treeHash, newSigner };
const at = (text: string): Instant => instantFromMs(Date.parse(text));

test('the half-year follows from China’s clock alone', () => {
  expect(shardName(at('2026-06-30T15:59:59.999Z'))).toBe('2026h1');
  expect(shardName(at('2026-06-30T16:00:00.000Z'))).toBe('2026h2');
  expect(shardName(at('2026-12-31T16:00:00.000Z'))).toBe('2027h1');
  expect(shardOrigin('log.test/bank', '2026h2')).toBe('log.test/bank/2026h2');
  expect(shardOfOrigin('log.test/bank/2026h2')).toBe('2026h2');
  expect(shardOfOrigin('log.test/bank/2026')).toBeUndefined();
  expect(shardEndsAt('2026h1')).toBe(at('2026-06-30T16:00:00.000Z'));
  expect(shardEndsAt('2026h2')).toBe(at('2026-12-31T16:00:00.000Z'));
});

test('both leaves have one spelling', () => {
  const next = 'log.test/2026h2+0a1b2c3d+AQID';
  for (const nextTwin of [undefined, 'log.test/2026h2-sm3+0a1b2c3d+/2Z1']) {
    const closing = { origin: 'log.test/2026h1', next, nextTwin };
    expect(parseClosing(printClosing(closing))).toEqual(closing);
    expect(nextOrigin(closing)).toBe('log.test/2026h2');
  }
  const root = new Uint8Array(32).fill(3);
  const before = { origin: 'log.test/2026h1', size: 7, root, twinRoot: undefined };
  const opening = { origin: 'log.test/2026h2', before };
  expect(parseOpening(printOpening(opening))).toEqual(opening);
  const both = { ...opening, before: { ...before, twinRoot: root } };
  expect(parseOpening(printOpening(both))).toEqual(both);
  const leaf = printOpening(opening);
  for (const wrong of [
    leaf.slice(0, -1),
    utf8(''),
    printClosing({ origin: 'a', next, nextTwin: undefined }),
    utf8('x\ny\nz\n'),
  ]) {
    expect(() => parseOpening(wrong)).toThrow('shard.malformed');
  }
});

async function proofOf(world: TestWorld, index: number, leaf?: Uint8Array) {
  const checkpoint = world.tiles.checkpoint;
  const { size } = parseCheckpoint(checkpoint);
  const nodes = nodesFromTiles(size, (path) => world.tiles.read(path), nodeEngine);
  const hashes = await inclusionProof({ index, size }, nodes, nodeEngine);
  const [bytes = utf8('')] = await world.log.entries(index, index + 1);
  return { leaf: leaf ?? bytes, proof: printLogProof({ index, hashes, checkpoint }) };
}

const origins = { before: origin, after: `${origin}/2027h1` };

/** A shard with four entries that was closed, and the next one, opened on it. */
async function twoShards() {
  const before = await TestWorld.open(crypto);
  const after = await TestWorld.open(crypto, origins.after);
  const intake = new Intake();
  let due = false;
  const closing = printClosing({ origin, next: printVkey(after.logKey), nextTwin: undefined });
  const followed: number[] = [];
  const first = before.sequencer({
    intake,
    shard: {
      base: 0,
      opening: undefined,
      isDue: () => due,
      closing: async () => closing,
      cross: async (_log, { size }) => void followed.push(size),
    },
  });
  await first.start(before.log);
  await record(before, 'case-1', 4);
  await settle(before, first);
  due = true;
  await record(before, 'case-1', 1);
  const late = intake.bring([utf8('late')]).catch((thrown: unknown) => String(thrown));
  await settle(before, first);
  await record(before, 'case-1', 1);
  await settle(before, first);
  const { size, root } = parseCheckpoint(before.tiles.checkpoint);
  const head = { origin, size, root, twinRoot: undefined };
  const opening = printOpening({ origin: origins.after, before: head });
  const second = after.sequencer({ shard: goesOn(opening, size) });
  await second.start(after.log);
  await record(after, 'case-2', 2);
  await settle(after, second);
  return { before, after, late: await late, size, followed };
}

function goesOn(opening: Uint8Array, base: number): ShardCrossing {
  const isDue = () => false;
  const nothing = async () => undefined;
  return { base, opening, isDue, closing: async () => opening, cross: nothing };
}

describe('from one shard to the next', () => {
  test('what was recorded before the border stands before the last leaf, and nothing behind it', async () => {
    const { before, after, late, size } = await twoShards();
    // Five entries and the closing leaf; the sixth entry came behind it and waits.
    expect(size).toBe(6);
    expect(late).toContain('evidence.intake_closed');
    expect(before.log.rows.filter(({ index }) => index === undefined)).toHaveLength(1);
    const again = before.sequencer();
    await settle(before, again);
    expect(parseCheckpoint(before.tiles.checkpoint).size).toBe(6);
    expect(parseCheckpoint(after.tiles.checkpoint).size).toBe(3);
    expect(after.log.rows.map(({ index }) => index)).toEqual([1, 2]);
  });

  test('a closing leaf that somebody lays among the rows of entries is not placed', async () => {
    const world = await TestWorld.open(crypto);
    const sequencer = world.sequencer();
    await sequencer.start(world.log);
    await record(world, 'case-1', 2);
    const [row] = world.log.rows.slice(-1);
    if (row === undefined) throw new Error('a row');
    const bytes = printClosing({ origin, next: printVkey(world.logKey), nextTwin: undefined });
    world.log.rows.push({ ...row, arrival: row.arrival + 1n, bytes });
    await expect(settle(world, sequencer)).rejects.toThrow('evidence.intake_malformed');
    expect(await world.log.head()).toBeUndefined();
  });

  test('a run ends with the crossing, and not before a quorum has seen the last leaf', async () => {
    const { before } = await twoShards();
    const crossed: number[] = [];
    const ends = goesOn(utf8(''), 0);
    const cross: ShardCrossing['cross'] = async (_log, { size }) => void crossed.push(size);
    for (const [isDown, sizes] of [
      [true, []],
      [false, [6]],
    ] as const) {
      const world = await twoShards().then((made) => made.before);
      if (isDown) for (const draft of world.log.drafts.values()) draft.level = 'L1';
      for (const { key } of world.witnesses.values()) world.witness(key.name).down = isDown;
      crossed.length = 0;
      const stop = new AbortController();
      const running = world.sequencer({ shard: { ...ends, cross } }).run(stop.signal);
      await Promise.race([running, new Promise((resume) => setTimeout(resume, 150))]);
      stop.abort();
      await running.catch(() => undefined);
      expect(crossed).toEqual(sizes);
    }
    expect(before.log.followed).toBeUndefined();
  });

  test('a verifier follows the link, and sees every way in which it could be forged', async () => {
    const { before, after } = await twoShards();
    const closing = await proofOf(before, 5);
    const opening = await proofOf(after, 0);
    const keys = { log: before.logKey, witnesses: [] };
    const closed = await judgeClosing(closing, keys, nodeEngine);
    if (typeof closed === 'string') throw new Error(closed);
    expect(closed.next).toEqual(after.logKey);
    const judge = (leaf: typeof opening) => openingFlaw(leaf, closed, nodeEngine);
    expect(await judge(opening)).toBeUndefined();
    const close = (leaf: typeof closing, log = before.logKey) =>
      judgeClosing(leaf, { log, witnesses: [] }, nodeEngine);
    expect(await close(closing, after.logKey)).toBe('not_signed');
    expect(await close(await proofOf(before, 4))).toBe('leaf_malformed');
    expect(await close(await proofOf(before, 4, closing.leaf))).toBe('not_in_log');
    const stolen = printClosing({ origin, next: printVkey(before.logKey), nextTwin: undefined });
    expect(await close({ ...closing, leaf: stolen })).toBe('not_in_log');
    expect(await judge(await proofOf(after, 1, opening.leaf))).toBe('not_in_log');
    const head = { origin, size: 4, root: new Uint8Array(32), twinRoot: undefined };
    const short = printOpening({ origin: origins.after, before: head });
    expect(await judge(await proofOf(after, 0, short))).toBe('not_in_log');
    // Another log of the right name: not the key that the closing leaf names.
    const other = await TestWorld.open(crypto, origins.after);
    await settle(other, other.sequencer({ shard: goesOn(opening.leaf, 6) }));
    expect(await judge(await proofOf(other, 0))).toBe('not_signed');
    // The right key over a history that begins with another head.
    const forked = await TestWorld.open(crypto, origins.after, after);
    await settle(forked, forked.sequencer({ shard: goesOn(short, 6) }));
    expect(await judge(await proofOf(forked, 0))).toBe('other_head');
  });
});

import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { treeHash } from '#adapters/tiles';
import { utf8 } from '#base/bytes';
import { type Instant, instantFromMs } from '#base/clock';
import {
  judgeShardLink,
  parseClosing,
  parseOpening,
  printClosing,
  printOpening,
  shardName,
  shardOrigin,
} from '#formats/shard';
import { nodesFromTiles } from '#formats/tiles';
import { inclusionProof, parseCheckpoint, printLogProof } from '#formats/tlog';
import { Intake } from './intake.ts';
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
});

test('both leaves have one spelling', () => {
  const closing = { origin: 'log.test/2026h1', next: 'log.test/2026h2' };
  expect(parseClosing(printClosing(closing))).toEqual(closing);
  const before = { origin: 'log.test/2026h1', size: 7, root: new Uint8Array(32).fill(3) };
  const opening = { origin: 'log.test/2026h2', before };
  expect(parseOpening(printOpening(opening))).toEqual(opening);
  const leaf = printOpening(opening);
  for (const wrong of [leaf.slice(0, -1), utf8(''), printClosing(closing), utf8('x\ny\nz\n')]) {
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

/** A shard with four entries that was closed, and the next one, opened on it. */
async function twoShards() {
  const before = await TestWorld.open(crypto);
  const intake = new Intake();
  let due = false;
  const closing = printClosing({ origin, next: origin });
  const ends = { opening: undefined, closing: () => (due ? closing : undefined) };
  const first = before.sequencer({ intake, shard: ends });
  await first.start(before.log);
  await record(before, 'case-1', 4);
  await settle(before, first);
  due = true;
  await record(before, 'case-1', 1);
  const late = intake.bring([utf8('late')]).catch((thrown: unknown) => String(thrown));
  await settle(before, first);
  const { size, root } = parseCheckpoint(before.tiles.checkpoint);
  const after = await TestWorld.open(crypto);
  const opening = printOpening({ origin, before: { origin, size, root } });
  const second = after.sequencer({ shard: { opening, closing: () => undefined } });
  await second.start(after.log);
  await record(after, 'case-2', 2);
  await settle(after, second);
  return { before, after, late: await late, first, size };
}

describe('from one shard to the next', () => {
  test('after its last leaf a log takes nothing more, also after a start; the next begins with the link', async () => {
    const { before, after, late, size } = await twoShards();
    expect(size).toBe(5);
    expect(late).toContain('evidence.intake_closed');
    expect(before.log.rows.filter(({ index }) => index === undefined)).toHaveLength(1);
    const again = before.sequencer();
    await settle(before, again);
    expect(parseCheckpoint(before.tiles.checkpoint).size).toBe(5);
    expect(parseCheckpoint(after.tiles.checkpoint).size).toBe(3);
    expect(after.log.rows.map(({ index }) => index)).toEqual([1, 2]);
  });

  test('a verifier follows the link, and sees every way in which it could be forged', async () => {
    const { before, after } = await twoShards();
    const keys = { before: before.logKey, after: after.logKey };
    const closing = await proofOf(before, 4);
    const opening = await proofOf(after, 0);
    const judge = (link: Partial<{ closing: typeof closing; opening: typeof opening }>) =>
      judgeShardLink({ closing, opening, ...link }, keys, nodeEngine);
    expect(await judge({})).toBeUndefined();
    const swapped = { before: keys.after, after: keys.before };
    expect(await judgeShardLink({ closing, opening }, swapped, nodeEngine)).toBe('not_signed');
    expect(await judge({ closing: await proofOf(before, 3) })).toBe('leaf_malformed');
    expect(await judge({ closing: await proofOf(before, 3, closing.leaf) })).toBe('not_in_log');
    expect(await judge({ opening: await proofOf(after, 1, opening.leaf) })).toBe('not_in_log');
    const short = { origin, before: { origin, size: 4, root: new Uint8Array(32) } };
    expect(await judge({ opening: await proofOf(after, 0, printOpening(short)) })).toBe(
      'not_in_log',
    );
    const other = await TestWorld.open(crypto);
    const shard = { opening: printOpening(short), closing: () => undefined };
    const forked = other.sequencer({ shard });
    await settle(other, forked);
    const link = { closing, opening: await proofOf(other, 0) };
    const forkedKeys = { ...keys, after: other.logKey };
    expect(await judgeShardLink(link, forkedKeys, nodeEngine)).toBe('other_head');
  });
});

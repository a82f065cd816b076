import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { treeHash } from '#adapters/tiles';
import { toBase64 } from '#base/bytes';
import { atLeast, judgeCheckpoint, parseCheckpoint } from '#formats/tlog';
import { sequencerSteps } from './sequencer.ts';
import { noteOf } from './signing-round.ts';
import { TestWorld, testUnit } from './test-log.ts';
import { check, record, settle } from './test-story.ts';

const crypto = {
  engine: nodeEngine,
  hash: treeHash,
  newSigner: () => softSigner(generateSoftKey('ed25519')),
};

describe('the ceremony', () => {
  test('entries are placed, signed, cosigned by all and published; fsck finds it sound', async () => {
    const world = await TestWorld.open(crypto);
    const sequencer = world.sequencer();
    await sequencer.start(world.log);
    await record(world, 'case-1', 5);
    await settle(world, sequencer);
    await record(world, 'case-2', 300);
    await settle(world, sequencer);
    const keys = { log: world.logKey, witnesses: [...world.witnesses.values()].map((w) => w.key) };
    const judged = await judgeCheckpoint(world.tiles.checkpoint, keys, nodeEngine);
    expect(judged.checkpoint.size).toBe(305);
    expect(judged.signedByLog).toBe(true);
    expect(judged.cosigners).toHaveLength(6);
    expect(await world.evidence().caseHasLevel(testUnit, 'case-1', 'L2')).toBe(true);
    expect(await check(world)).toMatchObject({ is: 'sound', entries: 305, cases: 2, flaws: [] });
    expect(new Set(world.steps)).toEqual(new Set(sequencerSteps));
  });

  // With 250 entries the batch fills a tile; there every 13th call has to do.
  test.each([
    { entries: 3, stride: 1 },
    { entries: 250, stride: 13 },
  ])(
    'killed at any call after $entries entries, it is finished: never two roots',
    async (life) => {
      const kills = await countCalls(life.entries);
      expect(kills).toBeGreaterThan(35);
      for (let kill = 0; kill < kills; kill += life.stride) {
        const world = await TestWorld.open(crypto);
        await oneLife(world, { ...life, kill });
        world.fuse.blowsAt = -1;
        await finishAndCheck(world, kill);
      }
    },
    60_000,
  );
});

async function finishAndCheck(world: TestWorld, kill: number): Promise<void> {
  const again = world.sequencer();
  await again.start(world.log);
  await settle(world, again);
  await record(world, 'case-3', 1);
  await settle(world, again);
  const report = await check(world);
  expect(report.flaws, `kill ${kill}`).toEqual([]);
  expect(report.entries).toBe(world.log.rows.length);
  const heads = [...world.witnesses.values()].flatMap(({ memory }) => memory.kept);
  const roots = new Map(heads.map(({ size, root }) => [`${size} ${toBase64(root)}`, size]));
  expect(new Set(roots.values()).size, 'one root for each size').toBe(roots.size);
  expect(parseCheckpoint(world.tiles.checkpoint).size).toBe(world.log.rows.length);
  expect(await world.evidence().caseHasLevel(testUnit, 'case-3', 'L2')).toBe(true);
}

/** Two batches of work in a process that is killed at its n-th call of the second, or not (-1). */
async function oneLife(world: TestWorld, life: { entries: number; kill: number }): Promise<void> {
  await record(world, 'case-1', life.entries);
  const sequencer = world.sequencer();
  await sequencer.start(world.log);
  await settle(world, sequencer);
  await record(world, 'case-1', 2);
  await record(world, 'case-2', 7);
  world.fuse.uses = 0;
  world.fuse.blowsAt = life.kill;
  try {
    await settle(world, sequencer);
  } catch (thrown) {
    if (!(thrown instanceof Error) || thrown.message !== 'killed') throw thrown;
  }
}

async function countCalls(entries: number): Promise<number> {
  const world = await TestWorld.open(crypto);
  await oneLife(world, { entries, kill: -1 });
  return world.fuse.uses;
}

describe('witnesses', () => {
  test('one voter down: the level is still L2, and it is caught up when it comes back', async () => {
    const world = await TestWorld.open(crypto);
    const sequencer = world.sequencer();
    await sequencer.start(world.log);
    world.witness('notary').down = true;
    await record(world, 'case-1', 4);
    await settle(world, sequencer);
    expect(await world.evidence().caseHasLevel(testUnit, 'case-1', 'L2')).toBe(true);
    await record(world, 'case-1', 4);
    await settle(world, sequencer);
    world.witness('notary').down = false;
    world.clock.turn(60_000);
    await settle(world, sequencer);
    expect(world.witness('notary').memory.kept.at(-1)?.size).toBe(8);
    expect(world.tiles.checkpoint).toContain('— notary ');
  });

  test('sentinel down: the level stays L0 and an alarm stands until it is back', async () => {
    const world = await TestWorld.open(crypto);
    const sequencer = world.sequencer();
    await sequencer.start(world.log);
    world.witness('sentinel').down = true;
    await record(world, 'case-1', 1);
    await settle(world, sequencer);
    expect(await world.evidence().caseHasLevel(testUnit, 'case-1', 'L1')).toBe(false);
    expect(world.log.alarms.has('sentinel_absent')).toBe(true);
    world.witness('sentinel').down = false;
    world.clock.turn(60_000);
    await settle(world, sequencer);
    expect(await world.evidence().caseHasLevel(testUnit, 'case-1', 'L2')).toBe(true);
    expect(world.log.alarms.has('sentinel_absent')).toBe(false);
  });

  test('two voters down: L1, and the quorum is missed in an alarm', async () => {
    const world = await TestWorld.open(crypto);
    const sequencer = world.sequencer();
    await sequencer.start(world.log);
    world.witness('court').down = true;
    world.witness('notary').down = true;
    await record(world, 'case-1', 1);
    await settle(world, sequencer);
    expect([...world.log.drafts.values()].at(-1)?.level).toBe('L1');
    expect(world.log.alarms.get('quorum_missing')).toBe('2 of 3');
    expect(atLeast('L1', 'L2')).toBe(false);
  });
});

describe('a log that was set back', () => {
  test('a database restored from an old back-up does not start, by its own journal', async () => {
    const world = await TestWorld.open(crypto);
    const sequencer = world.sequencer();
    await record(world, 'case-1', 2);
    await settle(world, sequencer);
    const restore = world.log.backUp();
    await record(world, 'case-1', 3);
    await settle(world, sequencer);
    restore();
    for (const witness of world.witnesses.values()) witness.down = true;
    await expect(world.sequencer().start(world.log)).rejects.toThrow('evidence.rolled_back');
  });

  test('started before its sentinel, a sequencer waits with an alarm and then works', async () => {
    const world = await TestWorld.open(crypto);
    await record(world, 'case-1', 1);
    world.witness('sentinel').down = true;
    const stop = new AbortController();
    const running = world.sequencer().run(stop.signal);
    while (!world.log.alarms.has('start_unproved')) await new Promise(setImmediate);
    expect(world.log.rows[0]?.index).toBeUndefined();
    world.witness('sentinel').down = false;
    const evidence = world.evidence();
    while (!(await evidence.caseHasLevel(testUnit, 'case-1', 'L2')))
      await new Promise(setImmediate);
    stop.abort();
    await running;
    expect(world.log.alarms.has('start_unproved')).toBe(false);
  });

  test('with the journal lost too, the sentinel refuses; a silent one is tried again', async () => {
    const world = await TestWorld.open(crypto);
    const sequencer = world.sequencer();
    await record(world, 'case-1', 2);
    await settle(world, sequencer);
    const restore = world.log.backUp();
    await record(world, 'case-1', 3);
    await settle(world, sequencer);
    restore();
    Object.assign(world, { heads: (await TestWorld.open(crypto)).heads });
    await expect(world.sequencer().start(world.log)).rejects.toThrow('evidence.rolled_back');
    world.witness('sentinel').down = true;
    await expect(world.sequencer().start(world.log)).rejects.toMatchObject({
      code: 'evidence.start_unproved',
      retryable: true,
    });
  });

  test('a flipped bit in a file stops the log before it signs', async () => {
    const world = await TestWorld.open(crypto);
    const sequencer = world.sequencer();
    await record(world, 'case-1', 2);
    await settle(world, sequencer);
    await record(world, 'case-1', 1);
    const writes = world.tiles.write.bind(world.tiles);
    world.tiles.write = async (path, bytes) => {
      const damaged = Uint8Array.from(bytes);
      damaged[40] = (damaged[40] ?? 0) ^ 1;
      await writes(path, path.startsWith('tile/0/') ? damaged : bytes);
    };
    await expect(sequencer.step(world.log)).rejects.toThrow('evidence.tile_differs');
    expect([...world.log.drafts.values()].at(-1)?.lines.size).toBe(0);
    const draft = await world.log.newestSigned();
    expect(draft && noteOf(draft)).toBe(world.tiles.checkpoint);
  });
});

import { expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { treeHash } from '#adapters/tiles';
import { alarmsOf, heartbeatMs, silentSecondsMax } from './heartbeat.ts';
import { TestWorld, testUnit } from './test-log.ts';

const crypto = {
  engine: nodeEngine,
  hash: treeHash,
  newSigner: () => softSigner(generateSoftKey('ed25519')),
};

/** What somebody would be told who asks at the world's own time. */
async function told(world: TestWorld): Promise<readonly string[]> {
  const board = {
    standing: async () => [...world.log.alarms].map(([code, detail]) => ({ code, detail })),
    heartbeats: async () => [...world.log.beats].map(([part, at]) => ({ part, at })),
  };
  return (await alarmsOf(testUnit, board, world.clock.now())).map(({ code }) => code);
}

test('a log that lives is heard of; one that has died is an alarm after the limit, by its silence', async () => {
  const world = await TestWorld.open(crypto);
  expect(await told(world)).toEqual(['sequencer_silent', 'sentinel_silent']);
  const sequencer = world.sequencer();
  for (let beats = 0; beats < 10; beats += 1) {
    await sequencer.beat(world.log);
    world.clock.turn(heartbeatMs);
    expect(await told(world)).toEqual([]);
  }
  world.clock.turn(silentSecondsMax * 1_000 - heartbeatMs);
  expect(await told(world)).toEqual([]);
  world.clock.turn(1_000);
  expect(await told(world)).toEqual(['sequencer_silent', 'sentinel_silent']);
});

test('a sentinel that has died is an alarm though nothing happens in the log, and ends when it is back', async () => {
  const world = await TestWorld.open(crypto);
  const sequencer = world.sequencer();
  world.witness('sentinel').down = true;
  for (let beats = 0; beats < 10; beats += 1) {
    await sequencer.beat(world.log);
    world.clock.turn(heartbeatMs);
  }
  expect(await told(world)).toEqual(['sentinel_silent']);
  world.witness('sentinel').down = false;
  world.clock.turn(30_000);
  await sequencer.beat(world.log);
  expect(await told(world)).toEqual([]);
});

test('signs of life are few: many rounds in between write none', async () => {
  const world = await TestWorld.open(crypto);
  const sequencer = world.sequencer();
  await sequencer.beat(world.log);
  const uses = world.fuse.uses;
  for (let rounds = 0; rounds < 100; rounds += 1) await sequencer.beat(world.log);
  expect(world.fuse.uses).toBe(uses);
});

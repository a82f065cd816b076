/**
 * Witnesses that lie, are slow or are dead, before the real sequencer: none of them makes the log
 * say more than it has, and none but the sentinel can stop it.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { treeHash } from '#adapters/tiles';
import { Fault } from '#base/fault';
import { cosign, judgeCheckpoint, noteKey, parseCheckpoint, printHead } from '#formats/tlog';
import type { WitnessReply, WitnessRequest } from '#formats/witness';
import { TestWorld } from './test-log.ts';
import { record, settle } from './test-story.ts';

const newSigner = () => softSigner(generateSoftKey('ed25519'));
const crypto = { engine: nodeEngine, hash: treeHash, newSigner };

let world: TestWorld;
beforeEach(async () => {
  world = await TestWorld.open(crypto);
});

type Answers = (request: WitnessRequest) => Promise<WitnessReply>;
const turned = (name: string, answers: Answers): void =>
  void Object.assign(world.witness(name), { addCheckpoint: answers });

/** Starts with honest witnesses, turns some, and lets one more entry through. */
async function afterTurning(turn: () => void): Promise<{ level: string; alarms: string[] }> {
  const sequencer = world.sequencer();
  await sequencer.start(world.log);
  await record(world, 'case-1', 2);
  await settle(world, sequencer);
  turn();
  await record(world, 'case-1', 1);
  await settle(world, sequencer);
  const newest = await world.log.newest();
  return { level: newest?.level ?? 'none', alarms: [...world.log.alarms.keys()].toSorted() };
}

/** Who cosigned the checkpoint that readers get, as a stranger judges it. */
async function cosigners(): Promise<string[]> {
  const witnesses = [...world.witnesses.values()].map(({ key }) => key);
  const keys = { log: world.logKey, witnesses };
  const judged = await judgeCheckpoint(world.tiles.checkpoint, keys, nodeEngine);
  expect(judged.broken).toEqual([]);
  return judged.cosigners.map(({ name }) => name).toSorted();
}

describe('a witness that lies', () => {
  const thief = newSigner();
  const signed =
    (change: (text: string) => string): Answers =>
    async ({ checkpoint }) => {
      const { name } = world.witness('court').key;
      const kind = 'cosignature' as const;
      const key = await noteKey({ name, kind, publicKey: thief.publicKey }, nodeEngine);
      const { text } = parseCheckpoint(checkpoint).note;
      const line = await cosign({ text: change(text), atSeconds: 5 }, key, thief);
      return { is: 'cosigned', signatures: [{ ...line, keyId: world.witness('court').key.id }] };
    };
  const lies: Readonly<Record<string, Answers>> = {
    'signs with another key': signed((text) => text),
    'signs another tree': signed(() =>
      printHead({ origin: world.logKey.name, size: 9, root: new Uint8Array(32) }),
    ),
    'answers a signature of nobody': async () => ({ is: 'cosigned', signatures: [] }),
    'says the log is not consistent': async () => ({ is: 'refused', because: 'inconsistent' }),
    'says it has seen a longer log': async () => ({ is: 'conflict', size: 1_000_000 }),
    'says it is behind for ever': async ({ oldSize }) => ({
      is: 'conflict',
      size: oldSize === 0 ? 1 : oldSize - 1,
    }),
    'answers rubbish': async () => {
      throw new Fault('witness.reply_malformed');
    },
  };

  test.each(Object.entries(lies))(
    '%s: its vote is missing, the others carry L2',
    async (_what, lie) => {
      const { level } = await afterTurning(() => turned('court', lie));
      expect(level).toBe('L2');
      expect(await cosigners()).toEqual([
        'arbitration',
        'notary',
        'peer-bank',
        'regulator',
        'sentinel',
      ]);
    },
  );

  test('two of them leave L1 and an alarm, and the log goes on', async () => {
    const lie: Answers = async () => ({ is: 'refused', because: 'inconsistent' });
    const { level, alarms } = await afterTurning(() => {
      turned('court', lie);
      turned('notary', lie);
    });
    expect(level).toBe('L1');
    expect(alarms).toEqual(['quorum_missing', 'witness_opposed.court', 'witness_opposed.notary']);
    expect(parseCheckpoint(world.tiles.checkpoint).size).toBe(3);
  });

  test('the sentinel that contradicts stops the log: it is its own memory', async () => {
    const stops = afterTurning(() =>
      turned('sentinel', async () => ({ is: 'refused', because: 'inconsistent' })),
    );
    await expect(stops).rejects.toThrow('evidence.forked');
    expect(world.log.alarms.has('forked')).toBe(true);
    expect(parseCheckpoint(world.tiles.checkpoint).size).toBe(2);
  });
});

describe('a witness that was voted out', () => {
  test('takes its alarms with it when the log is next taken up; others keep theirs', async () => {
    const { alarms } = await afterTurning(() =>
      turned('court', async () => ({ is: 'refused', because: 'inconsistent' })),
    );
    expect(alarms).toEqual(['witness_opposed.court']);
    world.log.alarms.set('witness_opposed.court-once', 'its tree is not a continuation');
    world.log.alarms.set('witness_clock.voted-out', '60 minutes ahead of this computer');
    world.log.alarms.set('quorum_missing', '2 of 3');
    await record(world, 'case-1', 1);
    await settle(world, world.sequencer());
    expect([...world.log.alarms.keys()]).toEqual(['witness_opposed.court']);
  });
});

describe('a witness that is slow or dead', () => {
  test('costs its deadline once and is then left alone; L2 comes without it', async () => {
    let asked = 0;
    const { level, alarms } = await afterTurning(() =>
      turned('court', async () => {
        asked += 1;
        throw new Fault('wire.unreachable', {}, { retryable: true });
      }),
    );
    await record(world, 'case-1', 1);
    expect([level, alarms, asked]).toEqual(['L2', [], 1]);
  });
});

describe('a witness whose clock is not ours', () => {
  test('counts, and an alarm says how far it is off, until it is off no more', async () => {
    const sentinel = { ...world.witness('sentinel') };
    const honest: Answers = (request) => sentinel.addCheckpoint(request);
    const hourMs = 3_600_000;
    const { level, alarms } = await afterTurning(() =>
      turned('sentinel', async (request) => {
        world.clock.turn(hourMs);
        const reply = await honest(request);
        world.clock.turn(-hourMs);
        return reply;
      }),
    );
    expect([level, alarms]).toEqual(['L2', ['witness_clock.sentinel']]);
    const said = () => world.log.alarms.get('witness_clock.sentinel');
    expect(said()).toBe('60 minutes ahead of this computer');
    turned('sentinel', honest);
    const again = async () => {
      await record(world, 'case-1', 1);
      await settle(world, world.sequencer());
    };
    world.clock.turn(hourMs / 2);
    await again();
    expect(said(), 'what an alarm says is kept up').toBe('30 minutes ahead of this computer');
    world.clock.turn(hourMs / 2);
    await again();
    expect([...world.log.alarms]).toEqual([]);
  });

  test('what a standing alarm says follows what is so', async () => {
    const sequencer = world.sequencer();
    await sequencer.start(world.log);
    for (const down of ['court', 'notary', 'arbitration'] as const) {
      world.witness(down).down = true;
      world.clock.turn(60_000);
      await record(world, 'case-1', 1);
      await settle(world, sequencer);
    }
    expect(world.log.alarms.get('quorum_missing')).toBe('1 of 3');
  });
});

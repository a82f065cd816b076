import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { treeHash } from '#adapters/tiles';
import { equal, fromUtf8, toHex, utf8 } from '#base/bytes';
import { type Instant, instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type { HashName } from '#formats/crypto';
import { DerReader, integer, octetString, parseDer, sequence, tag, utf8String } from '#formats/der';
import type { CheckStamp } from '#formats/ers';
import { judgeCheckpoint, levelUnder } from '#formats/tlog';
import {
  HeadStamps,
  Receipts,
  type ReceiptsParts,
  type StampedHead,
  type Stamper,
  type StampStore,
} from '#trust/receipt';
import { TestWorld, testUnit } from './test-log.ts';
import { record, settle } from './test-story.ts';

const newSigner = () => softSigner(generateSoftKey('ed25519'));
const crypto = { engine: nodeEngine, hash: treeHash, newSigner };
const voters = ['court', 'notary', 'arbitration', 'peer-bank'];
const hourMs = 3_600_000;

class MemoryStamps implements StampStore {
  readonly rows: StampedHead[] = [];

  async newest(): Promise<StampedHead | undefined> {
    return (await this.all()).at(-1);
  }

  async covering(_unit: Unit, index: number): Promise<StampedHead | undefined> {
    return (await this.all()).find(({ size }) => size > index);
  }

  async all(): Promise<readonly StampedHead[]> {
    const newest = new Map(this.rows.map((row) => [row.size, row]));
    return [...newest.values()].toSorted((a, b) => a.size - b.size);
  }

  async add(_unit: Unit, stamped: StampedHead): Promise<void> {
    this.rows.push(stamped);
  }
}

const checkStamp: CheckStamp = async (der, imprint) => {
  const [at, hash, digest] = new DerReader(parseDer(der), tag.sequence).rest();
  const own =
    at !== undefined &&
    fromUtf8(hash?.content ?? utf8('')) === imprint.hash &&
    equal(digest?.content ?? utf8(''), imprint.digest);
  if (!own) return { is: 'invalid', because: 'imprint' };
  return { is: 'valid', at: instantFromMs(Number(BigInt(`0x${toHex(at.content)}`))) };
};

async function open(
  fallen: Partial<Record<HashName, Instant>> = {},
  more: Pick<ReceiptsParts, 'anchored'> = {},
) {
  const world = await TestWorld.open(crypto);
  const store = new MemoryStamps();
  const { clock, log: entries, engine } = world;
  const stamper: Stamper = {
    stamp: async ({ hash, digest }) => {
      const time = clock.now();
      const der = sequence(integer(BigInt(time)), utf8String(hash), octetString(digest));
      return { der, time };
    },
  };
  const units = { run: <T>(_of: unknown, action: (unit: Unit) => Promise<T>) => action(testUnit) };
  const stamps = new HeadStamps({ units, entries, store, stamper, engine, clock });
  const keys = { log: world.logKey, witnesses: [...world.witnesses.values()].map((w) => w.key) };
  const receipts = new Receipts({
    entries,
    stamps: store,
    judge: async (note) => {
      const { signedByLog, cosigners } = await judgeCheckpoint(note, keys, engine);
      return signedByLog
        ? levelUnder({ sentinel: 'sentinel', voters, quorum: 3 }, cosigners)
        : 'L0';
    },
    checkStamp,
    fallenSince: (hash) => fallen[hash],
    ...more,
    engine,
    clock,
  });
  const sequencer = world.sequencer();
  await sequencer.start(world.log);
  const last = async () => receipts.of(testUnit, world.log.rows.at(-1)?.hash ?? '');
  return { world, store, stamps, receipts, sequencer, last };
}

describe('a receipt says what is held and never more', () => {
  test('from durable to time-stamped, each level when it is there; no anchor is said in every one', async () => {
    const { world, stamps, sequencer, last } = await open();
    await record(world, 'case-1', 1);
    expect(await last()).toMatchObject({ level: 'L0', held: ['L0'], index: undefined });
    world.witness('court').down = true;
    world.witness('notary').down = true;
    await settle(world, sequencer);
    expect(await last()).toMatchObject({ level: 'L1', held: ['L0', 'L1'], index: 0 });
    world.witness('notary').down = false;
    world.clock.turn(60_000);
    await settle(world, sequencer);
    expect(await last()).toMatchObject({ level: 'L2', held: ['L0', 'L1', 'L2'] });
    await stamps.take(testUnit.tenant);
    const stamped = await last();
    expect(stamped).toMatchObject({ level: 'L2', held: ['L0', 'L1', 'L2', 'L4'] });
    expect(stamped.missing).toEqual([{ level: 'L3', why: 'no_anchor' }]);
    expect(stamped.stampedAt).toBe(world.clock.now());
  });

  test('with a contract in trust L3 is there when an anchor covers the entry, and said when not', async () => {
    let anchored: Uint8Array | undefined;
    const { world, stamps, sequencer, last } = await open({}, { anchored: async () => anchored });
    await record(world, 'case-1', 1);
    expect((await last()).missing).toContainEqual({ level: 'L3', why: 'not_placed' });
    await settle(world, sequencer);
    await stamps.take(testUnit.tenant);
    expect((await last()).missing).toEqual([{ level: 'L3', why: 'not_anchored' }]);
    anchored = utf8('the anchor file');
    expect(await last()).toMatchObject({ level: 'L4', missing: [], anchor: anchored });
  });

  test('asked for an entry’s stamp, a head that covers it is stamped once and kept', async () => {
    const { world, store, stamps, sequencer } = await open();
    const { tenant } = testUnit;
    await expect(stamps.cover(tenant, 0)).rejects.toThrow('evidence.level_not_reached');
    await record(world, 'case-1', 2);
    await settle(world, sequencer);
    expect(await stamps.cover(tenant, 1)).toMatchObject({ size: 2, version: 0 });
    await record(world, 'case-1', 1);
    await settle(world, sequencer);
    expect(await stamps.cover(tenant, 0)).toMatchObject({ size: 2 });
    expect(await stamps.cover(tenant, 2)).toMatchObject({ size: 3 });
    expect(store.rows.map(({ size }) => size)).toEqual([2, 3]);
  });

  test('a column that says more than the signatures do is not believed', async () => {
    const { world, sequencer, last } = await open();
    for (const name of voters) world.witness(name).down = true;
    await record(world, 'case-1', 1);
    await settle(world, sequencer);
    const [draft] = world.log.drafts.values();
    if (draft !== undefined) draft.level = 'L2';
    expect(await last()).toMatchObject({ level: 'L1' });
    draft?.lines.delete('sentinel');
    expect(await last()).toMatchObject({ level: 'L0', held: ['L0'] });
  });

  test('a stamp over another note, over another log or of a fallen hash is no L4', async () => {
    const { world, store, stamps, sequencer, last } = await open();
    await record(world, 'case-1', 1);
    await settle(world, sequencer);
    await stamps.take(testUnit.tenant);
    const [good] = store.rows;
    if (good === undefined) throw new Error('stamped');
    const because = async (altered: Partial<StampedHead>) => {
      store.rows[0] = { ...good, ...altered };
      return (await last()).missing.find(({ level }) => level === 'L4')?.why;
    };
    expect(await because({})).toBeUndefined();
    expect(await because({ note: good.note.replace('\n1\n', '\n9\n') })).toBe('stamp_invalid');
    expect(await because({ record: utf8('none') })).toBe('stamp_invalid');
    expect(await because({ note: 'no checkpoint' })).toBe('stamp_invalid');
    const weak = await open({ sha256: instantFromMs(0) });
    await record(weak.world, 'case-1', 1);
    await settle(weak.world, weak.sequencer);
    await weak.stamps.take(testUnit.tenant);
    expect((await weak.last()).missing).toContainEqual({ level: 'L4', why: 'stamp_invalid' });
  });
});

describe('trusted time over the heads', () => {
  test('once an hour, the newest witnessed head; nothing new, no stamp', async () => {
    const { world, store, stamps, sequencer } = await open();
    const { tenant } = testUnit;
    expect(await stamps.take(tenant)).toBeUndefined();
    await record(world, 'case-1', 2);
    await settle(world, sequencer);
    expect(await stamps.take(tenant)).toMatchObject({ size: 2, version: 0 });
    await record(world, 'case-1', 1);
    await settle(world, sequencer);
    expect(await stamps.take(tenant)).toBeUndefined();
    world.clock.turn(hourMs);
    expect(await stamps.take(tenant)).toMatchObject({ size: 3 });
    world.clock.turn(hourMs);
    expect(await stamps.take(tenant)).toBeUndefined();
    expect(store.rows.map(({ size }) => size)).toEqual([2, 3]);
  });

  test('carried on before SHA-256 falls, the stamp of today proves today; carried on later, nothing', async () => {
    const fallen: Partial<Record<HashName, Instant>> = {};
    const { world, stamps, sequencer, last } = await open(fallen);
    const { tenant } = testUnit;
    await record(world, 'case-1', 1);
    await settle(world, sequencer);
    const taken = await stamps.take(tenant);
    world.clock.turn(9 * 365 * 24 * hourMs);
    expect(await stamps.renew(tenant)).toBe(1);
    world.clock.turn(9 * 365 * 24 * hourMs);
    fallen.sha256 = instantFromMs(world.clock.now() + hourMs);
    const before = await last();
    expect([before.held.includes('L4'), before.stampedAt]).toEqual([true, taken?.at]);
    expect(await stamps.rehash(tenant, 'sm3')).toBe(1);
    world.clock.turn(2 * hourMs);
    expect((await last()).stampedAt).toBe(taken?.at);
    fallen.sm3 = world.clock.now();
    expect((await last()).missing).toContainEqual({ level: 'L4', why: 'stamp_invalid' });
  });
});

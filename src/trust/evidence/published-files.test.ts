/** Whoever looks after a log is told what its readers would not find, or would find different. */
import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { treeHash, twinTreeHash } from '#adapters/tiles';
import { type TwinKey, twinKey, twinOrigin } from '#formats/twin';
import type { FsckReport } from './audit.ts';
import { fsck } from './fsck.ts';
import type { SignedHead } from './ports.ts';
import { TestWorld, testUnit } from './test-log.ts';
import { Fuse, MemoryHeads, MemoryTiles } from './test-memory.ts';
import { auditOf, record, settle } from './test-story.ts';

const crypto = {
  engine: nodeEngine,
  hash: treeHash,
  newSigner: () => softSigner(generateSoftKey('ed25519')),
};

interface Shown {
  readonly world: TestWorld;
  readonly key: TwinKey;
  /** The twin's files. */
  readonly tiles: MemoryTiles;
  /** What the sequencer remembers to have signed of the twin. */
  readonly remembered: readonly SignedHead[];
}

async function grownWithTwin(): Promise<Shown> {
  const world = await TestWorld.open(crypto);
  const signer = softSigner(generateSoftKey('sm2'));
  const name = twinOrigin(world.logKey.name);
  const key = await twinKey({ name, publicKey: signer.publicKey }, nodeEngine);
  const tiles = new MemoryTiles(new Fuse());
  const heads = new MemoryHeads();
  const twin = { key, signer, hash: twinTreeHash, tiles, heads };
  const sequencer = world.sequencer({ twin });
  await sequencer.start(world.log);
  for (const count of [3, 2]) {
    await record(world, `case-${count}`, count);
    await settle(world, sequencer);
  }
  const last = await heads.last();
  return { world, key, tiles, remembered: last === undefined ? [] : [last] };
}

async function told(shown: Shown, nobodyPublished = false): Promise<string[]> {
  const { world, key, tiles, remembered } = shown;
  const read = (from: MemoryTiles) => (nobodyPublished ? undefined : from.read('checkpoint'));
  const twin = { key, tiles, published: await read(tiles), remembered };
  const published = await read(world.tiles);
  const shard = { base: 0, end: undefined };
  const report: FsckReport = await fsck({
    tenant: testUnit.tenant,
    audit: auditOf(world),
    shards: [{ shard, log: world.logKey, tiles: world.tiles, published, twin }],
    witnessKeys: [],
    keyOf: () => world.actor.publicKey,
    engine: nodeEngine,
  });
  return report.flaws.map(({ code, part }) => `${code} ${part}`);
}

describe('the files that readers are shown', () => {
  test('a twin that differs, or that another key signed, is named', async () => {
    const shown = await grownWithTwin();
    expect(await told(shown)).toEqual([]);
    const path = 'tile/0/000.p/5';
    const tile = shown.tiles.files.get(path) ?? new Uint8Array(0);
    shown.tiles.files.set(path, tile.with(40, (tile[40] ?? 0) ^ 1));
    expect(await told(shown)).toEqual([`tile_differs sm3/${path}`]);
    shown.tiles.files.set(path, tile);
    const { publicKey } = softSigner(generateSoftKey('sm2'));
    const key = await twinKey({ name: shown.key.name, publicKey }, nodeEngine);
    expect(await told({ ...shown, key })).toEqual(['checkpoint_signature_wrong sm3/checkpoint']);
    const honest = shown.tiles.checkpoint;
    await shown.tiles.publish(honest.replace('\n5\n', '\n4\n'));
    expect(await told(shown)).toContain('root_differs sm3/checkpoint');
    await shown.tiles.publish('not a checkpoint');
    expect(await told(shown)).toEqual(['checkpoint_signature_wrong sm3/checkpoint']);
  });

  test('what was signed of the twin alone is enough to see that its entries are others', async () => {
    const shown = await grownWithTwin();
    const [head] = shown.remembered;
    if (head === undefined) throw new Error('nothing was signed');
    const other = { size: 3, root: head.root };
    expect(await told({ ...shown, remembered: [other, head] })).toEqual([
      'root_differs sm3/ signed head 3',
    ]);
    const longer = { size: 6, root: head.root };
    expect(await told({ ...shown, remembered: [head, longer] })).toEqual([
      'root_differs sm3/ signed head 6',
    ]);
  });

  test('a folder that is gone is not sound: neither the checkpoint nor a bundle is there', async () => {
    const shown = await grownWithTwin();
    shown.world.tiles.files.delete('tile/entries/000.p/5');
    expect(await told(shown)).toEqual(['tile_differs tile/entries/000.p/5']);
    shown.world.tiles.files.clear();
    shown.tiles.files.clear();
    expect(await told(shown, true)).toEqual([
      'checkpoint_missing file checkpoint',
      'tile_differs tile/0/000.p/5',
      'tile_differs tile/entries/000.p/5',
      'checkpoint_missing sm3/checkpoint',
      'tile_differs sm3/tile/0/000.p/5',
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { treeHash } from '#adapters/tiles';
import { toBase64, utf8 } from '#base/bytes';
import { entryMessage, parseEntry, printEntry } from '#formats/entry';
import { parseCheckpoint, printSignatures, signNote } from '#formats/tlog';
import type { EntryDraft } from './evidence.ts';
import { fsck } from './fsck.ts';
import type { SignedHead } from './ports.ts';
import { policyCaseId } from './register.ts';
import type { RowClaims } from './row-claims.ts';
import { TestWorld, testUnit } from './test-log.ts';
import { auditOf, check, record, settle } from './test-story.ts';

const crypto = {
  engine: nodeEngine,
  hash: treeHash,
  newSigner: () => softSigner(generateSoftKey('ed25519')),
};

/** A log grown head by head, so that witnesses have kept several. */
async function grown(batches: readonly number[]): Promise<TestWorld> {
  const world = await TestWorld.open(crypto);
  const sequencer = world.sequencer();
  await sequencer.start(world.log);
  for (const [at, count] of batches.entries()) {
    await record(world, `case-${at}`, count);
    await settle(world, sequencer);
  }
  return world;
}

/** The operator alters one entry and signs it anew with the actor's own key. */
async function alter(world: TestWorld, index: number): Promise<void> {
  const row = world.log.rows.find((candidate) => candidate.index === index);
  if (row === undefined) throw new Error('no such entry');
  const entry = parseEntry(row.bytes);
  const altered = { ...entry, clock: 'ANOTHER_CLOCK' };
  const sig = toBase64(await world.actor.sign(entryMessage(altered)));
  Object.assign(row, { bytes: printEntry({ ...altered, sig }) });
}

describe('an entry altered in the database, signed anew', () => {
  test('from the heads of witnesses alone, size and first differing entry are named', async () => {
    const batches = [1, 1, 4, 1, 8, 3];
    for (const index of [0, 1, 6]) {
      const world = await grown(batches);
      await alter(world, index);
      const report = await check(world);
      expect(report.is).toBe('broken');
      for (const { name, differs } of report.witnesses) {
        expect(differs, name).toMatchObject({ first: index, last: index });
      }
    }
  });

  test('inside a batch it is narrowed to the range that the kept proofs leave', async () => {
    for (const index of [2, 3, 4, 5, 9, 12, 16]) {
      const world = await grown([1, 1, 4, 1, 8, 3]);
      await alter(world, index);
      const report = await check(world);
      const [seen] = report.witnesses;
      expect(seen?.differs?.first).toBeLessThanOrEqual(index);
      expect(seen?.differs?.last).toBeGreaterThanOrEqual(index);
      const { first = 0, last = 0 } = seen?.differs ?? {};
      expect(last - first).toBeLessThan(8);
    }
  });

  test('witnesses refuse to cosign what is built on it', async () => {
    const world = await grown([3, 2]);
    await alter(world, 1);
    // The thief remakes tree, head, files and journal, as one with all keys and disks would.
    const again = await TestWorld.open(crypto);
    for (const { bytes, caseId, seq, hash, type, subject, sealed } of world.log.rows) {
      await again.log.lockChains(testUnit, [{ caseId, freshTag: 'tag' }]);
      await again.log.append(testUnit, [{ bytes, caseId, seq, hash, type, subject, sealed }]);
    }
    const thief = Object.assign(world, { log: again.log, tiles: again.tiles, heads: again.heads });
    const sequencer = thief.sequencer();
    await expect(settle(thief, sequencer)).rejects.toThrow('evidence.forked');
    expect(thief.log.alarms.has('forked')).toBe(true);
    expect([...thief.log.drafts.values()].every(({ level }) => level === 'L0')).toBe(true);
  });
});

describe('other damage', () => {
  test('a forged signature, a dropped entry, a damaged file: each is named with its place', async () => {
    const world = await grown([3, 2]);
    expect((await check(world)).is).toBe('sound');
    const [row] = world.log.rows;
    const intact = row?.bytes ?? new Uint8Array(0);
    const entry = parseEntry(intact);
    Object.assign(row ?? {}, { bytes: printEntry({ ...entry, clock: 'X' }) });
    expect((await check(world)).flaws).toContainEqual(
      expect.objectContaining({ code: 'entry_signature_wrong', part: 'entry 0' }),
    );
    Object.assign(row ?? {}, { bytes: intact });
    const path = 'tile/0/000.p/5';
    const tile = world.tiles.files.get(path) ?? new Uint8Array(0);
    world.tiles.files.set(
      path,
      tile.map((byte, at) => (at === 64 ? byte ^ 1 : byte)),
    );
    expect((await check(world)).flaws).toEqual([
      { code: 'tile_differs', part: path, detail: 'hash 2' },
    ]);
    world.tiles.files.set(path, tile);
    world.log.rows.splice(2, 1);
    expect((await check(world)).flaws).toContainEqual(
      expect.objectContaining({ code: 'entry_missing', part: 'entry 2' }),
    );
  });

  test('a second chain of a case is named: each of the two alone has no gap', async () => {
    const world = await grown([3, 2]);
    // Who owns the database gives the entries of another chain to a case that has one.
    for (const row of world.log.rows.filter(({ caseId }) => caseId === 'case-1')) {
      Object.assign(row, { caseId: 'case-0' });
    }
    const { flaws } = await check(world);
    expect(flaws).toEqual([
      { code: 'case_chain_broken', part: 'entry 3', detail: 'a second chain of one case' },
    ]);
  });

  test('a register that nobody adopted, is gone or stands before another one is named', async () => {
    const world = await grown([3, 2]);
    const sequencer = world.sequencer();
    await sequencer.start(world.log);
    const notes = ['one', 'two', 'three'].map((text) => utf8(`register ${text}`));
    for (const bytes of notes) {
      const caseId = await policyCaseId(bytes, world.engine);
      const of = [{ name: 'register.note', bytes }];
      const draft = { caseId, type: 'policy.adopted', subject: 'office', disclosures: [], of };
      await world.evidence().record(testUnit, draft as EntryDraft);
      await settle(world, sequencer);
    }
    const told = async (...shown: readonly Uint8Array[]) => {
      const named = shown.map((bytes, at) => ({ name: `000${at + 1}`, bytes, isRegister: true }));
      const { flaws } = await check(world, { adopted: named });
      return flaws.map(({ code, part, detail }) => `${code} ${part}: ${detail}`);
    };
    const [one = utf8(''), two = utf8(''), three = utf8('')] = notes;
    expect(await told(one, two, three)).toEqual([]);
    expect(await told(one, two, utf8('register three!'))).toEqual([
      'register_wrong file 0003: no entry adopted it',
      'register_wrong entry 7: the register it adopted is not shown',
    ]);
    expect(await told(two, one, three)).toEqual([
      'register_wrong file 0002: adopted before the one that stands before it',
    ]);
    expect(await told(one, three)).toEqual([
      'register_wrong entry 6: the register it adopted is not shown',
    ]);
  });

  test('a log cut back to an older head is longer at every witness', async () => {
    const world = await grown([3, 2]);
    world.log.rows.splice(3, 2);
    world.log.drafts.delete(5);
    const report = await check(world);
    expect(report.witnesses.every(({ differs }) => differs?.size === 5)).toBe(true);
    expect(parseCheckpoint(world.tiles.checkpoint).size).toBe(5);
  });

  test('the house’s own memory is enough to see a log cut back, or grown otherwise', async () => {
    const world = await grown([3, 2]);
    const head = await world.heads.last();
    if (head === undefined) throw new Error('nothing was signed');
    const { logKey: log } = world;
    const shard = { base: 0, end: undefined };
    const told = async (remembered: readonly SignedHead[]) => {
      const { flaws } = await check(world, { shards: [{ shard, log, remembered }] });
      return flaws.map(({ code, part, detail }) => `${code} ${part}: ${detail}`);
    };
    expect(await told([head])).toEqual([]);
    expect(await told([{ size: 3, root: head.root }, head])).toEqual([
      'root_differs signed head 3: the entries have another root',
    ]);
    const longer = { size: 6, root: head.root };
    expect(await told([head, longer])).toEqual([
      'root_differs signed head 6: more entries were signed',
    ]);
  });

  test('the published checkpoint is judged: its signature, its root and its size', async () => {
    const world = await grown([3, 2]);
    const honest = world.tiles.checkpoint;
    const [origin = '', size = '', root = ''] = honest.split('\n');
    const codesFor = async (published: string): Promise<readonly string[]> => {
      await world.tiles.publish(published);
      const { flaws } = await check(world);
      return flaws.map(({ code, part }) => `${part}: ${code}`);
    };
    expect(await codesFor(honest)).toEqual([]);
    const wrongSignature = 'file checkpoint: checkpoint_signature_wrong';
    const wrongRoot = 'file checkpoint: root_differs';
    const otherRoot = toBase64(new Uint8Array(32));
    expect(await codesFor(honest.replace(root, otherRoot))).toEqual([wrongRoot, wrongSignature]);
    expect(await codesFor('not a checkpoint')).toEqual([wrongSignature]);
    const signed = (text: string) => signNote(text, world.logKey, world.logSigner);
    for (const [told, at] of [
      [otherRoot, size],
      [root, '3'],
      [root, '6'],
    ]) {
      const text = `${origin}\n${at}\n${told}\n`;
      const note = `${text}\n${printSignatures([await signed(text)])}`;
      expect((await codesFor(note))[0], `${at} ${told}`).toBe(wrongRoot);
    }
  });

  test('files are held against the tree also where the published checkpoint cannot be read', async () => {
    const world = await grown([3, 2]);
    await world.tiles.publish('not a checkpoint');
    world.tiles.files.delete('tile/0/000.p/5');
    const { flaws } = await check(world);
    expect(flaws.map(({ part }) => part)).toEqual(['file checkpoint', 'tile/0/000.p/5']);
  });

  test('a row that says another thing than its case last stated is named', async () => {
    const world = await TestWorld.open(crypto);
    const state = (text: string) => [{ name: 'row/contract', bytes: utf8(text) }];
    const draft = { caseId: 'c', type: 'seal.done', disclosures: [] } as const;
    await world.evidence().record(testUnit, { ...draft, of: state('signing') });
    await world.evidence().record(testUnit, { ...draft, of: state('completed') });
    await settle(world, world.sequencer());
    const parts = {
      tenant: testUnit.tenant,
      audit: auditOf(world),
      shards: [{ shard: { base: 0, end: undefined }, log: world.logKey }],
      witnessKeys: [],
      keyOf: () => world.actor.publicKey,
      engine: nodeEngine,
    };
    for (const said of ['completed', 'signing', undefined]) {
      const report = await fsck({ ...parts, rows: await rowsThat(said) });
      const part = 'contract c';
      expect(report.flaws.map((flaw) => [flaw.code, flaw.part])).toEqual(
        said === 'completed' ? [] : [['row_differs', part]],
      );
    }
  });
});

/** One row of the case, or none at all. */
async function rowsThat(said: string | undefined): Promise<RowClaims> {
  const sha256 = toBase64(await nodeEngine.digest('sha256', utf8(said ?? '')));
  const demand = { is: 'state', name: 'row/contract', sha256 } as const;
  return {
    async *claims() {
      if (said !== undefined) yield { table: 'contract', key: 'c', caseId: 'c', demand };
    },
  };
}

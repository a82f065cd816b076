/**
 * A log that crosses the border of a half-year under load, on a real PostgreSQL: a house's
 * first border is 2027-01-01T00:00+08:00.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import {
  type Embedded,
  loadInto,
  migrate,
  openDatabase,
  PostgresLogAudit,
  startEmbedded,
  withSnapshot,
} from '#adapters/postgres';
import { FileTiles } from '#adapters/tiles';
import { FileMonitorMemory, publicFiles } from '#adapters/witnesses';
import { fromUtf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { parseClosing, parseOpening } from '#formats/shard';
import { judgeLogProof, parseCheckpoint } from '#formats/tlog';
import { EntryWatch, Monitor, type MonitorParts } from '#trust/witness';
import { returnLog } from '../../src/main/copies/restore-log.ts';
import { logFolder, twinFolder } from '../../src/main/estate/trust-folder.ts';
import { shardsIn, TrustedLogs } from '../../src/main/estate/trusted-logs.ts';
import { layBorder } from '../../src/main/log/border-files.ts';
import { LogRules } from '../../src/main/rooms/log-rules.ts';
import { openNoteJudge } from '../../src/main/rooms/note-judge.ts';
import { Members } from './border-members.ts';
import { judgedBefore, packageOf, stampedLog } from './border-papers.ts';
import { BorderWorld, borderTenant } from './border-world.ts';

const passwords = {
  postgres: 'border-postgres',
  fubie_owner: 'border-owner',
  fubie_app: 'border-app',
  fubie_sequencer: 'border-sequencer',
  fubie_backup: 'border-backup',
};
const writers = ['case-a', 'case-b', 'case-c', 'case-d'] as const;
const beforeBorder = '2026-12-31T23:59:50+08:00';
const afterBorder = '2027-01-01T00:00:01+08:00';

describe('S2-86 a running log at the border of a half-year', () => {
  let folder = '';
  let embedded: Embedded;
  let world: BorderWorld;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fubie-border-'));
    embedded = await startEmbedded({ folder: join(folder, 'pg'), passwords });
    await migrate(embedded.url('fubie_owner'), passwords);
    const urls = { app: embedded.url('fubie_app'), sequencer: embedded.url('fubie_sequencer') };
    world = await BorderWorld.open(folder, urls);
    world.clock.set(beforeBorder);
    const stop = world.run();
    await world.record('case-policy');
    for (const caseId of writers) await world.record(caseId, 3);
    for (const caseId of writers) await world.untilWitnessed(caseId);
    const load = new AbortController();
    const loaded = Promise.all(
      writers.map(async (caseId) => {
        while (!load.signal.aborted) await world.record(caseId);
      }),
    );
    world.clock.set(afterBorder);
    await world.until(async () => ((await world.shards()).length === 2 ? true : undefined));
    await world.record('case-new', 2);
    await world.untilWitnessed('case-new');
    load.abort();
    await loaded;
    for (const caseId of writers) await world.untilWitnessed(caseId);
    await stop();
  });
  afterAll(async () => {
    await world.close();
    await embedded.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('goes on with the next shard: nothing is lost, nothing stands twice, each border leaf once', async () => {
    expect(world.troubles).toEqual([]);
    const shards = await world.shards();
    expect(shards.map(({ name, number }) => [name, number])).toEqual([
      ['2026h2', 1],
      ['2027h1', 2],
    ]);
    const [first, second] = shards;
    const all = await world.units.run(borderTenant, (unit) =>
      new PostgresLogAudit(unit).entries(0, 100_000),
    );
    expect(all.map(({ index }) => index)).toEqual([...all.keys()]);
    const loose = all.filter(({ caseId }) => caseId === undefined);
    expect(loose.map(({ index }) => index)).toEqual([(first?.end ?? 0) - 1, second?.base]);
    const [closing, opening] = loose.map(({ bytes }) => bytes);
    const keys = await shardsIn(world.trust, borderTenant, nodeEngine);
    const closed = parseClosing(closing ?? new Uint8Array());
    expect(closed.origin).toBe(first?.origin);
    const opened = parseOpening(opening ?? new Uint8Array());
    expect(opened.before).toMatchObject({ origin: first?.origin, size: first?.end });
    expect(opened.before.twinRoot).toBeDefined();
    expect(keys.map(({ key }) => key.name)).toEqual([first?.origin, second?.origin]);
  });

  test('the row of the closed shard’s last head holds the twin’s note as its readers see it', async () => {
    const [first] = await world.shards();
    if (first === undefined) throw new Error('no shard');
    const heads = await world.units.run(borderTenant, (unit) =>
      new PostgresLogAudit(unit).checkpoints(),
    );
    const last = heads.find(({ size }) => size === first.end);
    const shown = await new FileTiles(twinFolder(world.trust, borderTenant, first)).read(
      'checkpoint',
    );
    expect(last?.twin).toBe(fromUtf8(shown ?? new Uint8Array(0)));
  });

  test('an entry on either side is proved under its own shard, and keeps its level', async () => {
    const keys = await shardsIn(world.trust, borderTenant, nodeEngine);
    await world.units.run(borderTenant, async (unit) => {
      const filed = await world.cases.read(unit, 'case-a', 'L2');
      const origins = new Set<string>();
      for (const { proof: text, bytes: entry } of filed.entries) {
        const { origin } = parseCheckpoint(text.slice(text.indexOf('\n\n') + 2));
        const log = keys.find(({ key }) => key.name === origin)?.key;
        if (log === undefined) throw new Error(origin);
        const judged = await judgeLogProof({ text, entry }, { log, witnesses: [] }, nodeEngine);
        expect(judged).toMatchObject({ signedByLog: true, flaw: undefined });
        origins.add(origin);
      }
      expect(origins.size).toBe(2);
      for (const { hash } of [filed.entries[0], filed.entries.at(-1)].flatMap((one) => one ?? [])) {
        expect(await world.evidence.levelOf(unit, hash)).toBe('L2');
      }
      const [last] = (await world.explorer.blocks(unit, undefined)).slice(0, 1);
      expect(last?.base).toBe((await world.entries.shards(unit))[1]?.base);
      for (const place of [0, (last?.size ?? 1) - 1]) {
        const { proof, base } = await world.explorer.entry(unit, place);
        expect(proof).toContain(`\nindex ${place - base}\n`);
      }
      const first = await world.explorer.block(unit, (last?.base ?? 0) + 1);
      expect(first.block).toMatchObject({ from: last?.base, previousRoot: undefined });
      expect(first.consistency).toEqual([]);
    });
  });

  test('S2-14 receipts on both sides reach L4: the last head of a shard is stamped for itself', async () => {
    const { stamps, receipts } = await stampedLog(world);
    const [first, second] = await world.shards();
    const held = (caseId: string) =>
      world.units.run(borderTenant, async (unit) => {
        const [entry] = await world.entries.ofCase(unit, caseId);
        return (await receipts.of(unit, entry?.hash ?? '')).held;
      });
    await stamps.cover(borderTenant, await lastPlace());
    // The stamp of the new shard is no receipt for an entry of the old one.
    expect(await held('case-new')).toEqual(['L0', 'L1', 'L2', 'L4']);
    expect(await held('case-a')).toEqual(['L0', 'L1', 'L2']);
    // In a package it is: the borders are in it.
    const { evidence } = await judgedBefore(world, await packageOf(world, 'case-a'));
    expect(evidence?.held).toEqual(['L0', 'L1', 'L2', 'L4']);
    const final = await stamps.take(borderTenant);
    expect(final?.size).toBe(first?.end);
    expect(await held('case-a')).toEqual(['L0', 'L1', 'L2', 'L4']);
    // Nothing is due any more: the newest stamp is not an hour old.
    expect(await stamps.take(borderTenant)).toBeUndefined();
    expect(second?.base).toBe(first?.end);
  });

  test('S0-50 a package over the border is judged wholly by the first key', async () => {
    const report = await judgedBefore(world, await packageOf(world, 'case-a'));
    // The sample has no contract and no list that a loan has; of the log nothing is wrong.
    expect(logFlaws(report)).toEqual([]);
    expect(report.evidence).toMatchObject({ level: 'L2', held: ['L0', 'L1', 'L2', 'L4'] });
    expect(report.notices.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['twin_holds', 'head_stamped']),
    );
  });

  const logFlaws = ({ flaws }: { readonly flaws: readonly { code: string; part: string }[] }) =>
    flaws
      .map(({ code, part }) => `${code} ${part}`)
      .filter((one) =>
        /^(?:shard|proof|checkpoint|twin|head_stamp|register|witness|sentinel|entry|package)_/.test(
          one,
        ),
      );

  const lastPlace = () =>
    world.units.run(borderTenant, async (unit) => {
      return ((await world.entries.newestCheckpoint(unit, 'L2'))?.size ?? 0) - 1;
    });

  test('whoever watches goes along without being told: witnesses, mirror, monitor, fsck', async () => {
    for (const { logs } of world.witnesses.values()) {
      expect((await logs.all()).map(({ key }) => key.name)).toHaveLength(2);
    }
    const [first, second] = await world.shards();
    for (const { logs } of world.witnesses.values()) {
      expect([logs.endOf(first?.origin ?? ''), logs.endOf(second?.origin ?? '')]).toEqual([
        first?.end,
        undefined,
      ]);
    }
    const sizes = await world.mirrored(world.witness('regulator').logs);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(sizes[0]).toBe(first?.end);
    // One who has not cosigned the end of the old shard believes no key of a new one.
    const stranger = new TrustedLogs(world.trust, nodeEngine, async () => false);
    expect(await stranger.of(second?.origin ?? '')).toBeUndefined();
    const entries = new EntryWatch({ engine: nodeEngine });
    const watch = (at: number, more: Pick<MonitorParts, 'log' | 'after'>) =>
      new Monitor({
        witnesses: [],
        read: publicFiles(logFolder(world.trust, borderTenant, at === 1 ? first : second)),
        views: [...world.witnesses].map(([name, { memory }]) => ({
          name,
          heads: () => memory.all(),
        })),
        memory: new FileMonitorMemory(join(folder, 'monitor', String(at))),
        entries,
        engine: nodeEngine,
        ...more,
      }).look();
    const [own] = await shardsIn(world.trust, borderTenant, nodeEngine);
    if (own === undefined) throw new Error('a log has a key');
    const old = await watch(1, { log: own.key });
    expect(old).toMatchObject({
      is: 'sound',
      findings: [],
      next: { key: { name: second?.origin } },
    });
    if (old.next === undefined) throw new Error('closed');
    const found = await watch(2, { log: old.next.key, after: old.next.after });
    expect(found).toMatchObject({ is: 'sound', findings: [], size: total - old.size });
    const other = { ...old.next.after, size: 7 };
    const wrong = await watch(3, { log: old.next.key, after: other });
    expect(wrong.findings.map(({ code }) => code)).toContain('opening_wrong');
    const report = await world.checked();
    expect(report).toMatchObject({ is: 'sound', entries: total, flaws: [] });
    for (const { size } of report.witnesses) expect(size).toBe(total);
  });

  test('the old shard’s published head is its last, cosigned by the quorum', async () => {
    const [first] = await world.shards();
    const bytes = await new FileTiles(logFolder(world.trust, borderTenant, first)).read(
      'checkpoint',
    );
    const { size, note } = parseCheckpoint(fromUtf8(bytes ?? new Uint8Array()));
    expect(size).toBe(first?.end);
    expect(note.signatures.length).toBeGreaterThanOrEqual(5);
  });

  test('S2-86 members vote while it runs: the next rule opens the log anew, and both sides verify', async () => {
    const members = new Members(world);
    const [first, second] = await members.registers();
    const stop = world.run();
    expect(await members.carry(first, 3)).toBe(true);
    expect(await members.carry(second, 1)).toBe(false);
    expect(await members.carry(second, 2)).toBe(true);
    const notes = await members.settle();
    await world.record('case-before');
    await world.untilWitnessed('case-before');
    const before = await packageOf(world, 'case-before', notes);
    // The hour has come: by the next rule the regulator votes, and nobody may be away.
    const { opened } = world;
    world.clock.set('2027-01-01T03:00:00+08:00');
    await world.until(async () => (world.opened > opened ? true : undefined));
    const rule = await new LogRules(world.trust).at(borderTenant, world.clock.now());
    expect(rule.number).toBe(second.number);
    // It starts only when it has heard of all who are needed; afterwards one of them is away.
    await world.record('case-by-the-next-rule');
    await world.untilWitnessed('case-by-the-next-rule');
    const { line } = world.witness('regulator');
    const asked = line.addCheckpoint;
    line.addCheckpoint = async () => {
      throw new Fault('wire.unreachable', {}, { retryable: true });
    };
    await world.record('case-after-vote');
    await world.until(async () => {
      const level = await world.units.run(borderTenant, (unit) =>
        world.evidence.caseHasLevel(unit, 'case-after-vote', 'L1'),
      );
      return level ? true : undefined;
    });
    const reached = (level: 'L1' | 'L2') =>
      world.units.run(borderTenant, (unit) =>
        world.evidence.caseHasLevel(unit, 'case-after-vote', level),
      );
    expect(await reached('L2')).toBe(false);
    line.addCheckpoint = asked;
    await world.untilWitnessed('case-after-vote');
    const after = await packageOf(world, 'case-after-vote', notes);
    await stop();
    const [register] = notes;
    if (register === undefined) throw new Error('adopted');
    const trusted = new Map([['registers/0001.note', register]]);
    for (const [bytes, quorum] of [
      [before, 3],
      [after, 5],
    ] as const) {
      const report = await judgedBefore(world, bytes, trusted);
      expect(logFlaws(report)).toEqual([]);
      expect(report.evidence).toMatchObject({ level: 'L2', rule: { quorum } });
    }
  });

  test('a database without a row comes back over the border from the log’s own files', async () => {
    const before = await world.shards();
    const [, second] = before;
    const owner = openDatabase(embedded.url('fubie_owner'), { connectionsMax: 1 });
    const tables = 'evidence_case, evidence_entry, log.head, log.checkpoint, log.signature';
    const rest =
      'log.register_vote, log.register_text, log.loose_entry, log.shard, log.stamp, log.alarm, log.heartbeat';
    await sql.raw(`truncate ${tables}, ${rest} cascade`).execute(owner.kysely);
    await owner.close();
    const form = await withSnapshot(embedded.url('fubie_owner'), async (snapshot) => snapshot);
    // A trust folder as old as the back-up: of the borders it knows nothing.
    await rm(join(world.trust, 'shards'), { recursive: true });
    const back = await loadInto(embedded.url('fubie_owner'), form, (loading) =>
      returnLog({
        loading,
        tenant: borderTenant,
        tilesOf: async (name) =>
          new FileTiles(logFolder(world.trust, borderTenant, name === '' ? undefined : second)),
        crossed: ({ number, ...end }) =>
          layBorder({ trust: world.trust, tenant: borderTenant, number }, end),
        judge: openNoteJudge(world.trust),
      }),
    );
    expect(await world.shards()).toEqual(before);
    expect(back.shards.map(({ origin }) => origin)).toEqual(before.map(({ origin }) => origin));
    expect(back.broughtBack).toBe(back.size - 2);
    expect(await world.checked()).toMatchObject({ is: 'sound', entries: back.size, flaws: [] });
    // And goes on: no witness has seen more of it.
    const stop = world.run();
    await world.record('case-after');
    await world.untilWitnessed('case-after');
    await stop();
    expect(world.troubles).toEqual([]);
  });
});
